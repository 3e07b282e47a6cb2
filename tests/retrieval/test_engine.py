"""The engine over a real index, with the shipped embedder and readers."""

import hashlib
import threading
from pathlib import Path

import pytest

from index.embedding import open_embedder
from index.errors import IndexUnavailableError, InputError, NotFoundError
from index.store import FileStore
from index.types import Document
from retrieval.engine import Engine, EngineConfig
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.sentence import SentenceReader

TEXTS = {
    "news": "Marco Rubio claims that the cartel is led by Nicolás Maduro. 🚢 Maduro denied it.\r\n"
    "A panel of experts said that the cartel is led by a council of generals.",
    "port": "The harbour master closed the northern harbour at noon because of a storm.",
    "bread": "Bakers let the dough rest overnight before they bake bread.",
}


def document(name, text, **metadata):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(name, f"test:{name}", name, text, digest, "text/plain", metadata)


def documents():
    return [document(name, text, kind=name[0]) for name, text in TEXTS.items()]


@pytest.fixture(scope="module")
def embedder():
    return open_embedder()


@pytest.fixture
def store(tmp_path, embedder):
    made = FileStore.create(tmp_path / "index", embedder=embedder)
    made.add(documents())
    return made


@pytest.fixture
def asking(store, embedder):
    with Engine(store, embedder, reader=SentenceReader()) as opened:
        yield opened


def check_spans(response, texts=TEXTS):
    for answer in [*response.answers, *([response.best] if response.best else [])]:
        citation = answer.citation
        text = texts[citation.document_id]
        assert citation.span.of(text) == citation.quote == answer.text
        raw = text.encode("utf-16-le")[2 * citation.utf16.start : 2 * citation.utf16.end]
        assert raw.decode("utf-16-le") == citation.quote
        assert text.encode()[citation.utf8.start : citation.utf8.end].decode() == citation.quote


def test_ask_cites_the_words(asking):
    response = asking.ask("Who closed the harbour?", k=1)
    assert response.answers[0].citation.document_id == "port"
    assert "harbour master" in response.answers[0].text
    assert response.generation == response.index.generation == 1
    assert response.verdict == "uncertain"
    check_spans(response)


def test_ask_times_every_stage(asking):
    timings = asking.ask("Who closed the harbour?").timings
    assert {"embed", "dense", "lexical", "fuse", "read", "cite", "total"} <= set(timings)
    assert timings["total"] >= timings["read"] >= 0


def test_what_is_not_there_is_not_found_and_best_is_still_given(asking):
    response = asking.ask("Which team won the football cup in Lisbon?")
    assert response.verdict == "not_found"
    assert response.answers == ()
    assert response.best is not None
    check_spans(response)


def test_a_question_that_names_a_speaker_prefers_their_sentence(asking):
    plain = asking.ask("By whom is the cartel led, according to experts?", k=1)
    assert "council of generals" in plain.answers[0].text
    response = asking.ask("According to Rubio, who is the cartel led by?", k=1)
    assert "Maduro" in response.answers[0].text
    assert response.answers[0].attribution.stance == "claimed"
    assert response.answers[0].attribution.speaker.text.endswith("Rubio")


def test_answers_do_not_overlap_or_repeat(asking):
    answers = asking.ask("Who leads the cartel?", k=5).answers
    for position, one in enumerate(answers):
        for other in answers[:position]:
            assert one.text != other.text
            assert one.citation.document_id != other.citation.document_id or not (
                one.citation.span.overlaps(other.citation.span)
            )


def test_the_filter_holds_for_search_and_ask(asking):
    assert {h.passage.document_id for h in asking.search("harbour", filter="kind = b").hits} == {
        "bread"
    }
    assert asking.ask("Who closed the harbour?", filter="kind = b").best.citation.document_id == (
        "bread"
    )
    assert len(asking.search("harbour", filter="  ").hits) == 3


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {}),
        (" \n", {}),
        ("x", {"k": 0}),
        ("x", {"k": 10**6}),
        ("x", {"filter": "kind ="}),
        ("x", {"filter": "kinds = b"}),
        ("x", {"filter": "not " * 100_000 + "kind = b"}),
    ],
)
def test_unusable_input_is_an_input_error(asking, query, options):
    for ask in (asking.search, asking.ask):
        with pytest.raises(InputError):
            ask(query, **options)


def test_a_megabyte_question_is_cut_with_a_note(asking):
    response = asking.ask("Who closed the harbour? " * 45_000)
    assert response.hits
    assert "characters" in response.notes[0]
    assert asking.search("harbour " * 130_000).notes


@pytest.mark.parametrize("query", ['"harbour" AND (NOT:*)^9', "\x00", "\ud800", "🚢", "a" * 9999])
def test_odd_questions_are_answered_without_error(asking, query):
    check_spans(asking.ask(query))
    asking.search(query)


def test_a_misspelt_name_is_found(asking):
    assert asking.search("Madurro", k=1).hits[0].passage.document_id == "news"


def test_refresh_moves_on_and_nothing_deleted_is_cited(store, asking):
    assert asking.refresh() == 1
    store.remove(["port"])
    assert asking.search("harbour master", k=1).hits[0].passage.document_id == "port"
    assert asking.refresh() == 2
    hits = asking.search("harbour master", k=5).hits
    assert "port" not in {hit.passage.document_id for hit in hits}
    with pytest.raises(NotFoundError):
        asking.document("port")


def test_document_has_its_text(asking):
    assert asking.document("news").text == TEXTS["news"]


