"""What every store that mirrors folders keeps to."""

from pathlib import Path

import pytest

from index.errors import InputError
from index.ingest.file_sources import Rules
from index.testing.samples import Make, lay_out, texts


class SyncContract:
    """Inherit beside `StoreContract`: the store mirrors folders."""

    def test_the_store_mirrors_a_folder(self, make: Make, tmp_path: Path) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk.", "c.txt": "Owls watch."})
        assert store.sync([folder]).added == 3
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants run.", "d.txt": "Dogs bark."})
        report = store.sync()
        counted = (report.added, report.changed, report.removed, report.unchanged)
        assert counted == (1, 1, 1, 1)
        assert report.passages_embedded == 2
        assert texts(store) == ["Ants run.", "Bees hum.", "Dogs bark."]
        assert store.verify() == []

    def test_nothing_changed_makes_no_generation_and_embeds_nothing(
        self, make: Make, tmp_path: Path
    ) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk."})
        first = store.sync([folder])
        again = store.sync([folder])
        assert (again.generation, again.unchanged) == (first.generation, 2)
        assert (again.passages_embedded, again.wordpieces_embedded) == (0, 0)

    def test_ids_are_stable_across_edits(self, make: Make, tmp_path: Path) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum."})
        store.sync([folder])
        before = [d.id for d in store.snapshot().documents()]
        lay_out(folder, {"a.txt": "Bees buzz."})
        store.sync([folder])
        assert [d.id for d in store.snapshot().documents()] == before

    def test_other_roots_stay(self, make: Make, tmp_path: Path) -> None:
        store = make()
        lay_out(tmp_path / "one", {"a.txt": "One."})
        lay_out(tmp_path / "two", {"b.txt": "Two."})
        store.sync([tmp_path / "one"])
        store.sync([tmp_path / "two"])
        assert texts(store) == ["One.", "Two."]
        lay_out(tmp_path / "one", {})
        lay_out(tmp_path / "two", {"b.txt": "Two.", "c.txt": "Three."})
        assert store.sync([tmp_path / "two"]).removed == 0
        assert (store.sync().removed, store.sync().held) == (0, 1)
        assert store.sync(allow_empty=True).removed == 1
        assert texts(store) == ["Three.", "Two."]

    def test_rules_leave_files_out_and_stay_with_their_root(
        self, make: Make, tmp_path: Path
    ) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk.", "c.md": "Owls watch."})
        rules = Rules(
            include=("*.txt",), exclude=("b*",), text_fields=("body",), metadata=("year=2024",)
        )
        report = store.sync([folder], rules=rules)
        assert (report.added, dict(report.left_out)) == (1, {"not included": 1, "excluded": 1})
        assert store.sync().added == 0
        assert store.rules() == {folder: rules}
        assert store.sync(rules=Rules()).added == 2

    def test_a_root_is_forgotten_with_its_documents(self, make: Make, tmp_path: Path) -> None:
        store = make()
        lay_out(tmp_path / "one", {"a.txt": "One."})
        lay_out(tmp_path / "two", {"b.txt": "Two."})
        store.sync([tmp_path / "one", tmp_path / "two"])
        with pytest.raises(InputError, match="three"):
            store.forget([tmp_path / "one", tmp_path / "three"])
        assert store.forget([tmp_path / "one"]).removed == 1
        assert store.roots() == [tmp_path / "two"]
        assert texts(store) == ["Two."]
        assert store.verify() == []

    def test_a_file_that_moved_is_where_it_is_now(self, make: Make, tmp_path: Path) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.jsonl": '{"_id": "x", "text": "Bees hum."}', "b.txt": "Ants walk."})
        store.sync([folder])
        (folder / "a.jsonl").rename(folder / "c.jsonl")
        report = store.sync()
        assert (report.problems, report.held) == ((), 0)
        with store.snapshot() as snapshot:
            assert snapshot.document("x").uri.endswith("c.jsonl")
        assert texts(store) == ["Ants walk.", "Bees hum."]

    def test_no_path_and_no_root_is_an_error(self, make: Make) -> None:
        with pytest.raises(InputError, match="excerpt index PATH"):
            make().sync()

    def test_a_path_that_is_not_there_is_an_error(self, make: Make, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="nowhere"):
            make().sync([tmp_path / "nowhere"])

    def test_problems_are_reported_every_time_and_the_rest_goes_in(
        self, make: Make, tmp_path: Path
    ) -> None:
        store, folder = make(), tmp_path / "docs"
        lines = ['{"_id": "1", "text": "Bees hum."}', "{broken", '{"_id": "3", "text": "Owls."}']
        lay_out(folder, {"a.jsonl": "\n".join(lines), "b.txt": "Ants walk."})
        for _ in range(2):
            report = store.sync([folder])
            assert [problem.line for problem in report.problems] == [2]
            assert texts(store) == ["Ants walk.", "Bees hum.", "Owls."]
