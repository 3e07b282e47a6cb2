"""An attribution in words, as a reader sees it behind an answer."""

from retrieval.attribution.vocabulary import Tag, has
from retrieval.types import Attribution, Words

_BY = {"reported": "according to", "claimed": "according to", "denied": "denied by"}
_BY_NOBODY = {
    "reported": "reported, without saying by whom",
    "claimed": "claimed, without saying by whom",
    "denied": "denied, without saying by whom",
}
_UNFOUND = "quoted; who speaks was not found"
_OBJECT = {"he": "him", "she": "her", "they": "them", "i": "the author", "we": "the authors"}
_CAPITAL = ("christians", "jews", "muslims", "congress")
_LOWERED = ("The ", "A ", "An ", "His ", "Her ", "Their ", "Its ", "Some ", "Many ", "Several ")


def describe(attribution: Attribution) -> str:
    """Say whose words an answer is; an empty string for the document's own statement.

    >>> from retrieval.types import Words
    >>> describe(Attribution("claimed", Words("Rubio"), full_name=Words("Marco Rubio")))
    'according to Marco Rubio'
    """
    if attribution.stance == "stated":
        return ""
    named = attribution.full_name or attribution.speaker
    if named is None:
        return _UNFOUND if attribution.cue is None else _BY_NOBODY[attribution.stance]
    return f"{_BY[attribution.stance]} {_object(named)}"


def describe_speaker(attribution: Attribution) -> str:
    """Say of an answer that is itself who speaks, by which word, and their name where it is fuller.

    Empty for any other answer.

    >>> from retrieval.types import Words
    >>> describe_speaker(Attribution("stated", says=Words("claims")))
    'who speaks here: “claims”'
    """
    if attribution.says is None:
        return ""
    named = None if attribution.speaker is not None else attribution.full_name
    name = "" if named is None else f"{_object(named)}, "
    by = "" if attribution.says.text == ":" else f": “{attribution.says.text}”"
    return f"{name}who speaks here{by}"


def _object(named: Words) -> str:
    """Return a name as it stands in the middle of a sentence, as its object."""
    name = _OBJECT.get(named.text.lower(), " ".join(named.text.split()))
    if name.startswith(_LOWERED) or _is_plural(name.lower()):
        name = name[0].lower() + name[1:]
    return name


def _is_plural(word: str) -> bool:
    plural = word in ("police", "people") or (word.endswith("s") and word not in _CAPITAL)
    return plural and has(word, Tag.PERSON)
