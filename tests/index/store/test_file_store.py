import json
import os
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexLockedError, IndexUnavailableError
from index.ingest.passages import PassageConfig
from index.store import FileStore, Progress, StoreConfig
from index.store.lock import WriteLock
from index.store.verify import problems
from index.testing import HashingEmbedder
from index.text.digest import text_digest
from index.types import Document
from index.vectors import Segment, SegmentWriter
from retrieval.engine import Engine


def make_document(document_id: str, text: str) -> Document:
    return Document(document_id, document_id, "", text, text_digest(text), "text/plain")


def words(store: FileStore) -> list[str]:
    with store.snapshot() as snapshot:
        return sorted(document.text for document in snapshot.documents())


def found_by_terms(store: FileStore, query: str) -> list[str]:
    with store.snapshot() as snapshot:
        ids = snapshot.terms.search(query, 10)[0].tolist()
        return [passage.document_id for passage in snapshot.passages(ids)]


def found_by_vectors(store: FileStore, query: str) -> str:
    with store.snapshot() as snapshot:
        ids = snapshot.vectors.search(store.embedder.embed_query(query), 1)[0].tolist()
        return snapshot.passages(ids)[0].document_id


@pytest.fixture
def embedder():
    return HashingEmbedder()


@pytest.fixture
def store(tmp_path, embedder):
    with FileStore.create(tmp_path / "index", embedder=embedder, model="hashing") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "docs"
    made.mkdir()
    return made


def reopen(store: FileStore) -> FileStore:
    return FileStore.open(store.path, embedder=HashingEmbedder())


class TestOpening:
    def test_a_missing_folder_says_how_to_build_one(self, tmp_path):
        with pytest.raises(IndexUnavailableError, match="excerpt index --index"):
            FileStore.open(tmp_path / "nowhere")

    def test_a_folder_of_something_else_is_refused_and_left_alone(self, tmp_path, embedder):
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(IndexUnavailableError, match="other files"):
            FileStore.open(tmp_path)
        with pytest.raises(IndexUnavailableError, match="not empty"):
            FileStore.create(tmp_path, embedder=embedder, model="hashing")
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_file_in_place_of_the_folder_is_refused(self, tmp_path, embedder):
        (tmp_path / "file").write_text("mine")
        with pytest.raises(IndexUnavailableError, match="is a file"):
            FileStore.open(tmp_path / "file")
        with pytest.raises(IndexUnavailableError, match="cannot make an index"):
            FileStore.create(tmp_path / "file", embedder=embedder, model="hashing")

    def test_a_newer_version_is_refused(self, store):
        with sqlite3.connect(store.path / "catalog.sqlite") as db:
            db.execute("PRAGMA user_version = 99")
        with pytest.raises(IndexUnavailableError, match="newer Excerpt"):
            reopen(store)

    def test_somebody_elses_database_is_refused(self, store):
        with sqlite3.connect(store.path / "catalog.sqlite") as db:
            db.execute("PRAGMA application_id = 7")
        with pytest.raises(IndexUnavailableError, match="no finished Excerpt index"):
            reopen(store)

    def test_a_catalog_that_is_no_database_is_refused(self, store):
        store.close()
        (store.path / "catalog.sqlite").write_bytes(b"garbage" * 1000)
        with pytest.raises(IndexUnavailableError, match=r"catalog\.sqlite"):
            reopen(store)

    def test_another_embedder_is_refused(self, store):
        other = HashingEmbedder()
        other.fingerprint = "0" * 64
        with pytest.raises(IndexUnavailableError, match=r"'hashing'.*excerpt index --index DIR"):
            FileStore.open(store.path, embedder=other)

    def test_other_passages_are_refused(self, store, embedder):
        with pytest.raises(IndexUnavailableError, match="tokens=7"):
            FileStore.open(store.path, embedder=embedder, passages=PassageConfig(tokens=7))

    def test_a_second_writer_is_told_who_is_at_work(self, store):
        with (
            WriteLock(store.path / "write.lock"),
            pytest.raises(IndexLockedError, match=f"process {os.getpid()} is writing"),
        ):
            store.add([make_document("a", "Bees hum.")])
        assert store.add([make_document("a", "Bees hum.")]).generation == 1


