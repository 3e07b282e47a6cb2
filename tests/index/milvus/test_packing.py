"""Values as Milvus's columns: any value comes back as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import InputError
from index.milvus.packing import ROOM, cut, pack, read_json, unpack, write_json

ANY_TEXT = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=8,
)


@settings(max_examples=50)
@given(VALUES)
def test_any_value_comes_back(value: object) -> None:
    column = write_json(value)
    assert column.isascii()
    assert read_json(column) == value
    assert unpack(cut(pack(value))) == value


def test_two_surrogates_stay_two() -> None:
    halves = "\ud83d\ude00"
    assert read_json(write_json([halves])) == [halves]
    assert read_json(write_json(["😀"])) == ["😀"]


def test_a_long_value_is_compressed_and_cut() -> None:
    assert len(write_json("bees " * 50_000)) < ROOM
    numbers = [hash(str(number)) for number in range(20_000)]
    with pytest.raises(InputError, match="too long"):
        write_json(numbers)
    pieces = cut(pack(numbers))
    assert len(pieces) > 1
    assert all(len(piece) <= ROOM for piece in pieces)
    with pytest.raises(ValueError, match="damaged"):
        unpack(pieces[:-1])
