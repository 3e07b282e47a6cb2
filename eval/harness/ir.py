"""Rankings of documents, each scored by its best passage."""

from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from eval.data import RetrievalSet, read_beir
from eval.harness.corpora import indexed
from eval.harness.sample import every_nth
from eval.measures import ranking
from eval.measures.ranking import strictly_falling
from eval.runs.code import code_version
from eval.runs.driver import Outcome, execute
from eval.runs.record import Plan, Row, Run
from eval.runs.trec import check_ids, write_run
from index.embedding import DEFAULT_MODEL
from index.protocols import Snapshot
from retrieval.answering.limits import checked_query
from retrieval.search.hybrid import HybridRetriever, RetrievalConfig
from retrieval.timing import Stages

DOCUMENTS = 100
"""How many documents a run ranks for a query."""

FIRST, MOST_TITLES = 5, 20
"""Of how many documents found and of how many relevant ones a result keeps the title."""
_TITLE = 100

Ranked = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class IRConfig:
    """How documents are found. `fusion` None means the engine's default."""

    fusion: str | None = None
    model: str = DEFAULT_MODEL
    limit: int | None = None

    def retrieval(self) -> RetrievalConfig:
        """Return the retriever's configuration; near-identical documents are all kept."""
        default = RetrievalConfig()
        return RetrievalConfig(self.fusion or default.fusion, default.depth, collapse=False)


def rank(snapshot: Snapshot, retriever: HybridRetriever, query: str) -> tuple[Ranked, Stages]:
    """Return the best documents with the score of their best passage, and what it took."""
    stages = Stages()
    found = retriever.find(snapshot, checked_query(query)[0], stages=stages)
    with stages("documents"):
        ids, scores = found.fused
        best: dict[str, float] = {}
        for passage, score in zip(snapshot.passages(ids.tolist()), scores.tolist(), strict=True):
            best.setdefault(passage.document_id, score)
    return strictly_falling(list(best.items())[:DOCUMENTS]), stages


def _one(snapshot: Snapshot, retriever: HybridRetriever, data: RetrievalSet, query: str) -> Outcome:
    ranked, stages = rank(snapshot, retriever, data.queries[query])
    judged = data.qrels[query]
    values = ranking.score({query: judged}, {query: ranked})[query]
    row: Row = {
        "id": query,
        "question": data.queries[query],
        "expected": judged,
        "given": {"ranking": ranked},
        "titles": _titles(snapshot, judged, ranked),
        "columns": values,
        "stage": _lost(judged, ranked),
    }
    return row, stages.timings()


def _titles(snapshot: Snapshot, judged: dict[str, int], ranked: Ranked) -> dict[str, str]:
    """Return what the best documents are called, or how they begin, for people to read."""
    relevant = sorted((each for each in judged if judged[each] > 0), key=lambda d: -judged[d])
    shown = dict.fromkeys([*relevant[:MOST_TITLES], *(each for each, _ in ranked[:FIRST])])
    documents = map(snapshot.document, shown)
    return {each.id: (each.title or " ".join(each.text[:_TITLE].split())) for each in documents}


def _lost(judged: dict[str, int], ranked: Ranked) -> dict[str, Any] | None:
    """Say where the relevant documents were lost: not found by any arm, or ranked too low."""
    relevant = {document for document, grade in judged.items() if grade > 0}
    places = [place for place, (document, _) in enumerate(ranked, 1) if document in relevant]
    wanted = min(10, len(relevant))
    if len([place for place in places if place <= 10]) >= wanted:
        return None
    if len(places) < wanted:
        detail = f"{len(places)} of {len(relevant)} relevant ones are among {len(ranked)} found"
        return {"stage": "arms", "detail": detail}
    return {"stage": "fusion", "detail": f"relevant documents at ranks {places[:10]}"}


def run_retrieval(
    folder: Path, split: str, runs: Path, config: IRConfig, trec: Path | None = None
) -> Run:
    """Rank the corpus for every judged query and save the run, as a TREC run too where asked.

    Raises:
        DataError: when the folder cannot be used.
        InputError: when there is no fusion of that name, or (before any work) a TREC run cannot
            hold the ids.
    """
    data = read_beir(folder, split)
    if trec is not None:
        check_ids(trec, chain(data.queries, (each.id for each in data.documents())))
    total = sum(1 for _ in data.documents())
    store, embedder = indexed(data.corpus_sha256, data.documents, total=total, model=config.model)
    settings = config.retrieval()
    chosen = every_nth(list(data.queries), config.limit)
    with store.snapshot() as snapshot:
        counts = snapshot.counts
        index = {"documents": counts.documents, "passages": counts.passages}
        facts = {"split": split, "fusion": settings.fusion, "depth": settings.depth,
                 "model": config.model, "limit": config.limit}  # fmt: skip
        plan = Plan("retrieval", data.name, data.sha256, len(chosen), facts,
                    {"embedder": embedder.fingerprint}, index, code_version())  # fmt: skip
        retriever = HybridRetriever(embedder, settings)
        run = execute(plan, chosen, partial(_one, snapshot, retriever, data), runs)
    if trec is not None:
        write_run(trec, run)
    return run
