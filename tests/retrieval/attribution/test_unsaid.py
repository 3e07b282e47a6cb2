"""Nobody is given words that they did not, may or might have said, and things say nothing."""

import pytest

from index.types import Span
from retrieval.attribution import attribute

NOBODY = [
    "If you send a letter claiming that the lamp is yours, then it must be handed over.",
    "The usher should report that the lamp is out.",
    "The usher could not say where the lamp was.",
    "The usher may conclude that the lamp is broken.",
    "The ushers had hoped to say more.",
    "She was going to tell the judge that the lamp was hers.",
    "The judge had yet to confirm the date.",
    "Unless the usher says otherwise, the lamp stays lit.",
    "Should the usher report a leak, ring the bell.",
    "Had the usher said that the lamp was out, we would have waited.",
    "Whether the usher told the truth is unclear.",
    "It is doubtful that the usher said the lamp was out.",
    "The usher forgot to mention that the lamp was out.",
    "Nor did the usher say that the lamp was out.",
    "Not even the usher said that the lamp was out.",
    "The survey said nothing of the lamp.",
    "The plaque says that the poet slept here.",
    "The guidebook says that the poet slept here.",
    "The machine admits air through a valve.",
    "The wind cried in the chimney.",
    "The theory explains why the tides turn.",
]
SAID = [
    ("It was the usher who told the judge that the lamp was out.", "usher"),
    ("Only the usher said that the lamp had gone out.", "usher"),
    ("The abbey insists that visitors remove their shoes.", "abbey"),
    ("The tenants were told by the landlady that the lamp was out.", "landlady"),
    ("The charge was dismissed by the dean as nonsense.", "dean"),
    ('The verger: "The lamp has been out since noon."', "verger"),
    ("The lamp had gone out at noon, the verger claims.", "verger"),
    ("The lamp goes out at noon, says the landlady.", "landlady"),
    ("The verger's report that the lamp was out was confirmed.", "verger"),
    ("It said the lamp would be lit again.", "It"),
]


def speaker(text: str) -> str | None:
    found = attribute(text, Span(0, len(text))).speaker
    return None if found is None else found.text


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_speaks(text):
    assert speaker(text) is None


@pytest.mark.parametrize(("text", "who"), SAID)
def test_somebody_speaks(text, who):
    assert who in (speaker(text) or "")


@pytest.mark.parametrize(
    ("text", "said", "who"),
    [
        ("09:15 Oster: platform 2\n09:40 Tarn: platform 1\n", "platform 1", None),
        ("Weir (noun): a low dam.\nSluice (noun): a gate.\n", "a gate.", None),
        ("ruth: i lost it\nolle: where?\nruth: i left it in the hut\n", "in the", "ruth"),
        ("<olle_k> I moved the boats\n<ruth9> I am late\n", "the boats", "olle_k"),
        ("title: Our summer\nplace: my garden\ntags: travel\n", "my garden", None),
        ("@Olle: I moved the boats\n@Ruth: I am late\n@Olle: I know\n", "I moved", "Olle"),
        ("**Chair (R. Holm):** The hut leaks.\n\n**Clerk (O. Fex):** I agree.\n", "hut", "Chair"),
    ],
)  # fmt: skip
def test_turns_and_lines_that_only_look_like_them(text, said, who):
    at = text.index(said)
    start, end = text.rfind("\n", 0, at) + 1, text.index("\n", at)
    found = attribute(text, Span(start, end)).speaker
    assert (None if found is None else found.text) == who
