from hypothesis import given
from hypothesis import strategies as st

from index.ingest.embedded_text import embedded_text


def test_what_is_embedded_carries_title_and_headings_once() -> None:
    assert embedded_text("Bees", ("Hives", "Wax"), "Wax melts.") == "Bees\nHives\nWax melts."
    assert embedded_text("Bees", ("Bees",), "Text.") == "Bees\nText."
    assert embedded_text("", (), "Text.") == "Text."
    assert embedded_text("", ("a\tb",), "One:\n| a | b |") == "One:\n| a | b |"
    assert embedded_text("", ("a\tb",), "1 | 2") == "a | b\n1 | 2"
    assert embedded_text("000_4cd1c7cb977fb5b8.txt", (), "Text.") == "Text."
    assert embedded_text("meeting-notes.md", (), "Text.") == "meeting notes\nText."


@given(st.text(), st.lists(st.text(), max_size=3), st.text(min_size=1))
def test_titles_never_crowd_out_the_text(title: str, headings: list[str], text: str) -> None:
    embedded = embedded_text(title, headings, text)
    assert embedded.endswith(text)
    assert len(embedded.encode()) <= len(text.encode()) + 257
