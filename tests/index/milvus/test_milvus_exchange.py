"""An index moved from a folder to a Milvus server and back is the same to the last bit."""

from dataclasses import replace

import numpy as np
import pytest

from index.exchange import export_index, import_index
from index.store import FileStore
from index.testing import HashingEmbedder, lay_out, make_document
from index.types import Heading, Mark, Span

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.slow


def folder_store(path):
    return FileStore.create(path, embedder=HashingEmbedder(), model="hashing")


def ranked(store, query):
    with store.snapshot() as snapshot:
        ids, scores = snapshot.vectors.search(HashingEmbedder().embed_query(query), 5)
        places = [(each.document_id, each.span) for each in snapshot.passages(ids.tolist())]
    return places, scores


def test_an_index_moves_to_a_server_and_back(new_index, tmp_path):
    lay_out(tmp_path / "docs", {"bees.txt": "Bees dance for the hive. " * 60, "ants.txt": "Ants."})
    source = folder_store(tmp_path / "a")
    source.sync([tmp_path / "docs"])
    odd = replace(
        make_document("odd", "Half a pair \ud83d of moths."),
        outline=(Heading(Span(0, 4), 1, "Half"),),
        marks=(Mark(Span(5, 6), "hidden"),),
    )
    source.add([odd])
    there = export_index(source, tmp_path / "there")
    server = new_index()
    report = import_index(tmp_path / "there", server)
    assert (report.added, report.passages_embedded) == (3, 0)
    assert server.sync().unchanged == 2
    places, scores = ranked(server, "bees dance")
    expected, exact = ranked(source, "bees dance")
    assert np.allclose(scores, exact, atol=1e-6)
    assert set(places) == set(expected)
    back = export_index(server, tmp_path / "back")
    assert back.content_sha256 == there.content_sha256
    assert server.verify() == []
