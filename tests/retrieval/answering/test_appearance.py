"""A quote that may look like other words than it holds says so."""

import pytest

from retrieval.answering.appearance import appearance_notes


@pytest.mark.parametrize(
    ("quote", "says"),
    [
        ("Anna \u202ennaM\u202c", "reorder what is shown (U+202E, U+202C)"),
        ("Anna \u2067Mann\u2069", "reorder what is shown"),
        ("pay\u200bpal", "without width inside a word (U+200B)"),
        ("Bob\U000e0041\U000e0042", "tag characters"),
        ("p\u0430ypal", "mixes Latin and Cyrillic letters"),
        ("\u0391lpha", "mixes Latin and Greek letters"),
    ],
)
def test_a_quote_that_deceives_is_told(quote: str, says: str) -> None:
    (note,) = appearance_notes([quote])
    assert says in note
    assert not any(0x202A <= ord(letter) <= 0x2069 for letter in note)


@pytest.mark.parametrize(
    "quote",
    [
        "plain words",
        "en\u00adcy\u00adclo\u00adpe\u00addia",
        "Москва и Paris",
        "47 kΩ, 3 μm, Δt",
        "👩\u200d🔬 said so",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "Größe, naïve, Ærø",
    ],
)
def test_what_is_usual_is_not(quote: str) -> None:
    assert appearance_notes([quote]) == ()


def test_the_same_is_told_once() -> None:
    assert len(appearance_notes(["p\u0430ypal", "the p\u0430ypal"])) == 1
