"""Questions about single sentences, asked of the articles that the sentences come from.

QAMR and QA-SRL take sentences of news and encyclopedia articles and name each by article, paragraph
and number: "Wiki1k:wikinews:785177:0:1". Put together they are passages of news, which no other
training data has.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from eval.training.labelled_rows import Gold, Row


def in_articles(rows: Sequence[Row], others: Sequence[Row] = ()) -> list[Row]:
    """Return ``rows`` with what is known of their articles as the context.

    ``others`` are rows whose sentences are only read. Rows whose titles name no place are left out.
    """
    articles: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for row in (*rows, *others):
        if (place := _place(row)) is not None:
            article, number = place
            articles[article][number] = row.context
    starts: dict[str, dict[tuple[int, int], int]] = {}
    texts: dict[str, str] = {}
    for article, sentences in articles.items():
        starts[article], texts[article] = {}, ""
        for number in sorted(sentences):
            texts[article] += " " if texts[article] else ""
            starts[article][number] = len(texts[article])
            texts[article] += sentences[number]
    made = []
    for row in rows:
        if (place := _place(row)) is not None:
            article, number = place
            at = starts[article][number]
            golds = tuple(Gold(gold.start + at, gold.end + at) for gold in row.golds)
            made.append(replace(row, title=article, context=texts[article], golds=golds))
    return made


def _place(row: Row) -> tuple[str, tuple[int, int]] | None:
    article, *number = row.title.rsplit(":", 2)
    if len(number) != 2 or not all(part.isdecimal() for part in number):
        return None
    return article, (int(number[0]), int(number[1]))
