import pytest

from index.lexical.analysis import terms


@pytest.mark.parametrize(
    "inside",
    ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u2063", "\u202e"],
)
def test_what_is_invisible_inside_a_word_parts_no_term(inside: str) -> None:
    assert [term.plain for term in terms(f"barn{inside}yard")] == ["barnyard"]
