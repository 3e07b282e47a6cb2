"""Questions answered, closed (against their own context) or open (over an index)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from eval.data import read_questions
from eval.data.splits import Part
from eval.errors import DataError
from eval.harness.corpora import indexed
from eval.harness.given_context import GivenContextSystem, LongContexts, long_contexts
from eval.harness.open_domain import OpenDomainSystem
from eval.harness.results import qa_row
from eval.harness.sample import every_nth, of_part
from eval.runs.code import code_version, reader_fingerprint
from eval.runs.driver import THREADS, Outcome, execute
from eval.runs.record import Plan, Run
from eval.types import Question, QuestionSet
from index.embedding import open_embedder
from index.text.digest import text_digest
from index.types import Document
from retrieval.engine import Engine, EngineConfig
from retrieval.protocols import Reader
from retrieval.reader.registry import open_reader
from retrieval.search.hybrid import RetrievalConfig
from retrieval.types import Response


class System(Protocol):
    """A question answering system under evaluation."""

    document: Callable[[str], Document]

    def ask(self, question: Question) -> tuple[Response, dict[str, Any] | None]:
        """Return the response, and where the expected words were lost (None: they were not)."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


@dataclass(frozen=True, slots=True)
class QAConfig:
    """How questions are asked.

    `index` is a user's own index, asked instead of one made of the contexts. `reader` is a name
    in the registry; None means the engine's default. `k` is how many answers are asked for, and
    `read` how many passages are read. `part` keeps the questions on articles of that part of
    `eval.data.splits` alone, though all the contexts are still searched.
    """

    open: bool = False
    index: Path | None = None
    reader: str | None = None
    fusion: str | None = None
    k: int = 3
    read: int = 8
    part: Part | None = None
    limit: int | None = None
    threads: int = THREADS

    def facts(self) -> dict[str, Any]:
        """Return what decides the figures, for the run's record."""
        kept = {key: value for key, value in asdict(self).items() if key != "threads"}
        return kept | {"index": None if self.index is None else str(self.index)}


def _work(system: System, question: Question) -> Outcome:
    response, stage = system.ask(question)
    row = qa_row(question, response, system.document, stage)
    if row["columns"]["exact"] == 1.0:
        row["stage"] = None
    elif row["stage"] is None and question.answerable is not None:
        row["stage"] = _stage(question, response)
    return row, dict(response.timings)


def _stage(question: Question, response: Response) -> dict[str, Any]:
    sure = response.best.confidence if response.best else 0.0
    if not question.answerable:
        detail = f"{response.verdict} at confidence {sure:.2f}, but the documents do not say"
        return {"stage": "verdict", "detail": detail}
    return {"stage": "reading", "detail": "other words than any accepted answer"}


def _contents(contexts: Mapping[str, Document]) -> str:
    return text_digest(" ".join(sorted(f"{key} {each.sha256}" for key, each in contexts.items())))


def engine_over(contexts: Mapping[str, Document], config: QAConfig, reader: Reader) -> Engine:
    """Return an engine over the contexts, or over the user's own index."""
    retrieval = RetrievalConfig(fusion=config.fusion) if config.fusion else RetrievalConfig()
    engine_config = EngineConfig(retrieval, config.read, reader.name)
    if config.index is not None:
        return Engine.open(config.index, reader=reader, config=engine_config)
    store, embedder = indexed(_contents(contexts), contexts.values, total=len(contexts))
    return Engine(store, embedder, reader=reader, config=engine_config)


def _closed(questions: QuestionSet, config: QAConfig, reader: Reader) -> GivenContextSystem:
    embedder = open_embedder()
    contexts = questions.contexts
    found = long_contexts(contexts, embedder, config.read)
    long = None
    if found:
        engine = OpenDomainSystem(engine_over(found, config, reader), config.k)
        long = LongContexts(frozenset(found), engine)
    return GivenContextSystem(contexts, reader, config.k, embedder, long)


def run_qa(data: Path | str, runs: Path, config: QAConfig, *, reader: Reader | None = None) -> Run:
    """Ask the questions of `data` and save the run.

    Args:
        data: the question set.
        runs: the folder that keeps runs.
        config: how to ask.
        reader: a reader to measure that is in no registry.

    Raises:
        DataError: when the data cannot be used as asked.
    """
    questions = read_questions(data)
    chosen = every_nth(of_part(questions, config.part), config.limit)
    if reader is None:
        reader = open_reader(config.reader or "fast")
    models = {"reader": reader.name, "reader_files": reader_fingerprint()}
    system: OpenDomainSystem | GivenContextSystem
    if config.open or config.index is not None:
        if config.index is None and not questions.contexts:
            raise DataError(
                f"{questions.name}: no question has a context to index; name your index with "
                "--index"
            )
        engine = engine_over(questions.contexts, config, reader)
        system = OpenDomainSystem(engine, config.k)
        models["embedder"] = engine.store.embedder.fingerprint
        counts, asked = asdict(system.counts), system.placed(chosen, questions.contexts, Path(data))
    else:
        system = _closed(questions, config, reader)
        counts, asked = {}, chosen
    plan = Plan("qa", questions.name, questions.sha256, len(asked), config.facts(),
                models, counts, code_version())  # fmt: skip
    try:
        return execute(plan, asked, partial(_work, system), runs, config.threads)
    finally:
        system.close()
