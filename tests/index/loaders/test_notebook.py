"""Notebooks: cells as text, with their headings, what they printed, and their pointers."""

import json
from typing import Any

import pytest

from index.errors import LoadError
from index.loaders import get_loader
from index.places import places_of
from index.types import Document, LoadProblem, Span

CELLS: list[dict[str, Any]] = [
    {
        "cell_type": "markdown",
        "source": ["# Pear harvest\n", "\n", "Tora Lind picks the pears.\n", "<!-- not Bo -->"],
    },
    {
        "cell_type": "code",
        "source": "weigh()",
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["\x1b[31m412 kg\x1b[0m in all\n"]},
            {
                "output_type": "execute_result",
                "data": {"text/html": "<b>ninety</b>", "text/plain": ["ninety crates"]},
            },
            {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}},
            {"output_type": "error", "ename": "ScaleError", "evalue": "too heavy"},
        ],
    },
    {"cell_type": "markdown", "source": "## Prices\nA crate costs four crowns."},
]


def load(value: object) -> Document | LoadProblem:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    (found,) = get_loader("notebook").load(data, uri="/a/pears.ipynb", key="a")
    return found


def document(value: object) -> Document:
    found = load(value)
    assert isinstance(found, Document)
    return found


def pointer(found: Document, words: str) -> str:
    start = found.text.index(words)
    return places_of(found.places, Span(start, start + len(words)))["pointer"]


def test_cells_are_read_in_order_with_what_they_printed() -> None:
    found = document({"cells": CELLS, "metadata": {"authors": [{"name": "Ada Holt"}]}})
    assert found.title == "Pear harvest"
    assert found.metadata["author"] == "Ada Holt"
    assert [h.text for h in found.outline] == ["Pear harvest", "Prices"]
    assert all(h.span.of(found.text).endswith(h.text) for h in found.outline)
    assert "412 kg in all\n\nninety crates\n\nScaleError: too heavy\n\n## Prices" in found.text
    assert "iVBOR" not in found.text
    assert [mark.span.of(found.text) for mark in found.marks] == ["<!-- not Bo -->"]
    assert pointer(found, "Tora Lind") == "/cells/0/source"
    assert pointer(found, "ninety crates") == "/cells/1/outputs/1"
    assert pointer(found, "four crowns") == "/cells/2/source"


def test_a_notebook_of_the_third_version_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Tides"},
        {"cell_type": "code", "input": "ebb()", "outputs": [{"text": "low at six"}]},
    ]
    found = document({"worksheets": [{"cells": cells}], "nbformat": 3})
    assert found.text == "Tides\n\nebb()\n\nlow at six"
    assert [(h.level, h.text) for h in found.outline] == [(2, "Tides")]
    assert pointer(found, "low at six") == "/worksheets/0/cells/1/outputs/0"


@pytest.mark.parametrize("value", [[], {"a": 1}, {"cells": "none"}, b"{", b"[[[[", 7])
def test_what_is_no_notebook_is_refused(value: object) -> None:
    with pytest.raises(LoadError):
        load(value)


@pytest.mark.parametrize("value", [b"", {"cells": []}, {"cells": [7, {"source": {}}]}])
def test_one_without_words_is_a_problem(value: object) -> None:
    assert isinstance(load(value), LoadProblem)
