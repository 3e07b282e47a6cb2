"""Every setting's nDCG@10 on every query, from one pass over the queries.

Candidates are retrieved once, at the greatest depth and scored by both arms; shallower depths and
all fusions follow from them without asking the index again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.data import RetrievalSet, read_beir
from eval.harness.corpora import indexed
from eval.harness.sample import every_nth
from eval.measures import ranking
from eval.tracking import track
from eval.types import Column
from index.ingest.passages import PassageConfig
from index.protocols import Snapshot
from retrieval.answering.limits import checked_query
from retrieval.search.fusion import FUSIONS, Candidates, fuse
from retrieval.search.hybrid import HybridRetriever, RetrievalConfig

TUNED = "nDCG@10"
DEPTHS = (50, 100, 200)
WEIGHTS = tuple(round(step / 20, 2) for step in range(1, 20))
ARMS = ("dense", "lexical")


@dataclass(frozen=True, slots=True)
class Setting:
    """What can be chosen: passage size, how deep each arm searches, and the fusion."""

    tokens: int
    depth: int
    fusion: str

    @property
    def is_arm(self) -> bool:
        """Return whether only one arm counts."""
        return self.fusion in ARMS


@dataclass(frozen=True, slots=True)
class Grid:
    """Each setting's nDCG@10 by query, the engine's own setting first."""

    data: str
    queries: tuple[str, ...]
    values: dict[Setting, Column]

    @property
    def default(self) -> Setting:
        """Return the engine's own setting."""
        return next(iter(self.values))


def fusions() -> list[str]:
    """Return every fusion worth trying, the engine's own first."""
    default = RetrievalConfig().fusion
    others = [name for name in FUSIONS if name != default]
    return [default, *others, *(f"weighted:{weight}" for weight in WEIGHTS)]


def shallower(candidates: Candidates, depth: int) -> Candidates:
    """Return the candidates that arms of less depth would have found."""
    dense = np.where(candidates.dense_rank < depth, candidates.dense_rank, -1)
    lexical = np.where(candidates.lexical_rank < depth, candidates.lexical_rank, -1)
    kept = (dense >= 0) | (lexical >= 0)
    return Candidates(
        candidates.ids[kept], candidates.dense[kept], candidates.lexical[kept],
        dense[kept], lexical[kept], candidates.vectors_of,
        None if candidates.coverage is None else candidates.coverage[kept], candidates.terms,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Candidates:
    """One query's candidates and the document of each, in the order of their ids."""

    query: str
    candidates: Candidates
    documents: dict[int, str]

    def ranked(self, depth: int, fusion: str) -> list[tuple[str, float]]:
        ids, _ = fuse(fusion, shallower(self.candidates, depth))
        order = dict.fromkeys(self.documents[each] for each in ids.tolist())
        return [(document, float(-place)) for place, document in enumerate(order)][:100]


def _candidates(
    data: RetrievalSet, snapshot: Snapshot, retriever: HybridRetriever, chosen: Sequence[str]
) -> Iterator[_Candidates]:
    for query in track(chosen, f"asking {data.name}", total=len(chosen)):
        text, _ = checked_query(data.queries[query])
        candidates = retriever.find(snapshot, text, depth=max(DEPTHS)).candidates
        ids = candidates.ids.tolist()
        found = snapshot.passages(ids)
        documents = {each.id: each.document_id for each in found}
        yield _Candidates(query, candidates, documents)


def _values(data: RetrievalSet, asked: Sequence[_Candidates], depth: int, fusion: str) -> Column:
    rankings = {each.query: each.ranked(depth, fusion) for each in asked}
    qrels = {query: data.qrels[query] for query in rankings}
    scores = ranking.score(qrels, rankings, [TUNED])
    return np.array([scores[query][TUNED] for query in rankings])


def measure_settings(folder: Path, split: str, sizes: Sequence[int], limit: int | None) -> Grid:
    """Measure every setting on a BEIR folder; one index is made for each passage size.

    Args:
        folder: the data set.
        split: which judgements.
        sizes: passage sizes in tokens; none means the engine's own alone.
        limit: ask at most this many queries.
    """
    data = read_beir(folder, split)
    chosen = every_nth(list(data.queries), limit)
    own = PassageConfig()
    values: dict[Setting, Column] = {}
    for tokens in dict.fromkeys((own.tokens, *sizes)):
        store, embedder = indexed(
            data.corpus_sha256, data.documents, total=sum(1 for _ in data.documents()),
            passages=replace(own, tokens=tokens),
        )  # fmt: skip
        with store.snapshot() as snapshot:
            asked = list(_candidates(data, snapshot, HybridRetriever(embedder), chosen))
        values |= {
            setting: _values(data, asked, setting.depth, setting.fusion)
            for setting in _settings(tokens)
        }
    return Grid(data.name, tuple(chosen), values)


def _settings(tokens: int) -> list[Setting]:
    own = RetrievalConfig().depth
    depths = dict.fromkeys((own, *DEPTHS))
    return [Setting(tokens, depth, fusion) for depth in depths for fusion in fusions()]