class TestDamage:
    """A file that is lost or changed is made anew, and never answered from."""

    @pytest.fixture(autouse=True)
    def filled(self, store):
        store.add(
            [make_document("bees", "Bees hum in the garden."), make_document("ants", "Ants.")]
        )
        store.add([make_document("owls", "Owls watch at night.")])

    @pytest.mark.parametrize("kind", ["lost", "changed", "cut"])
    @pytest.mark.parametrize("where", ["terms/2/*.idx", "terms/2/meta.json", "vectors/1.faiss"])
    def test_it_is_made_anew_when_a_snapshot_is_opened(self, store, where, kind):
        self._damage(store, where, kind)
        again = reopen(store)
        assert again.verify() != []
        assert words(again) == ["Ants.", "Bees hum in the garden.", "Owls watch at night."]
        assert found_by_terms(again, "garden") == ["bees"]
        assert found_by_vectors(again, "bees hum in the garden.") == "bees"
        assert again.newest() == 3
        assert again.verify() == []

    def test_it_is_made_anew_by_a_sync(self, store, folder):
        (folder / "a.txt").write_text("Dogs bark.")
        self._damage(store, "vectors/1.faiss", "changed")
        self._damage(store, "terms/2/*.pos", "lost")
        again = reopen(store)
        again.sync([folder])
        assert again.verify() == []
        assert found_by_terms(again, "bark garden") != []
        assert found_by_vectors(again, "bees hum in the garden.") == "bees"

    @pytest.mark.parametrize("kind", ["lost", "cut"])
    @pytest.mark.parametrize("how", [FileStore.snapshot, FileStore.sync])
    def test_segments_with_a_history_are_made_anew_at_once(self, store, folder, kind, how):
        (folder / "a.txt").write_text("Dogs bark.")
        store.sync([folder])
        store.remove(["owls"])
        for number in range(3):
            before = store.newest()
            for path in sorted((store.path / "vectors").iterdir()):
                self._damage(store, f"vectors/{path.name}", kind)
            with reopen(store) as again:
                how(again)
                assert again.newest() == before + 1
                assert again.verify() == []
                assert found_by_vectors(again, "bees hum in the garden.") == "bees"
                again.add([make_document(f"wasp {number}", "Wasps sting.")])
                again.remove([f"wasp {number}"])
                assert again.verify() == []

    def test_a_whole_folder_that_is_lost_is_made_anew(self, store):
        for folder in ("terms", "vectors", "pins"):
            (store.path / folder).rename(store.path.with_name(folder))
        again = reopen(store)
        assert found_by_terms(again, "garden") == ["bees"]
        assert again.verify() == []

    def test_a_changed_text_is_told(self, store):
        store.close()
        with sqlite3.connect(store.path / "catalog.sqlite") as db:
            db.execute("UPDATE documents SET text = x'00' WHERE id = 'bees'")
        assert any("document bees" in problem for problem in reopen(store).verify())

    @pytest.mark.parametrize(
        ("statement", "told"),
        [
            ("UPDATE passages SET end = end - 1 WHERE id = 1", "passage 1"),
            ("UPDATE passages SET died = 2 WHERE id = 1", "do not live as long"),
            ("DELETE FROM passages WHERE id = 1", "should hold"),
            ("INSERT INTO dead VALUES (1, 1)", "vectors lack"),
            ("UPDATE generations SET documents = 9 WHERE number = 2", "should hold"),
            ("UPDATE segments SET sha256 = 'x'", "checksum"),
        ],
    )
    def test_a_changed_record_is_told(self, store, statement, told):
        store.close()
        with sqlite3.connect(store.path / "catalog.sqlite") as db:
            db.execute(statement)
        assert any(told in problem for problem in reopen(store).verify())

    @staticmethod
    def _damage(store: FileStore, where: str, kind: str) -> None:
        path = next(store.path.glob(where))
        data = bytearray(path.read_bytes())
        path.unlink()
        if kind != "lost":
            data[len(data) // 2] ^= 0x40
            path.write_bytes(data[:-1] if kind == "cut" else data)


class TestSmallWrites:
    def test_one_document_more_rewrites_nothing_of_the_rest(self, store):
        store.add([make_document(str(n), f"Sentence number {n} stands here.") for n in range(300)])
        before = {p.stat().st_ino: p.stat().st_mtime_ns for p in self._files(store)}
        store.add([make_document("more", "One more.")])
        fresh = [p for p in self._files(store) if p.stat().st_ino not in before]
        size = sum(path.stat().st_size for path in fresh)
        assert size < sum(path.stat().st_size for path in self._files(store)) / 4
        kept = [p for p in self._files(store) if p.stat().st_ino in before]
        assert all(p.stat().st_mtime_ns == before[p.stat().st_ino] for p in kept)
        assert (store.path / "vectors" / "1.faiss") in kept

    @staticmethod
    def _files(store: FileStore) -> list[Path]:
        folders = [store.path / "vectors", store.path / "terms" / str(store.newest())]
        return [path for folder in folders for path in folder.iterdir()]

    def test_many_additions_leave_few_segments(self, store):
        for number in range(40):
            store.add([make_document(str(number), f"Sentence number {number}.")])
        assert len(words(store)) == 40
        assert int(str(store.status()["segments"])) < 16
        meta = json.loads((store.path / "terms" / "40" / "meta.json").read_text())
        assert len(meta["segments"]) < 8
        assert store.verify() == []

    def test_many_removals_leave_no_dead_weight(self, store):
        store.add(
            [make_document(str(number), f"Sentence number {number}.") for number in range(50)]
        )
        for number in range(48):
            store.remove([str(number)])
        assert words(store) == ["Sentence number 48.", "Sentence number 49."]
        with sqlite3.connect(store.path / "catalog.sqlite") as db:
            rows = db.execute("SELECT sum(rows) FROM segments WHERE died IS NULL").fetchone()[0]
            stored = db.execute("SELECT count(*) FROM passages").fetchone()[0]
        assert rows < 10
        assert stored < 10
        assert store.verify() == []

    def test_generations_that_nobody_reads_are_collected(self, store):
        for number in range(6):
            store.add([make_document("a", f"Version {number}.")])
        assert store.generations() == [5, 6]
        assert sorted(path.name for path in (store.path / "terms").iterdir()) == ["5", "6"]

    def test_a_generation_that_is_read_is_kept_until_it_is_closed(self, store):
        store.add([make_document("a", "Version 0.")])
        with store.snapshot() as snapshot:
            for number in range(1, 6):
                store.add([make_document("a", f"Version {number}.")])
            assert store.generations() == [1, 5, 6]
            assert snapshot.document("a").text == "Version 0."
        store.add([make_document("a", "Version 6.")])
        assert store.generations() == [6, 7]


class TestReuse:
    def test_only_the_passages_that_changed_are_embedded_again(self, store, folder, embedder):
        paragraphs = [
            " ".join(f"Paragraph {p} has a sentence {s} in it." for s in range(15))
            for p in range(6)
        ]
        (folder / "a.txt").write_text("\n\n".join(paragraphs))
        first = store.sync([folder])
        embedder.embedded.clear()
        paragraphs[-1] += " And one more."
        (folder / "a.txt").write_text("\n\n".join(paragraphs))
        second = store.sync()
        assert second.passages_embedded == len(embedder.embedded)
        assert 0 < second.passages_embedded < first.passages_embedded / 2
        assert store.verify() == []

    def test_one_changed_record_embeds_itself_alone(self, store, folder):
        records = [{"_id": str(n), "text": f"Record {n} says {n * n}."} for n in range(30)]
        path = folder / "all.jsonl"
        path.write_text("\n".join(map(json.dumps, records)))
        assert store.sync([path]).added == 30
        records[7]["text"] = "Record 7 changed."
        path.write_text("\n".join(map(json.dumps, records)))
        report = store.sync()
        counted = (report.changed, report.unchanged, report.passages_embedded)
        assert counted == (1, 29, 1)

    def test_a_renamed_file_is_not_embedded_again(self, store, folder):
        (folder / "a.jsonl").write_text('{"_id": "x", "text": "Bees hum."}')
        store.sync([folder])
        (folder / "a.jsonl").rename(folder / "b.jsonl")
        report = store.sync()
        assert (report.problems, report.passages_embedded) == ((), 0)
        assert words(store) == ["Bees hum."]


class TestSync:
    def test_an_id_that_is_taken_is_told_and_taken_in_once_it_is_free(self, store, folder):
        for name in ("a", "b"):
            (folder / f"{name}.jsonl").write_text(json.dumps({"_id": "x", "text": f"From {name}."}))
        report = store.sync([folder])
        assert words(store) == ["From a."]
        assert "a.jsonl" in report.problems[0].reason
        (folder / "a.jsonl").unlink()
        assert store.sync().problems == ()
        assert words(store) == ["From b."]

    def test_a_removed_document_comes_back_with_its_file(self, store, folder):
        (folder / "a.txt").write_text("Bees hum.")
        store.sync([folder])
        with store.snapshot() as snapshot:
            identity = next(snapshot.documents()).id
        store.remove([identity])
        assert words(store) == []
        assert store.sync().added == 1

    def test_a_root_that_may_be_gone_takes_its_documents_with_it(self, store, folder):
        (folder / "a.txt").write_text("Bees hum.")
        store.sync([folder])
        (folder / "a.txt").unlink()
        folder.rmdir()
        report = store.sync(allow_empty=True)
        assert report.removed == 1
        assert str(folder) in report.problems[0].uri

    def test_a_part_of_a_root_is_mirrored_alone(self, store, folder):
        for name in ("one", "two"):
            (folder / name).mkdir()
            (folder / name / "a.txt").write_text(name)
        store.sync([folder])
        for name in ("one", "two"):
            (folder / name / "a.txt").unlink()
        assert store.sync([folder / "one"], allow_empty=True).removed == 1
        assert words(store) == ["two"]
        assert store.status()["roots"] == [str(folder)]

    def test_the_index_does_not_index_itself(self, folder, embedder):
        (folder / "a.txt").write_text("Bees hum.")
        inside = FileStore.create(folder / "index", embedder=embedder, model="hashing")
        (inside.path / "stray.txt").write_text("Not a document.")
        inside.sync([folder])
        assert words(inside) == ["Bees hum."]

    def test_progress_is_told_as_it_happens(self, store, folder):
        for number in range(5):
            (folder / f"{number}.txt").write_text(f"Sentence {number}.")
        told: list[Progress] = []
        store.sync([folder], progress=told.append)
        assert told[-1] == Progress(files=5, files_known=5, documents=5, passages=5)
        assert [p.documents for p in told] == sorted(p.documents for p in told)

    @pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
    def test_an_interruption_leaves_the_last_generation(self, store, folder, interruption):
        store.add([make_document("a", "Bees hum.")])
        (folder / "b.txt").write_text("Ants walk.")
        (folder / "c.txt").write_text("Owls watch.")

        def interrupt(progress: Progress) -> None:
            if progress.documents == 2:
                raise interruption

        with pytest.raises(interruption):
            store.sync([folder], progress=interrupt)
        assert (store.newest(), words(store)) == (1, ["Bees hum."])
        assert [p.name for p in store.path.rglob("*.stage")] == []
        assert store.sync([folder]).added == 2
        assert store.verify() == []


def test_an_index_that_moves_on_while_it_is_verified_is_whole(store, monkeypatch):
    store.add([make_document("a", "Version 0."), make_document("b", "Bees hum.")])
    verified = []

    def verify_later(db, layout, dim, number):
        with reopen(store) as other:
            for version in range(1, 4):
                other.add([make_document("a", f"Version {version}.")])
        verified.append(number)
        return problems(db, layout, dim, number)

    monkeypatch.setattr("index.store.file_store.problems", verify_later)
    assert store.verify() == []
    assert (verified, store.newest()) == ([1], 4)
    assert 1 in store.generations()


def test_readers_in_many_threads_see_whole_generations(store):
    store.add([make_document("a", "Version 0."), make_document("b", "Version 0.")])
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with store.snapshot() as snapshot:
                texts = {document.text for document in snapshot.documents()}
                ids = snapshot.terms.search("version", 9)[0].tolist()
                texts |= {passage.text for passage in snapshot.passages(ids)}
                if len(texts) != 1:
                    wrong.append(str(texts))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 15):
        text = f"Version {number}."
        store.add([make_document("a", text), make_document("b", text)])
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_shipped_embedder_makes_and_reopens_an_index(tmp_path, folder):
    (folder / "a.txt").write_text("The capital of France is Paris.")
    (folder / "b.txt").write_text("Whales are mammals that live in the sea.")
    with FileStore.create(tmp_path / "index") as store:
        report = store.sync([folder])
        assert report.wordpieces_embedded > report.passages_embedded == 2
    with FileStore.open(tmp_path / "index") as store:
        assert "a.txt" in found_by_vectors(store, "Which city governs the French?")
        assert store.verify() == []


