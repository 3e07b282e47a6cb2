"""Negatives by retrieval: another passage that reads like the question and lacks its answer."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from eval.training.labelled_rows import Row

CANDIDATES = 24
NEGATIVES = 4
SAME_ARTICLE = 1.3
_BLOCK = 512


def mine(rows: Sequence[Row]) -> list[Row]:
    """Return up to ``NEGATIVES`` unanswerable rows for each of ``rows``, nearest passages first.

    Passages are ranked by TF-IDF cosine to the question, those of the same article preferred, and
    dropped when they hold any accepted answer's words.
    """
    if not rows:
        return []
    contexts = list(dict.fromkeys(row.context for row in rows))
    titles = {row.context: row.title for row in rows}
    context_titles = np.array([titles[context] for context in contexts])
    folded = [context.casefold() for context in contexts]
    model = TfidfVectorizer(stop_words="english", sublinear_tf=True, dtype=np.float32)
    matrix = model.fit_transform(contexts).T.tocsr()
    questions = model.transform([row.question for row in rows])
    mined: list[Row] = []
    for begin in range(0, len(rows), _BLOCK):
        scores = np.asarray((questions[begin : begin + _BLOCK] @ matrix).todense())
        for row, line in zip(rows[begin : begin + _BLOCK], scores, strict=True):
            line = np.where(context_titles == row.title, line * SAME_ARTICLE, line)
            near = np.argsort(-line, kind="stable")[:CANDIDATES]
            mined.extend(_negatives(row, [contexts[i] for i in near], [folded[i] for i in near]))
    return mined


def _negatives(row: Row, contexts: Sequence[str], folded: Sequence[str]) -> list[Row]:
    words = [answer.casefold() for answer in row.answers]
    negatives = [
        Row(row.title, context, row.question, ())
        for context, text in zip(contexts, folded, strict=True)
        if context != row.context and not any(word in text for word in words)
    ]
    return negatives[:NEGATIVES]
