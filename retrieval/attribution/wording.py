"""An attribution in words, as a reader sees it behind an answer."""

from retrieval.attribution import people
from retrieval.types import Attribution

_BY = {"reported": "according to", "claimed": "claimed by", "denied": "denied by"}
_BY_NOBODY = {
    "reported": "reported, without saying by whom",
    "claimed": "claimed, without saying by whom",
    "denied": "denied, without saying by whom",
}
_OBJECT = {"he": "him", "she": "her", "they": "them", "i": "the author", "we": "the authors"}
_PLURALS = frozenset(word for word in people.PEOPLE if word.endswith("s")) - frozenset(
    ("christians", "jews", "muslims", "congress")
) | {"police", "people"}
_LOWERED = ("The ", "A ", "An ", "His ", "Her ", "Their ", "Its ", "Some ", "Many ", "Several ")


def describe(attribution: Attribution) -> str:
    """Say whose words an answer is; an empty string for the document's own statement.

    >>> from retrieval.types import Words
    >>> describe(Attribution("claimed", Words("Rubio"), full_name=Words("Marco Rubio")))
    'claimed by Marco Rubio'
    """
    if attribution.stance == "stated":
        return ""
    named = attribution.full_name or attribution.speaker
    if named is None:
        return _BY_NOBODY[attribution.stance]
    name = _OBJECT.get(named.text.lower(), " ".join(named.text.split()))
    if name.startswith(_LOWERED) or (name.lower() in people.PEOPLE and name.lower() in _PLURALS):
        name = name[0].lower() + name[1:]
    return f"{_BY[attribution.stance]} {name}"