def test_a_document_put_twice_in_a_write_that_holds_little_back_is_there_once(tmp_path, embedder):
    config = StoreConfig(held=1)
    path = tmp_path / "index"
    with FileStore.create(path, embedder=embedder, model="hashing", config=config) as store:
        with store.begin() as writer:
            writer.put(make_document("a", "The ferry leaves at nine."))
            writer.put(make_document("b", "The tram waits for the ferry."))
            writer.put(make_document("a", "The ferry leaves at ten."))
            writer.commit()
        assert words(store) == ["The ferry leaves at ten.", "The tram waits for the ferry."]
        assert found_by_terms(store, "ferry leaves") == ["a", "b"]
        assert not store.verify()
        with store.begin() as writer:
            writer.delete("a")
            writer.put(make_document("a", "The ferry leaves at noon."))
            writer.commit()
        assert words(store) == ["The ferry leaves at noon.", "The tram waits for the ferry."]


def test_terms_count_what_an_index_made_afresh_counts(tmp_path, embedder):
    def text(number: int, version: str) -> str:
        return f"Gate {number} opens at {number % 7} o'clock. It is {version} {number % 3}."

    def store_of(name: str) -> FileStore:
        return FileStore.create(tmp_path / name, embedder=embedder, model="hashing")

    def fill(store: FileStore, numbers: range, version: str) -> None:
        with store.begin() as writer:
            for number in numbers:
                writer.put(make_document(str(number), text(number, version)))
            writer.commit()

    def scores(store: FileStore) -> list[list[float]]:
        with store.snapshot() as snapshot:
            asked = ("rusty gate", "painted", "gate 7 opens", "is it rusty 2")
            return [sorted(snapshot.terms.search(each, 400)[1].tolist()) for each in asked]

    with store_of("changed") as changed, store_of("fresh") as fresh:
        fill(changed, range(300), "rusty")
        fill(changed, range(3), "painted")
        fill(fresh, range(3), "painted")
        fill(fresh, range(3, 300), "rusty")
        np.testing.assert_allclose(np.concatenate(scores(changed)), np.concatenate(scores(fresh)))