def test_an_empty_index_finds_nothing(tmp_path, embedder):
    empty = FileStore.create(tmp_path / "empty", embedder=embedder)
    with Engine(empty, embedder, reader=SentenceReader()) as engine:
        response = engine.ask("Who closed the harbour?")
        assert (response.verdict, response.answers, response.best) == ("not_found", (), None)
        assert engine.search("harbour").hits == ()


def test_a_closed_engine_says_so(store, embedder):
    engine = Engine(store, embedder, reader=SentenceReader())
    engine.close()
    with pytest.raises(IndexUnavailableError, match="closed"):
        engine.search("harbour")


def held_open(index):
    """Return what this process has open of an index's record."""
    links = (link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return [place for place in links if place == index / "catalog.sqlite"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files here")
def test_an_engine_that_opened_its_index_closes_it(store, monkeypatch):
    store.close()
    with Engine.open(store.path, reader=SentenceReader()) as engine:
        engine.search("harbour")
        assert held_open(store.path)
    assert held_open(store.path) == []
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "snapshot", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Engine.open(store.path)
    assert held_open(store.path) == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files here")
def test_an_engine_leaves_a_store_that_was_handed_in_open(store, embedder):
    Engine(store, embedder, reader=SentenceReader()).close()
    assert held_open(store.path)


def test_a_missing_index_says_so(tmp_path):
    with pytest.raises(IndexUnavailableError):
        Engine.open(tmp_path / "nothing")


def test_trace_shows_every_stage(asking):
    trace = asking.trace("Who closed the harbour?")
    assert set(trace.rankings.fused[0]) == set(trace.rankings.candidates.ids)
    assert trace.hits[0].passage.document_id == "port"
    assert trace.result.readings[0].features
    assert trace.answers == asking.ask("Who closed the harbour?").answers


def test_many_threads_ask_while_the_index_moves_on(store, asking):
    problems = []

    def ask():
        try:
            for _ in range(5):
                response = asking.ask("Who closed the harbour?", k=1)
                assert response.answers[0].citation.document_id == "port"
        except Exception as error:  # noqa: BLE001  # handed to the main thread
            problems.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(3):
        store.add([document(f"extra{number}", f"Nothing about it, number {number}.")])
        asking.refresh()
    for thread in threads:
        thread.join()
    assert problems == []
    assert asking.refresh() == 4


def test_the_example_question_is_answered_without_overclaiming(engine):
    response = engine.ask("who leads Operation Southern Spear?")
    assert response.verdict == "uncertain"
    shown = " ".join(answer.text for answer in response.answers)
    assert all(name in shown for name in ("Pete Hegseth", "Alvin Holsey", "Paul Lanzilotta"))
    text = engine.document(response.answers[0].citation.document_id).text
    assert all(answer.citation.span.of(text) == answer.text for answer in response.answers)


def test_cosines_of_an_embedder_that_the_reader_does_not_know_are_kept_from_it(store, embedder):
    class Watched(ExtractiveReader):
        def read(self, question, hits, k):
            seen.append([set(hit.scores) for hit in hits])
            return super().read(question, hits, k)

    reader = Watched()
    assert reader.embedder == embedder.fingerprint
    with Engine(store, embedder, reader=reader) as engine:
        for known, scores in ((True, {"dense", "lexical"}), (False, {"lexical"})):
            seen = []
            reader.embedder = embedder.fingerprint if known else "another"
            response = engine.ask("Who leads the cartel?")
            assert seen == [[scores] * len(response.hits)]
            assert "dense" in response.hits[0].scores


def test_the_reader_is_chosen_by_name(seed_index):
    with Engine.open(seed_index, config=EngineConfig(reader="sentence")) as engine:
        assert engine.ask("Who commands U.S. Southern Command?", k=1).verdict == "uncertain"
    nobody = EngineConfig(reader="nobody")
    with (
        Engine.open(seed_index, config=nobody) as engine,
        pytest.raises(InputError, match="nobody"),
    ):
        engine.ask("Who?")


def test_a_misspelt_name_is_mended_before_the_search(store, embedder):
    with Engine(store, embedder, reader=ExtractiveReader()) as engine:
        slip = engine.ask("What did Marco Rubbio claim about Maduro?")
        right = engine.ask("What did Marco Rubio claim about Maduro?")
    assert slip.notes[0] == "'Rubbio' was read as 'Rubio'"
    assert slip.parsed.text == right.question
    assert (slip.verdict, slip.answers, slip.hits) == (right.verdict, right.answers, right.hits)


def test_what_could_not_be_read_is_told_where_nothing_is_found(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "gate.txt").write_text("The north gate is painted green.", "utf-8")
    (folder / "scan.docx").write_bytes(b"no archive at all")
    with FileStore.create(tmp_path / "index") as store:
        store.sync([folder])
    with Engine.open(tmp_path / "index") as engine:
        missing = engine.ask("When was the harbour of Quito dredged?")
        found = engine.ask("What colour is the north gate?")
    assert missing.verdict == "not_found"
    assert any("1 file could not be read" in note for note in missing.notes)
    assert not any("could not be read" in note for note in found.notes)


def test_a_retriever_is_chosen_by_name_and_an_unknown_one_lists_those_there_are(store, embedder):
    with Engine(store, embedder, config=EngineConfig(retriever="hybrid")) as engine:
        assert engine.search("harbour").hits
    with pytest.raises(InputError, match="no retriever called 'psychic'; there are: hybrid"):
        Engine(store, embedder, config=EngineConfig(retriever="psychic"))
