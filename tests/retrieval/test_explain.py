"""Expected words are followed to the stage that lost them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from index.errors import InputError, NotFoundError
from index.ingest.passages import PassageConfig
from index.store import FileStore
from index.types import Document, Hit
from retrieval.engine import Engine, EngineConfig
from retrieval.explain import Explanation, explain
from retrieval.reader.sentence import SentenceReader
from retrieval.search.hybrid import HybridRetriever, Retrieval, RetrievalConfig
from retrieval.types import ConfidenceScale, ReadResult

MILL = "The mill was built by Ada Stone. It burnt down in 1911. Nobody was hurt in the fire."
FILLER = [f"The harbour of town {number} trades in timber and salt." for number in range(12)]


def document(key: str, text: str, **metadata: str) -> Document:
    digest = sha256(text.encode()).hexdigest()
    return Document(key, f"{key}.txt", "", text, digest, "text/plain", metadata)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileStore:
    made = FileStore.create(tmp_path_factory.mktemp("explain") / "index")
    fillers = [document(f"harbour-{n}", text) for n, text in enumerate(FILLER)]
    made.add([document("mill", MILL, area="north"), *fillers])
    return made


class Fixed(SentenceReader):
    """Gives the sentences in an order and with a verdict of its own."""

    def __init__(self, *, backwards: bool = False, refuses: bool = False) -> None:
        super().__init__()
        self._backwards, self._refuses = backwards, refuses

    def read(self, question: str, hits: Sequence[Hit], k: int) -> ReadResult:
        found = super().read(question, hits, 1_000)
        readings = tuple(
            replace(reading, confidence=0.9 / rank)
            for rank, reading in enumerate(found.readings[:: -1 if self._backwards else 1], 1)
        )
        return ReadResult(readings[:k], ConfidenceScale(1.1 if self._refuses else 0.0, ()))


@pytest.fixture
def engine(store: FileStore) -> Iterator[Engine]:
    with Engine(store, store.embedder, reader=Fixed()) as opened:
        yield opened


def stages(found: Explanation) -> list[str]:
    return [step.stage for step in found.steps]


QUESTION = "Who built the mill?"
WORDS = "built by Ada  stone"


def test_words_that_are_the_answer_were_not_lost(engine: Engine) -> None:
    found = explain(engine, QUESTION, WORDS)
    assert found.lost is None
    assert stages(found) == ["chunking", "arms", "fusion", "reading", "verdict"]
    assert found.expected[0].document_id == "mill"
    assert found.expected[0].spans[0].of(MILL) == "built by Ada Stone"
    assert found.steps[2].rank == 1


def test_a_place_can_be_named(engine: Engine) -> None:
    found = explain(engine, QUESTION, "mill#0-32")
    assert found.lost is None
    with pytest.raises(InputError, match="give a span inside it"):
        explain(engine, QUESTION, "mill#80-900")
    with pytest.raises(NotFoundError):
        explain(engine, QUESTION, "well#0-3")
    with pytest.raises(InputError, match="no document has the words"):
        explain(engine, QUESTION, f"mill#0-{'9' * 5000}")


def test_words_that_stand_nowhere(engine: Engine) -> None:
    with pytest.raises(InputError, match="no document has the words"):
        explain(engine, QUESTION, "the watermill of Bob")
    with pytest.raises(InputError, match="are empty"):
        explain(engine, QUESTION, "  ")


def test_lost_by_the_filter(store: FileStore) -> None:
    store.add([document("south", "The southern mill is new.", area="south")])
    with Engine(store, store.embedder, reader=Fixed()) as engine:
        found = explain(engine, QUESTION, "mill#0-32", filter='area = "south"')
    assert stages(found) == ["chunking", "filter"]
    assert found.lost is not None
    assert found.lost.stage == "filter"


def test_the_generation_that_was_asked_is_explained(store: FileStore, engine: Engine) -> None:
    store.add([document("later", "A windmill was built by Eve Flint.")])
    with pytest.raises(InputError, match="no document has the words"):
        explain(engine, QUESTION, "Eve Flint")
    engine.refresh()
    assert explain(engine, QUESTION, "Eve Flint").steps[0].passed


def test_lost_by_both_arms_says_by_how_much(store: FileStore) -> None:
    config = EngineConfig(RetrievalConfig(depth=2), read=2)
    with Engine(store, store.embedder, reader=Fixed(), config=config) as engine:
        found = explain(engine, "What do harbours trade in?", "mill#0-32")
    assert found.lost is not None
    assert found.lost.stage == "arms"
    assert "dense did not find it: it scores" in found.lost.detail
    assert "the last of its 2 has" in found.lost.detail


def test_lost_by_the_fusion_says_at_which_rank(store: FileStore) -> None:
    config = EngineConfig(read=3)
    with Engine(store, store.embedder, reader=Fixed(), config=config) as engine:
        found = explain(engine, "What do harbours trade in?", "mill#0-32")
    assert found.lost is not None
    assert found.lost.stage == "fusion"
    assert found.lost.rank is not None
    assert found.lost.rank > 3


def test_lost_by_the_reader_and_by_the_verdict(store: FileStore) -> None:
    with Engine(store, store.embedder, reader=Fixed(backwards=True)) as engine:
        found = explain(engine, QUESTION, WORDS)
    assert found.lost is not None
    assert found.lost.stage == "reading"
    with Engine(store, store.embedder, reader=Fixed(refuses=True)) as engine:
        found = explain(engine, QUESTION, WORDS)
    assert found.lost is not None
    assert found.lost.stage == "verdict"
    assert "not_found at confidence 0.90" in found.lost.detail


def test_lost_by_the_chunking(tmp_path: Path) -> None:
    store = FileStore.create(tmp_path / "index", passages=PassageConfig(tokens=12))
    store.add([document("mill", MILL)])
    with Engine(store, store.embedder, reader=Fixed()) as engine:
        found = explain(engine, QUESTION, "Ada Stone. It burnt")
    assert stages(found) == ["chunking"]
    assert found.lost is not None
    assert "cut apart" in found.lost.detail


class WithoutRankings(HybridRetriever):
    """Finds what the usual retriever finds and does not say how."""

    def retrieve(self, *arguments: Any, **options: Any) -> Retrieval:
        return replace(super().retrieve(*arguments, **options), rankings=None)


@pytest.mark.parametrize(("read", "found"), [(8, True), (1, False)])
def test_a_retriever_that_does_not_say_how_is_one_step(
    store: FileStore, read: int, found: bool
) -> None:
    with Engine(store, store.embedder, reader=Fixed(), config=EngineConfig(read=read)) as engine:
        engine.retriever = WithoutRankings(store.embedder)
        question = "When did the mill burn down?" if found else "Which harbour trades in timber?"
        steps = {step.stage: step for step in explain(engine, question, "burnt down in 1911").steps}
    assert steps["retrieval"].passed is found
    assert ("rank 1 of" in steps["retrieval"].detail) is found
    assert steps.keys().isdisjoint({"filter", "arms", "fusion"})