def test_places_and_boxes_are_kept(store):
    from dataclasses import replace

    from index.places import Place, WordBoxes
    from index.types import Box, Span

    document = replace(
        make_document("a", "Bees hum."),
        places=(Place(Span(0, 9), "page", "3"), Place(Span(0, 9), "label", "iii")),
        boxes=WordBoxes.of([(Span(0, 4), Box(3, 1, 2, 3, 4))]),
    )
    store.add([document])
    with store.snapshot() as snapshot:
        kept = snapshot.document("a")
    assert (kept.places, kept.boxes) == (document.places, document.boxes)


class TestGoingWithoutVectors:
    """Of much damage, or where nothing can be written, a snapshot goes without and says so."""

    @pytest.fixture
    def store(self, tmp_path, embedder):
        config = StoreConfig(repaired=2)
        with FileStore.create(
            tmp_path / "index", embedder=embedder, model="hashing", config=config
        ) as opened:
            opened.add([make_document(f"bee{n}", f"Bee {n} hums in the garden.") for n in range(5)])
            opened.add([make_document("owl", "Owls watch at night.")])
            yield opened

    @pytest.fixture
    def again(self, store):
        path = store.path / "vectors" / "1.faiss"
        path.write_bytes(path.read_bytes()[:-1])
        config = StoreConfig(repaired=2)
        with FileStore.open(store.path, embedder=HashingEmbedder(), config=config) as opened:
            yield opened

    def test_the_other_arm_still_finds_what_one_cannot(self, again):
        with again.snapshot() as snapshot:
            assert (snapshot.counts.passages, snapshot.counts.without_vectors) == (6, 5)
            ids = snapshot.terms.search("garden", 9)[0]
            assert len(ids) == 5
            query = again.embedder.embed_query("garden")
            assert snapshot.vectors.scores(query, ids).tolist() == [0.0] * 5
            assert len(snapshot.vectors.search(query, 9)[0]) == 1
        assert again.newest() == 2

    def test_the_engine_says_so_until_a_sync_mends_it(self, again, folder):
        (folder / "a.txt").write_text("Ants walk.")
        with Engine(again, again.embedder) as engine:
            found = engine.search("garden")
            assert {hit.passage.document_id for hit in found.hits} >= {"bee0", "bee4"}
            assert "the vectors of 5 passages are damaged" in found.notes[-1]
            again.sync([folder])
            engine.refresh()
            assert engine.search("garden").notes == ()
        assert again.verify() == []

    def test_a_locked_index_is_opened_without_what_cannot_be_made_now(self, store):
        path = store.path / "vectors" / "2.faiss"
        path.write_bytes(path.read_bytes()[:-1])
        with reopen(store) as again, WriteLock(store.path / "write.lock"):
            assert again.snapshot().counts.without_vectors == 1
        with reopen(store) as again:
            assert again.snapshot().counts.without_vectors == 0
            assert again.verify() == []

    def test_a_segment_without_vectors_is_told_by_a_few_rows(self, tmp_path):
        rows = np.eye(64, dtype=np.float32)
        writer = SegmentWriter(tmp_path / "a", 64)
        writer.append(np.arange(64), rows)
        writer.finish()
        assert Segment(writer.path, 64, 64).is_plausible()
        data = writer.path.read_bytes()
        writer.path.write_bytes(data[:-9000] + bytes(9000 - 64 * 8) + data[-64 * 8 :])
        assert not Segment(writer.path, 64, 64).is_plausible()
