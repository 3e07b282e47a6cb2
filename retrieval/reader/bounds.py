"""The word that bounds a number or a date belongs to the answer: *at least* 16, *until* 2 May.

Without it "28 degrees" says another thing than "under 28 degrees" does.
"""

import re

from index.types import Span

_REACH = 40
_NEAR_BOUND = 30
_LONGEST_CONDITION = 100

_NUMERALS = """
    half one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundreds thousands millions dozens twice several
"""
_OF_NUMBERS = re.compile(
    r"""(?<![\w-])(?:
        at[ ](?:the[ ])?(?:least|most|minimum|maximum|latest|earliest)
      | (?:no|not|never)[ ](?:more|less|[a-z]+er)[ ]than
      | (?:one|two|three|four|five|six|seven|eight|nine|\d+)[ ](?:in|out[ ]of)(?:[ ]every)?
      | (?:more|less|(?!other|rather|whether|either|neither|another)[a-z]{2,}er)[ ]than
      | as[ ](?:many|much|few|little|low|high|long|late|early)[ ]as
      | (?:not[ ])?exceeding | up[ ]to | upwards[ ]of | close[ ]to | in[ ]excess[ ]of
      | a[ ](?:minimum|maximum)[ ]of | (?:just[ ]|well[ ])?(?:under|over)
      | above | below | within | beyond | between
      | about | around | approximately | approx\. | roughly | circa | ca\. | c\. | nearly | almost
      | some | barely | every
    )[ ]$""",
    re.VERBOSE | re.IGNORECASE,
)
_OF_TIMES = re.compile(
    r"""(?<![\w-])(?:
        until | till | since | before | after | by | from | through | between | as[ ]of
      | not[ ](?:before|until) | no[ ](?:later|earlier)[ ]than | starting | beginning
      | (?:from[ ])?(?:early|late) | mid
    )[ ]$""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"[$€£¥#~≈]?[ ]?\d|(?:a (?:hundred|thousand|million|billion|dozen|quarter|third|half)|"
    + "|".join(_NUMERALS.split())
    + r")\b",
    re.IGNORECASE,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_TIME = re.compile(
    rf"""(?:the[ ])?(?:
        \d{{1,2}}(?:st|nd|rd|th)?[ -](?:of[ ])?{_MONTH} | {_MONTH}(?:[ ]\d|$|\b)
      | \d{{4}}\b(?![ ]?[a-z]*s\b) | \d{{1,2}}(?::\d\d)?[ ]?[ap]\.?m\b | \d{{1,2}}:\d\d
      | (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day
      | noon | midnight | sunrise | sunset | dawn | dusk | Easter | Christmas
      | (?:early|late|mid)[ -]
    )""",
    re.VERBOSE,
)


def with_bound(text: str, start: int, end: int) -> int:
    """Return where an answer begins with the word that bounds its number or date, if it has one."""
    number, time = _NUMBER.match(text, start, end), _TIME.match(text, start, end)
    for _ in range(2):  # "by at least 5", "until about noon"
        before = text[max(0, start - _REACH) : start]
        bound = (_OF_NUMBERS.search(before) if number or time else None) or (
            _OF_TIMES.search(before) if time else None
        )
        if bound is None or (bound.group() == "between " and " and " not in text[start:end]):
            break
        start -= len(before) - bound.start()
    return start


LIMIT = 3.0
"""Nats that a limit gains where what is allowed or required is asked: *up to* 8, not usually 5."""

_ASKS_AMOUNT = re.compile(
    r"\bhow (?:many|much|long|old|far|large|big|often|high|soon|late)\b", re.IGNORECASE
)
_ASKS_MOST = re.compile(
    r"\b(?:may|can|could|allow(?:s|ed)?|permit(?:s|ted)?|maximum|at most|limit)\b", re.IGNORECASE
)
_ASKS_LEAST = re.compile(
    r"\b(?:must|needs?|needed|requires?|required|minimum|at least)\b", re.IGNORECASE
)
_MOST = re.compile(
    r"(?:up to|at (?:the )?most|not? more than|not exceeding|a maximum of|within|no later than"
    r"|as (?:many|much|long|far|large) as)\b",
    re.IGNORECASE,
)
_LEAST = re.compile(r"(?:at (?:the )?least|not? (?:fewer|less) than|a minimum of)\b", re.IGNORECASE)


def limit_gain(question: str, text: str, span: Span) -> float:
    """Return the nats that a span gains as the limit that a question asks for.

    It loses as many as the other limit: what there must be at least is not what there may be. The
    word for the limit opens the span, or stands right before it.

    >>> text = "It has at least 2 and up to 8 members."
    >>> limit_gain("How many members may it have?", text, Span(22, 29))
    3.0
    >>> limit_gain("How many members may it have?", text, Span(7, 17))
    -3.0
    >>> limit_gain("How many members?", text, Span(22, 29))
    0.0
    """
    if not _ASKS_AMOUNT.search(question):
        return 0.0
    words = " ".join(text[max(0, span.start - _NEAR_BOUND) : span.start].split()), span.of(text)
    most, least = (_is_bounded_by(bound, *words) for bound in (_MOST, _LEAST))
    asks_most, asks_least = (asks.search(question) for asks in (_ASKS_MOST, _ASKS_LEAST))
    if (most and asks_most) or (least and asks_least):
        return LIMIT
    return -LIMIT if (most and asks_least) or (least and asks_most) else 0.0


def _is_bounded_by(bound: re.Pattern[str], before: str, answer: str) -> bool:
    if bound.match(" ".join(answer.split())):
        return True
    return any(match.end() == len(before) for match in bound.finditer(before))


_CONDITION = re.compile(
    r"(?:^|[.;:\n])[ \t\d.)(a-z]{0,6}(?:when|whenever|if|unless|in case|as soon as)\b[^.;:,\n]*$",
    re.IGNORECASE,
)
_ASKS_CONDITION = re.compile(r"\b(?:if|when|unless|before|until|case)\b", re.IGNORECASE)


def condition_loss(question: str, text: str, span: Span) -> float:
    """Return the nats that a number loses that only says when something holds.

    >>> text = "When there are fewer than 5 members, 2 may be appointed."
    >>> condition_loss("How many members may it have?", text, Span(15, 27))
    3.0
    >>> condition_loss("How many may be appointed?", text, Span(37, 38))
    0.0
    """
    if not _ASKS_AMOUNT.search(question) or _ASKS_CONDITION.search(question):
        return 0.0
    before = text[max(0, span.start - _LONGEST_CONDITION) : span.start]
    return LIMIT if _CONDITION.search(before) else 0.0
