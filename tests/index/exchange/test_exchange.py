"""An index moved between stores: what is found before is found after, and damage is noticed."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexUnavailableError, InputError, ModelError
from index.exchange import export_index, import_index, read_manifest
from index.ingest.file_sources import Rules
from index.ingest.passages import PassageConfig
from index.places import Place, WordBoxes
from index.protocols import Store
from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.testing import HashingEmbedder, lay_out, make_document
from index.types import Box, Heading, Mark, Span

pq = pytest.importorskip("pyarrow.parquet")

FILES = {
    "bees.txt": "Bees dance to tell the hive where flowers stand. " * 20,
    "ants.md": "# Ants\n\nAnts lay trails.\n\n## Queens\n\nA queen lives for decades.\n",
    "owls.jsonl": '{"_id": "o 1", "text": "Owls hunt by ear.", "year": 1999, "tag": ["a", "b"]}\n'
    "{broken\n",
}


class OtherEmbedder(HashingEmbedder):
    fingerprint = "0ddba11" * 9


def over_files(path: Path) -> FileStore:
    return FileStore.create(path, embedder=HashingEmbedder(), model="hashing")


def in_memory(_: Path) -> MemoryStore:
    return MemoryStore.create("memory:", embedder=HashingEmbedder())


def filled(store: Store, folder: Path) -> Store:
    """Return the store with some files, one of which cannot be read to its end, and odd texts."""
    lay_out(folder, FILES)
    store.sync([folder], rules=Rules(exclude=("*.tmp",)))
    odd = make_document(
        "odd", "Half a pair \ud83d and another \ude00.", {"note": "\udcff", "n": 1.5}
    )
    pages = replace(
        make_document("pages", "Moths fly at night."),
        outline=(Heading(Span(0, 5), 1, "Moths \udcff"),),
        places=(Place(Span(0, 19), "page", "1"),),
        boxes=WordBoxes.of([(Span(0, 5), Box(1, 1.0, 2.0, 3.5, 4.0))]),
        marks=(Mark(Span(6, 9), "hidden"),),
    )
    store.add([odd, pages])
    return store


def contents(store: Store) -> list[object]:
    """Return all that a store holds, ids of passages and generations left out."""
    with store.snapshot() as snapshot:
        return [
            (
                document,
                [
                    (each.span, each.text, each.headings, each.title, each.marks)
                    for each in snapshot.document_passages(document.id)
                ],
                vectors_of(snapshot, document.id).tolist(),
            )
            for document in snapshot.documents()
        ]


def vectors_of(snapshot, document_id):
    ids = [each.id for each in snapshot.document_passages(document_id)]
    return snapshot.vectors.vectors(np.array(ids, dtype=np.int64))


def ranking(store: Store, query: str) -> list[tuple[object, ...]]:
    """Return what both arms find, with scores."""
    with store.snapshot() as snapshot:
        arms = (
            snapshot.vectors.search(HashingEmbedder().embed_query(query), 30),
            snapshot.terms.search(query, 30),
        )
        return sorted(
            (arm, each.document_id, each.span, round(float(score), 4))
            for arm, (ids, scores) in enumerate(arms)
            for each, score in zip(snapshot.passages(ids.tolist()), scores, strict=True)
        )


@pytest.fixture
def source(tmp_path: Path) -> Store:
    return filled(over_files(tmp_path / "a"), tmp_path / "docs")


@pytest.fixture
def exported(source: Store, tmp_path: Path) -> Path:
    export_index(source, tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("begin", [over_files, in_memory])
@pytest.mark.parametrize("end", [over_files, in_memory])
def test_what_is_found_before_is_found_after(tmp_path, begin, end):
    source = filled(begin(tmp_path / "a"), tmp_path / "docs")
    manifest = export_index(source, tmp_path / "out")
    target = end(tmp_path / "b")
    report = import_index(tmp_path / "out", target)
    assert (report.generation, report.passages_embedded) == (1, 0)
    assert report.added == manifest.documents == 5
    assert contents(target) == contents(source)
    assert type(source) is not type(target) or ranking(target, "a queen of bees") == ranking(
        source, "a queen of bees"
    )
    assert target.verify() == []
    again = export_index(target, tmp_path / "again")
    assert again.content_sha256 == manifest.content_sha256


def test_the_files_are_known_afterwards_so_that_a_sync_reads_nothing_again(source, tmp_path):
    export_index(source, tmp_path / "out")
    target = over_files(tmp_path / "b")
    import_index(tmp_path / "out", target)
    assert (target.roots(), target.rules()) == (source.roots(), source.rules())
    assert target.skipped() == source.skipped() != []
    before = target.newest()
    report = target.sync()
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 0, 0, 3)
    lay_out(tmp_path / "docs", {**FILES, "bees.txt": "Bees sleep."})
    report = target.sync()
    assert (report.changed, report.passages_embedded) == (1, 1)
    assert target.newest() > before


def test_others_can_read_the_tables(exported):
    rows = pq.read_table(exported / "passages-00000.parquet").to_pylist()
    texts = pq.read_table(exported / "documents-00000.parquet").to_pylist()
    by_id = {row["id"]: row for row in texts}
    assert len(rows) > len(texts) == 5
    for row in rows:
        assert row["text"] == by_id[row["document_id"]]["text"][row["start"] : row["end"]]
        assert len(row["vector"]) == HashingEmbedder.dim
    assert json.loads(by_id["o~201"]["metadata"]) == {"year": 1999, "tag": ["a", "b"]}
    assert by_id["odd"]["text"] == "Half a pair ? and another ?."


def test_an_export_of_many_parts_is_one_index(source, tmp_path, monkeypatch):
    monkeypatch.setattr("index.exchange.exporting._FILE_PASSAGES", 2)
    monkeypatch.setattr("index.exchange.parquet_tables._GROUP_ROWS", 2)
    manifest = export_index(source, tmp_path / "out")
    assert len(manifest.of_table("documents")) == len(manifest.of_table("passages")) >= 3
    target = over_files(tmp_path / "b")
    import_index(tmp_path / "out", target)
    assert contents(target) == contents(source)


def test_an_empty_index_moves_too(tmp_path):
    export_index(over_files(tmp_path / "a"), tmp_path / "out")
    target = in_memory(tmp_path)
    import_index(tmp_path / "out", target)
    assert contents(target) == []


@pytest.mark.parametrize("name", ["documents", "passages", "sources", "manifest"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_damaged_export_is_noticed_and_nothing_goes_in(exported, tmp_path, name, damage):
    path = next(exported.glob(f"{name}*"))
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.unlink()
    target = over_files(tmp_path / "b")
    with pytest.raises((IndexUnavailableError, InputError), match=path.name):
        import_index(exported, target)
    assert (target.newest(), contents(target)) == (0, [])
    assert target.begin().abort() is None, "the lock is free again"


def test_rows_that_do_not_make_the_index_are_refused_though_every_file_has_its_digest(
    exported, tmp_path
):
    """Whoever writes such files themselves may err in what stands in them."""
    wrong = {
        "not its text": {"start": 1, "end": 4},
        "unit length": {"vector": [0.0] * HashingEmbedder.dim},
        "digest of its manifest": {"headings": ["Others"]},
    }
    for number, (words, changed) in enumerate(wrong.items()):
        folder = tmp_path / f"wrong-{number}"
        shutil.copytree(exported, folder)
        rewrite(folder, "passages-00000.parquet", changed)
        target = over_files(tmp_path / f"target-{number}")
        with pytest.raises(IndexUnavailableError, match=words):
            import_index(folder, target)
        assert target.newest() == 0


def rewrite(folder: Path, name: str, changed: dict[str, object]) -> None:
    """Change the first row of a file, and make the manifest fit."""
    from index.exchange.manifest import write_manifest
    from index.store.durable import sha256

    table = pq.read_table(folder / name)
    rows = table.to_pylist()
    rows[0] |= changed
    pq.write_table(type(table).from_pylist(rows, schema=table.schema), folder / name)
    manifest = read_manifest(folder)
    entries = tuple(
        replace(each, bytes=(folder / name).stat().st_size, sha256=sha256(folder / name))
        if each.name == name
        else each
        for each in manifest.files
    )
    write_manifest(folder, replace(manifest, files=entries))


def test_an_index_of_another_embedder_takes_none_of_it(exported, tmp_path):
    target = FileStore.create(tmp_path / "b", embedder=OtherEmbedder(), model="other")
    with pytest.raises(IndexUnavailableError, match=r"'hashing'.*another"):
        import_index(exported, target)
    assert target.newest() == 0


def rewritten(folder: Path, change) -> None:
    """Write the manifest anew with its digest, changed by `change`."""
    path = folder / "manifest.json"
    body = json.loads(path.read_bytes())
    body.pop("sha256")
    change(body)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode("ascii")).hexdigest()
    path.write_text(json.dumps({**body, "sha256": digest}))


def test_an_export_of_the_first_version_is_read(exported, source, tmp_path):
    def first(body):
        body["version"] = 1
        del body["passage_overlap"]

    rewritten(exported, first)
    assert read_manifest(exported).passage_overlap is None
    target = over_files(tmp_path / "b")
    import_index(exported, target)
    assert contents(target) == contents(source)


def test_an_export_of_a_later_version_is_refused(exported, tmp_path):
    rewritten(exported, lambda body: body.update(version=3))
    with pytest.raises(IndexUnavailableError, match="another version"):
        import_index(exported, over_files(tmp_path / "b"))


@pytest.mark.parametrize("other", [PassageConfig(overlap=1), PassageConfig(tokens=80)])
def test_an_index_that_cuts_otherwise_takes_none_of_it(exported, tmp_path, other):
    target = FileStore.create(
        tmp_path / "b", embedder=HashingEmbedder(), model="hashing", passages=other
    )
    with pytest.raises(IndexUnavailableError, match="cut into passages"):
        import_index(exported, target)
    with target.snapshot() as snapshot:
        assert snapshot.counts.documents == 0


def test_a_new_index_cuts_as_the_one_that_was_exported(excerpt, tmp_path):
    cutting = PassageConfig(tokens=60, overlap=1)
    lay_out(tmp_path / "docs", {"bees.txt": "Bees dance in the dark of the hive. " * 40})
    with FileStore.create(tmp_path / "a", passages=cutting) as store:
        store.sync([tmp_path / "docs"])
        expected = contents(store)
    out, second = str(tmp_path / "out"), str(tmp_path / "b")
    assert excerpt("export", "--index", str(tmp_path / "a"), out).returncode == 0
    assert excerpt("import", "--index", second, out).returncode == 0
    with FileStore.open(second) as store:
        assert store.shape.passages == cutting
        assert contents(store) == expected


def test_an_index_that_holds_documents_is_left_as_it_is(exported, tmp_path):
    target = over_files(tmp_path / "b")
    target.add([make_document("mine", "My own words.")])
    with pytest.raises(InputError, match="1 documents already"):
        import_index(exported, target)
    assert [each[0].id for each in contents(target)] == ["mine"]


def test_an_export_goes_where_nothing_is_and_leaves_nothing_half_done(
    source, tmp_path, monkeypatch
):
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(InputError, match="there already"):
        export_index(source, taken)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.exchange.exporting.write_manifest", full)
    with pytest.raises(InputError, match="No space left"):
        export_index(source, tmp_path / "out")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "docs", "taken"]
    assert source.begin().abort() is None, "the lock is free again"


KILLED = """
import sys
from pathlib import Path
from index.exchange import import_index
from index.store import FileStore, StoreConfig
from index.testing import HashingEmbedder

