"""Filters that the server decides select what brute force does."""

import random

import numpy as np
import pytest

from index.filters import document_fields, matches, parse
from index.milvus.collections import DOCUMENT
from index.milvus.facts import plan
from index.testing import Make, make_document
from index.types import Document, MetadataValue

pytestmark = pytest.mark.slow

DECIDED_BY_THE_SERVER = [
    "year = 1999",
    "year != 1999",
    "year > 1999",
    "not year <= 2001",
    "published >= 2025-11-03",
    "published < 2025-12",
    "published = 2025-11",
    "published = 2025-11-03T10:00:00Z",
    "published in (2024, 2025-11-05)",
    "price = 2.5 or price < -1",
    "price > 1e300",
    "tag = red and not tag = blue",
    "tag in (red, 'it''s \"quoted\"')",
    "has price and year not in (1999, 2001)",
    "price = null",
    "type in (pdf, '.TXT')",
    "language = en",
    "draft = true",
    "id = d7 or title = 'A title'",
]
DECIDED_HERE = [
    "tag contains e",
    "title starts with A",
    "folder = deep",
    "folder = '/a'",
    "folder starts with '/a/de'",
    "path starts with '/a/d'",
    "path = '/a/deep/b.PDF'",
    "path in ('/a/c.txt', c.txt)",
    "path starts with '/a/grün_%/'",
    "folder = '/a/grün_%' or folder = deep",
    "folder = '/a/~'",
    "path starts with '/'",
    "folder != '/a/deep'",
    "has folder",
    "folder = '/a' and not path = c.txt and year > 1000",
    "folder = '/a' and tag contains e",
    "name > m",
    "tag = red and name < m",
    "tag = red or name < m",
    "not (tag = red and name < m)",
    "number = 12345678901234567891",
]


URIS = [
    "file:///a/deep/b.PDF", "/a/deep/b.PDF", "/a/c.txt", "/ab/c.txt", "memory:x", "file:///deep",
    "/a/grün_%/c.txt", "/a/grünx%/c.txt", "/a/~/c.txt", "/a/\ud83d\ude00/c.txt", "/a/\ud83d/b.txt",
    'file:///a/"b"/c.txt',
]  # fmt: skip


def documents() -> list[Document]:
    """Return documents with many kinds of values, several of a field, and none."""
    chance = random.Random(3)
    values: dict[str, list[MetadataValue]] = {
        "year": [1999, 2001, "2001", (1998, 2005), 2001.5],
        "published": ["2025-11-03", "2025-11-03T10:00:00Z", "2024-02", ("2025-11-05", "2026-01")],
        "price": [2.5, -3, 0, -0.0, ("1e301", 2)],
        "tag": ["red", ("red", "blue"), 'it\'s "quoted"', "gr\x00ün", "ros\ud800e"],
        "language": ["en-US", "de"],
        "draft": [True, False],
        "name": ["anna", "zoe", ("bob", "mia")],
        "number": [12345678901234567891, 12345678901234567890],
    }
    made = []
    for number in range(60):
        chosen = {
            name: chance.choice(each) for name, each in values.items() if chance.random() < 0.6
        }
        document = make_document(f"d{number}", f"Words {number}.", chosen)
        uri = chance.choice(URIS)
        made.append(Document(**{**as_fields(document), "uri": uri}))
    crowd = {f"field{number}": number for number in range(600)}
    return [*made, make_document("crowd", "Many fields.", {**crowd, "tag": "red", "year": 1999})]


def as_fields(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in document.__slots__}


def test_every_filter_selects_what_brute_force_does(new_index: Make) -> None:
    store = new_index()
    store.add(documents())
    store.remove(["d5"])
    with store.snapshot() as snapshot:
        every = list(snapshot.documents())
        assert len(every) == 60
        ids = {
            each.id: [passage.id for passage in snapshot.document_passages(each.id)]
            for each in every
        }
        for expression in DECIDED_BY_THE_SERVER + DECIDED_HERE:
            tree = parse(expression)
            assert plan(tree).exact == (expression in DECIDED_BY_THE_SERVER), expression
            passing = [each.id for each in every if matches(tree, document_fields(each))]
            expected = sorted(identity for each in passing for identity in ids[each])
            assert snapshot.select(tree).tolist() == expected, expression
            listed = snapshot.listing(tree)  # type: ignore[attr-defined]  # of this store alone
            assert [head.id for head in listed.heads("", 99)] == sorted(passing), expression


def test_a_field_of_the_name_of_a_place_counts_beside_the_place(new_index: Make) -> None:
    store = new_index()
    here = make_document("here", "Bees hum.")
    there = make_document("there", "Owls hoot.", {"folder": "/srv/letters"})
    store.add([Document(**{**as_fields(here), "uri": "/srv/letters/a.txt"}), there])
    with store.snapshot() as snapshot:
        for expression in ("folder = '/srv/letters'", "folder starts with '/srv/le'"):
            assert len(snapshot.select(parse(expression))) == 2, expression


def test_a_path_asks_for_no_more_than_lies_there(new_index: Make) -> None:
    """The texts and fields of documents elsewhere are not read."""
    store = new_index()
    made = [make_document(f"d{n}", f"Bees hum {n}.", {"year": n}) for n in range(30)]
    placed = [
        Document(**{**as_fields(each), "uri": f"/srv/{'ab'[n % 2]}/{n}.txt"})
        for n, each in enumerate(made)
    ]
    store.add(placed)
    with store.snapshot() as snapshot:
        tree = parse("folder = '/srv/a'")
        asked = plan(tree).expression
        rows = snapshot._client.query(  # type: ignore[attr-defined]  # of this store alone
            snapshot._names.record, f"kind == {DOCUMENT} and {asked}", ["uri"]
        )
        assert len(rows) == 15
        assert len(snapshot.select(tree)) == 15


def test_both_arms_ask_only_what_passes(new_index: Make) -> None:
    store = new_index()
    store.add([make_document(f"d{n}", f"Bees hum {n}.", {"year": n}) for n in range(40)])
    with store.snapshot() as snapshot:
        allowed = snapshot.select(parse("year >= 35"))
        query = store.embedder.embed_query("bees hum")
        dense, scores = snapshot.vectors.search(query, 10, allowed)
        assert sorted(dense.tolist()) == allowed.tolist()
        assert np.allclose(snapshot.vectors.scores(query, dense), scores, atol=1e-5)
        assert sorted(snapshot.terms.search("bees", 10, allowed)[0].tolist()) == allowed.tolist()
