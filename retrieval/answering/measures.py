"""The number that a question asks for, and the unit that it asks it in, held against a text.

"How many gallons does it hold?" is not answered by "three lids", though "60 litres" comes near it.
"""

import re
from collections.abc import Iterator

_KINDS = tuple(
    re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])", re.IGNORECASE)
    for pattern in (
        r"(?:milli|micro|nano)?seconds?|secs?|[mnµ]?s|min(?:ute)?s?|h(?:ou)?rs?|h|days?|daily|week(?:day|end)?s?"
        r"|weekly|fortnights?|months?|monthly|quarters?|y(?:ea)?rs?|yearly|annual(?:ly)?|decades?"
        r"|centur(?:y|ies)|half-life|overnight|jiff(?:y|ies)|[ap]\.?m|midnight|noon|morning|night",
        r"(?:kilo|mega|giga|tera|kibi|mebi|gibi)?(?:bytes?|bits?|octets?)|[kmgtp]i?b(?:it|yte)?s?|[kmg]|characters?"
        r"|blocks?|sectors?|words?|pages?|diskettes?|floppies",
        r"dollars?|cents?|euros?|pounds?|pence|penn(?:y|ies)|francs?|marks?|kroner?|kronor|crowns?"
        r"|yen|roubles?|rubles?|rupees?|shillings?|guineas?|[a-z]{1,3}\$|usd|eur|gbp|chf|dm",
        r"(?:kilo|centi|milli|nano|micro)?(?:met(?:er|re)s?)|km|cm|mm|nm|m|inch(?:es)?|feet|foot|ft"
        r"|yards?|miles?|leagues?|fathoms?|furlongs?|light-years?|blocks?|paces?",
        r"(?:kilo|milli)?gram(?:me)?s?|kg|g|mg|tons?|tonnes?|ounces?|oz|lbs?|pounds?|stones?",
        r"(?:milli|centi)?lit(?:er|re)s?|ml|cl|l|gallons?|pints?|quarts?|cups?|barrels?|bushels?"
        r"|(?:table|tea)?spoons?(?:fuls?)?|fluid|drops?|bottles?|cans?",
        r"(?:kilo|mega|giga)?hertz|[kmg]?hz",
        r"(?:kilo|mega)?watts?|kw|mw|w|horsepower|hp",
        r"(?:milli|kilo)?volts?|v|kv|mv|va",
    )
)  # fmt: skip
_SIGNS = {2: "$€£¥¢", 3: "\"'′″"}
"""Signs of a kind's units, by its place among the kinds."""
_COUNTED = re.compile(r"\bhow many ([a-z-]+)\b", re.IGNORECASE)
_ENDS = re.compile(r"\bin ([a-z]+)\W*$", re.IGNORECASE)


_SHORTEST = 3
"""Letters of a unit's name: "how many g" asks for none."""
_ASKS_COUNT = re.compile(r"\W*(?:\w+\W+){0,2}how many\b|\W*(?:what|which) year\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirt\w+|fourt\w+"
    r"|fift\w+|sixt\w+|sevent\w+|eight\w+|ninet\w+|twent\w+|fort\w+|hundreds?|thousands?"
    r"|millions?|billions?|dozens?|scores?|half|halves|quarters?|no|none|nobody|nil|zero|both"
    r"|single|singly|once|twice|thrice|an?|all|any|every|each|unlimited|infinite\w*|pairs?|only"
    r"|double|triple|couple|[ivxlc]{2,}|as many as|\w+fold|first|second|third)\b",
    re.IGNORECASE,
)


def lacks_number(question: str, answer: str) -> bool:
    """Return whether a question asks how many, or which year, and an answer says no number.

    >>> lacks_number("How many lids has it?", "several"), lacks_number("How many?", "a pair")
    (True, False)
    """
    return _ASKS_COUNT.match(question) is not None and _NUMBER.search(answer) is None


def missing_measure(question: str, text: str) -> str:
    """Return the unit that a question asks a number in where a text has none of its kind, or "".

    >>> missing_measure("How many gallons does it hold?", "It holds three lids.")
    'gallons'
    >>> missing_measure("How many gallons does it hold?", "It holds 60 litres.")
    ''
    """
    return next((unit for unit, at in _asked(question) if not _measures(text, at)), "")


def _asked(question: str) -> Iterator[tuple[str, int]]:
    for match in (_COUNTED.search(question), _ENDS.search(question)):
        if match is None or len(match[1]) < _SHORTEST:
            continue
        at = next((at for at, kind in enumerate(_KINDS) if kind.fullmatch(match[1])), None)
        if at is not None:
            yield match[1], at


def _measures(text: str, at: int) -> bool:
    return _KINDS[at].search(text) is not None or any(sign in text for sign in _SIGNS.get(at, ""))
