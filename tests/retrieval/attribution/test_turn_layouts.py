import pytest

from index.text.sentences import sentences
from retrieval.attribution import attribute

SAID = [
    ("Frida", "The boat needs paint."),
    ("Oskar", "Which paint did you buy?"),
    ("Frida", "I bought the green paint in Holm."),
    ("Oskar", "Good."),
]

LAYOUTS = {
    "own line": "{0}\n{1}\n\n",
    "own line with a time": "{0}, 9:15 AM\n{1}\n\n",
    "heading": "### {0}\n\n{1}\n\n",
    "dated chat": "[2031-04-02 09:10:00] <{0}> {1}\n",
    "starred": "* {0}: {1}\n",
    "reply mark": "{0} > {1}\n",
    "round brackets": "({0}) {1}\n",
    "square brackets": "[{0}] {1}\n",
    "dash": "{0} - {1}\n",
    "office": "{0}, clerk: {1}\n",
    "bar": "{0} | {1}\n",
    "time behind": "{0} [09:10] {1}\n",
    "voice of a subtitle": "00:01.000 --> 00:02.000\n<v {0}>{1}\n\n",
    "bold in a quotation": "> **{0}** {1}\n\n",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_whose_turn_it_is_in_every_layout(layout):
    text = "".join(layout.format(*turn) for turn in SAID)
    at = text.index("Holm")
    sentence = next(each for each in sentences(text) if each.start <= at < each.end)
    speaker = attribute(text, sentence).speaker
    assert speaker is not None
    assert speaker.text == "Frida"


@pytest.mark.parametrize(
    "text",
    [
        "Rome\nThe city has seven hills.\n\nParis\nThe city has one river.\n",
        "[Note] The boat needs paint.\n[Note] The mast is new.\n",
        "Oak - a tree with lobed leaves.\nElm - a tree by the water.\n",
        "**Paint** The boat needs paint.\n\n**Mast** The mast is new.\n",
        "VERSION. The tool is free.\nNOTICE. The tool is new.\n",
    ],
)
def test_headings_and_entries_are_nobodys_turn(text):
    assert all(attribute(text, each).speaker is None for each in sentences(text))
