"""A server that is away, slow, killed or holds something else, and writers that end badly."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexLockedError, IndexUnavailableError
from index.milvus import collections
from index.milvus.address import read_address
from index.milvus.client import Client
from index.milvus.collections import CLAIM, Collections, record_row
from index.milvus.milvus_store import MilvusStore
from index.milvus.settings import MilvusConfig
from index.testing import HashingEmbedder, Make, lay_out, make_document, texts

pytestmark = pytest.mark.slow


def passages(store: MilvusStore) -> list[str]:
    with store.snapshot() as snapshot:
        return sorted(
            passage.text
            for document in snapshot.documents()
            for passage in snapshot.document_passages(document.id)
        )


def test_a_generation_is_seen_whole_while_the_next_one_is_written(new_index: Make) -> None:
    store: Any = new_index()
    store.add([make_document(f"d{n}", f"Bees hum {n}.") for n in range(120)])
    stopping = threading.Event()
    wrong: list[object] = []
    looks: list[int] = []

    def look() -> None:
        query = HashingEmbedder().embed_query("Bees hum")
        while not stopping.is_set():
            with store.snapshot() as snapshot:
                ids, _ = snapshot.vectors.search(query, 1000)
                found = {each.text.split()[0] for each in snapshot.passages(ids.tolist())}
                number = snapshot.counts.generation
            looks.append(number)
            if len(ids) != 120 or found != {"Bees" if number % 2 else "Ants"}:
                wrong.append((number, len(ids), found))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for generation in range(2, 5):
        words = "Bees hum" if generation % 2 else "Ants walk"
        store.add([make_document(f"d{n}", f"{words} {n}.") for n in range(120)])
    stopping.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(set(looks)) > 1
    assert store.verify() == []


def test_a_server_killed_amid_a_write_loses_nothing_acknowledged(
    server: Any, new_index: Make, cache: MilvusConfig
) -> None:
    store: Any = new_index()
    store.add([make_document("old", "Bees hum."), make_document("gone", "Wasps sting.")])
    impatient = f"{server.url(read_address(store.location).name)}?timeout=5"
    small = MilvusConfig(cache=cache.cache, held=1)
    other = MilvusStore.open(impatient, embedder=HashingEmbedder(), config=small)
    reader = other.snapshot()
    writer = other.begin()
    writer.put(make_document("second", "Ants walk."))
    writer.checkpoint()
    writer.put(make_document("third", "Owls watch."))
    writer.delete("gone")
    writer.put(make_document("fourth", "Dogs bark."))
    server.kill()
    with pytest.raises(IndexUnavailableError, match=r"cannot be reached|did not answer"):
        writer.commit()
    with pytest.raises(IndexUnavailableError, match=r"cannot be reached|did not answer"):
        reader.vectors.search(HashingEmbedder().embed_query("bees"), 5)
    server.start()
    again = MilvusStore.open(
        server.url(read_address(store.location).name), embedder=HashingEmbedder(), config=cache
    )
    assert again.newest() == store.newest() == 2
    assert texts(again) == ["Ants walk.", "Bees hum.", "Wasps sting."]
    assert again.verify() == []
    assert again.remove(["gone"]).generation == 3
    assert passages(again) == ["Ants walk.", "Bees hum."]
    assert again.verify() == []
    with again.snapshot() as snapshot:
        assert len(snapshot.terms.search("wasps", 5)[0]) == 0
        assert len(snapshot.terms.search("ants", 5)[0]) == 1


def test_a_write_that_was_cut_off_is_taken_out_by_the_next(
    new_index: Make, cache: MilvusConfig
) -> None:
    store: Any = new_index()
    store.add([make_document("a", "Bees hum."), make_document("b", "Ants walk.")])
    small = MilvusConfig(cache=cache.cache, held=1)
    other: Any = MilvusStore.open(store.location, embedder=HashingEmbedder(), config=small)
    writer = other.begin()
    writer.delete("a")
    writer.put(make_document("c", "Owls watch."))
    writer._claim.release(clean=False)  # what a kill leaves: rows, and a claim of nobody
    assert texts(store) == ["Ants walk.", "Bees hum."]
    assert store.add([make_document("d", "Dogs bark.")]).generation == 2
    assert passages(store) == ["Ants walk.", "Bees hum.", "Dogs bark."]
    assert store.verify() == []


def test_a_claim_of_another_machine_holds_until_it_is_stale(new_index: Make) -> None:
    store: Any = new_index()
    address = read_address(store.location)
    facts = {"host": "elsewhere", "boot": "x", "process": 1, "started": "1", "renewed": 0.0}
    client = Client(address)
    name = Collections.of(address).record
    client.insert(name, [record_row(1 << 61, CLAIM, data=json.dumps({**facts, "renewed": 4e9}))])
    with pytest.raises(IndexLockedError, match="process 1 on elsewhere"):
        store.begin()
    client.replace(name, [record_row(1 << 61, CLAIM, data=json.dumps(facts))])
    with store.begin() as writer:
        writer.put(make_document("a", "Bees hum."))
        client.delete(name, [writer._claim._row])  # as one who takes it for abandoned does
        with pytest.raises(IndexLockedError, match="took over"):
            writer.commit()
    assert store.newest() == 0
    client.close()


def test_what_died_is_deleted_when_nobody_can_be_reading_it(
    new_index: Make, tmp_path: Path
) -> None:
    store: Any = new_index()
    hasty: Any = MilvusStore.open(
        store.location,
        embedder=HashingEmbedder(),
        config=MilvusConfig(retain=0.0, cache=tmp_path / "hasty"),
    )
    hasty.add([make_document("a", "Bees hum.")])
    old = hasty.snapshot()
    for number in range(6):
        hasty.add([make_document("a", f"Ants walk {number}.")])
    address = read_address(store.location)
    client = Client(address)
    assert len(client.query(address.name, "id > 0", ["id"])) <= 3
    client.close()
    with pytest.raises(IndexUnavailableError, match="open the index again"):
        old.document("a")
    assert texts(hasty) == ["Ants walk 5."]
    assert hasty.verify() == []


def test_long_and_crowded_documents_come_back(new_index: Make) -> None:
    store = new_index()
    long = " ".join(f"Sentence {n} of {hash(str(n))} says little." for n in range(6_000))
    crowded = {f"field{n}": str(hash(str(n))) * 5 for n in range(900)}
    added = [make_document("long", long), make_document("crowd", "Few words.", crowded)]
    store.add(added)
    with store.snapshot() as snapshot:
        assert [snapshot.document(each.id) for each in added] == added
        listed: Any = snapshot
        assert [head.id for head in listed.listing(None).heads("", 9)] == ["crowd", "long"]
    assert store.verify() == []
    store.remove(["long"])
    assert store.verify() == []


def test_a_slow_server_is_given_up_on(server: Any, new_index: Make) -> None:
    store: Any = new_index()
    url = f"{server.url(read_address(store.location).name)}?timeout=2"
    impatient: Any = MilvusStore.open(url, embedder=HashingEmbedder())
    server.pause()
    try:
        with pytest.raises(IndexUnavailableError, match=r"did not answer within 2 s.*\?timeout="):
            impatient.newest()
    finally:
        server.go_on()
    assert impatient.newest() == 0


def test_a_server_that_is_away_is_named_without_the_token() -> None:
    url = "milvus://root:hunter2@127.0.0.1:1/books?timeout=2"
    with pytest.raises(IndexUnavailableError, match=r"127\.0\.0\.1:1 cannot be reached") as error:
        MilvusStore.open(url)
    assert "hunter2" not in str(error.value)
    assert "\n" not in str(error.value)


def test_an_index_that_is_missing_or_not_ours_is_explained(
    server: Any, new_index: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(IndexUnavailableError, match="there is no index at"):
        MilvusStore.open(server.url("nothing"))
    store: Any = new_index()
    client = Client(read_address(server.url("theirs")))
    client._client.create_collection("theirs_record", dimension=4)
    client._client.create_collection("theirs", dimension=4)
    with pytest.raises(IndexUnavailableError, match="was not made by Excerpt"):
        MilvusStore.open(server.url("theirs"))
    client.drop("theirs_record")
    with pytest.raises(IndexUnavailableError, match="was not made by Excerpt"):
        MilvusStore.create(server.url("theirs"), embedder=HashingEmbedder())
    client.drop("theirs")
    client.close()
    other = HashingEmbedder()
    other.dim = 16
    with pytest.raises(IndexUnavailableError, match=r"32 dimensions.*16"):
        MilvusStore.open(store.location, embedder=other)
    monkeypatch.setattr(collections, "SCHEMA_VERSION", collections.SCHEMA_VERSION + 1)
    with pytest.raises(IndexUnavailableError, match=r"has the format 1, and this Excerpt reads 2"):
        MilvusStore.open(store.location)


def test_collections_that_do_not_belong_together_are_refused(
    server: Any, new_index: Make, new_name: Callable[[], str]
) -> None:
    first, second = (server.url(new_name()) for _ in range(2))
    wide = HashingEmbedder()
    wide.dim = 16
    MilvusStore.create(first, embedder=HashingEmbedder(), model="hashing").close()
    MilvusStore.create(second, embedder=wide, model="hashing").close()
    names = [Collections.of(read_address(url)) for url in (first, second)]
    client = Client(read_address(first))
    client.drop(names[0].passages)
    client._client.rename_collection(names[1].passages, names[0].passages)
    with pytest.raises(IndexUnavailableError, match=r"have \[16\] dimensions.*says 32"):
        MilvusStore.open(first)
    for collection in (names[0].passages, names[0].record, names[1].record):
        client.drop(collection)
    client.close()


def test_a_sync_follows_a_folder_over_many_writes(new_index: Make, tmp_path: Path) -> None:
    store, folder = new_index(), tmp_path / "docs"
    lay_out(folder, {f"{n}.txt": f"Bees hum {n}." for n in range(150)})
    assert store.sync([folder]).added == 150
    lay_out(folder, {f"{n}.txt": f"Bees hum {n % 100}." for n in range(10, 150)})
    report = store.sync()
    assert (report.changed, report.removed, report.unchanged) == (50, 10, 90)
    assert store.verify() == []