store = FileStore.create(
    Path(sys.argv[2]), embedder=HashingEmbedder(), model="hashing", config=StoreConfig(held=1)
)
import_index(Path(sys.argv[1]), store)
"""


def test_an_import_that_is_killed_leaves_an_empty_index_and_can_be_run_again(exported, tmp_path):
    over_files(tmp_path / "b").close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(exported), str(tmp_path / "b")],
        env={**os.environ, "EXCERPT_KILL_AT": "2"},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = over_files(tmp_path / "b")
    assert (store.newest(), contents(store), store.verify()) == (0, [], [])
    import_index(exported, store)
    assert len(contents(store)) == 5
    assert store.verify() == []


def test_it_says_what_to_install(source, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ModelError, match=r"excerpt\[exchange\]"):
        export_index(source, tmp_path / "out")


def test_the_commands_move_an_index(excerpt, tmp_path):
    lay_out(tmp_path / "docs", {"bees.txt": "Ada Wren leads the society of beekeepers.\n"})
    first, second, out = (str(tmp_path / each) for each in ("a", "b", "out"))
    assert excerpt("index", "--index", first, str(tmp_path / "docs")).returncode == 0
    exported = json.loads(excerpt("export", "--index", first, out, "--json").stdout)
    imported = json.loads(excerpt("import", "--index", second, out, "--json").stdout)
    assert imported["content_sha256"] == exported["content_sha256"]
    assert (imported["generation"], imported["passages_embedded"]) == (1, 0)
    question = ("search", "who leads the beekeepers?", "--json", "--index")
    before, after = (json.loads(excerpt(*question, each).stdout) for each in (first, second))
    assert before["passages"] == after["passages"] != []
    again = excerpt("import", "--index", second, out, "--json")
    assert (again.returncode, "already" in again.stderr) == (2, True)
    nowhere = excerpt("import", "--index", str(tmp_path / "c"), first)
    assert (nowhere.returncode, (tmp_path / "c").exists()) == (2, False)


def test_the_page_names_every_column():
    from index.exchange.arrow import documents_schema, passages_schema, sources_schema

    page = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text("utf-8")
    schemas = (documents_schema(), passages_schema(2), sources_schema())
    for name, schema in zip(("documents", "passages", "sources"), schemas, strict=True):
        section = page.split(f"### {name}\n")[1].split("###")[0]
        cells = re.findall(r"^\| (`.*?`) \| (.*?) \|", section, re.MULTILINE)
        named = {column for cell, _ in cells for column in re.findall(r"`(\w+)`", cell)}
        marked = [cell for cell, kind in cells if "nullable" in kind]
        nullable = {column for cell in marked for column in re.findall(r"`(\w+)`", cell)}
        assert named == set(schema.names)
        assert nullable == {each.name for each in schema if each.nullable}
