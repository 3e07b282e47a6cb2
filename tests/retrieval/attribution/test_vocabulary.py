"""The tables of words say what their readers expect."""

import csv
from importlib.resources import files

import pytest

from retrieval.assertion import vocabulary as assertion
from retrieval.attribution import vocabulary
from retrieval.attribution.vocabulary import Tag, entry, has, is_reporting_verb, words

TABLES = [
    (package.__name__, table.name)
    for package in (vocabulary, assertion)
    for table in files(package).iterdir()
    if table.name.endswith(".tsv")
]


@pytest.mark.parametrize(("package", "table"), TABLES)
def test_every_table_explains_its_columns_and_has_no_line_twice(package, table):
    lines = files(package).joinpath(table).read_text("utf-8").splitlines()
    explained = " ".join(line for line in lines if line.startswith("#"))
    header, *body = csv.reader(
        (line for line in lines if not line.startswith("#")), "excel-tab", quoting=csv.QUOTE_NONE
    )
    assert all(name in explained for name in header)
    assert all(0 < len(cells) <= len(header) for cells in body)
    assert len({tuple(cells) for cells in body}) == len(body)


def test_words_have_their_classes():
    assert has("whose", Tag.POSSESSIVE)
    assert not has("whose", Tag.PREPOSITION)
    assert {"minister", "police"} <= words(Tag.PERSON)
    assert not has("unheard-of", Tag.PERSON | Tag.SMALL)


def test_verbs_have_their_forms():
    told = entry("told").form
    assert told is not None
    assert (told.lemma, told.frame, told.form) == ("tell", "free", "past")
    assert is_reporting_verb("denies")
    assert not is_reporting_verb("paints")
    assert entry("allegations").noun == "claimed"
    assert entry("reportedly").adverb == "reported"
