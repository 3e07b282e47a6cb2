"""Front matter keeps its values as they were written."""

import pytest

from index.loaders.front_matter import front_matter


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("off", "off"),
        ("00417", "00417"),
        ("09:45", "09:45"),
        ("2.50", "2.50"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("31536000000000000001", "31536000000000000001"),
        ("true", True),
        ("17", 17),
        ("-2.5", -2.5),
        ("2031-04-05", "2031-04-05"),
    ],
)
def test_a_value_is_what_was_written(written: str, value: object) -> None:
    found = front_matter(f"---\nkey: {written}\n---\ntext\n").metadata["key"]
    assert found == value
    assert type(found) is type(value)


def test_a_title_may_look_like_a_number() -> None:
    assert front_matter("---\ntitle: 3.10\n---\n").title == "3.10"


def test_toml_is_read_between_plus_signs() -> None:
    text = '+++\ntitle = "Rules"\nyear = 2031\ntags = ["a", "b"]\n+++\n\nText.\n'
    found = front_matter(text)
    assert found.title == "Rules"
    assert found.metadata["year"] == 2031
    assert list(found.metadata["tags"]) == ["a", "b"]
    assert text[found.end :].strip() == "Text."
    assert front_matter("+++\nnot toml\n+++\n").title == ""
