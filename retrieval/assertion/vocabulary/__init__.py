"""The words that deny, doubt, plan, suppose or set in the past what stands in their scope.

`words.tsv` gives each word its classes, `plans.tsv` what must follow a word of planning,
`pairs.tsv` what denies in two words. Lines that begin with `#` say what the columns are.
"""

import re
from functools import cache

from retrieval.attribution.vocabulary import Tag, rows
from retrieval.attribution.vocabulary import words as tagged_words


@cache
def _classes() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for word, classes in rows(__name__, "words.tsv"):
        for name in classes.split():
            words.setdefault(name, set()).add(word)
    return {name: frozenset(each) for name, each in words.items()}


def words(name: str) -> frozenset[str]:
    """Return the words of a class of `words.tsv`."""
    return _classes()[name]


def _pairs(reach: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        (first, second) for first, second, each in rows(__name__, "pairs.tsv") if each == reach
    )


NOT = words("not")
NOBODY = words("nobody")
HARMLESS_AFTER_NOT = words("harmless_after_not")
HARMLESS_AFTER_NO = words("harmless_after_no")
LEAVES_OUT = words("leaves_out")
EVERY = words("every")
DENYING_VERB = words("denying_verb")
ASKER = words("asker")
PROSPECT = words("prospect")
PERMISSION = words("permission")
BELIEF = words("belief")
IN_FACT = words("in_fact")
DENYING_ADJECTIVE = words("denying_adjective")
DOUBTING = words("doubting")
REPORTING = words("reporting")
FACTIVE = words("factive")
PLAN = words("plan")
WEAK_PLAN = words("weak_plan")
AFTER_BE = words("after_be")
OPEN_VERB = words("open_verb")
INSIDE_ONLY = words("inside_only")
SUPPOSING = words("supposing")
INVERTED = words("inverted")
POSSIBLE = words("possible")
SCARCELY = words("scarcely")
CLAIM_NOUN = words("claim_noun")
UNTRUE_AFTER = words("untrue_after")
ALMOST = words("almost")
CANCELLED = words("cancelled")
CLAUSE_STARTER = words("clause_starter")
RELATIVE = words("relative")
FORMER = words("former")
ASKED_OPPOSITE = words("asked_opposite")
STOP = words("stop")
FUTURE = words("future")
PERHAPS = words("perhaps")
WANTING = words("wanting")
PAST_STATE = words("past_state")
HAPPENING = words("happening")
OFFERED = words("offered")
PROPOSED = words("proposed")
WISHING = words("wishing")
CHANGE = words("change")
EARLIER = words("earlier")
EARLY = words("early")
LEFT = words("left")
"""Reporting words deny their complement with them; that of the factive ones is presupposed.

Inside only: cues that bear on an answer in their scope alone. Asked opposites ask for what a
sentence denies in another word: not open, closed. After be: words of planning only there.
"""

AUXILIARY, ADVERB, BE = tagged_words(Tag.AUXILIARY), tagged_words(Tag.ADVERB), tagged_words(Tag.BE)
CLAUSE_TAKER, CONJUNCTION = tagged_words(Tag.CLAUSE_TAKER), tagged_words(Tag.CONJUNCTION)
DETERMINER, IRREGULAR = tagged_words(Tag.DETERMINER), tagged_words(Tag.IRREGULAR)
HAVE = tagged_words(Tag.HAVE)
POSSESSIVE, PREPOSITION = tagged_words(Tag.POSSESSIVE), tagged_words(Tag.PREPOSITION)
SUBJECT_PRONOUN = tagged_words(Tag.SUBJECT_PRONOUN)
FINITE = AUXILIARY | IRREGULAR

ANYBODY = frozenset(("a", "an", "any", "anyone", "anybody", "everyone", "each", "those", "all"))
ASKING = frozenset(("what", "how", "whether", "if", "who", "why", "where", "when"))
DENYING_PAIR, EXCEPTING_PAIR, FAILING_PAIR = _pairs("verb"), _pairs("phrase"), _pairs("failed")
FOLLOWERS = {word: tuple(each.split()) for word, each in rows(__name__, "plans.tsv")}
TO_TAKERS = ("fail", "refus", "declin", "unable", "neglect", "omit")

ASKED_NEGATIVE = NOT | NOBODY | DENYING_VERB | DENYING_ADJECTIVE | words("asked_negative")
ASKED_UNREAL = PLAN | ALMOST | CANCELLED | words("asked_unreal")
ASKED_FORMER = FORMER | words("asked_former")

NO_DENIAL = re.compile(r"un(?:der|ti|it|iv|iq|io|cle|less|if|to$)|non?e?$", re.IGNORECASE)
"""Words that begin as denials do and are none: under, until, university."""

STATE = re.compile(
    r"^\W*(?:who|which \w+|what|where)\s+(?:is|are|leads?|runs?|owns?|has|have|heads?|holds?)\b"
    r"(?! (?:to|going|planned|being)\b)(?!.*\w{3}ing\b)",
    re.IGNORECASE,
)
"""Questions about what is so now."""
PRESENT = re.compile(
    r"^\W*(?:(?:to|from|for|by|in|of|at|on|with)\s+)?(?:\w+\s+){0,3}?(?:is|are|does|do|has|have)\b"
    r"|^\W*(?:who|which \w+|what)\s+(?:(?!was|does|has|is)\w+s)\b",
    re.IGNORECASE,
)
ASKS_NOW = re.compile(
    r"^\W*(?:(?:to|from|for|by|in|of|at|on|with)\s+)?(?:\w+\s+){0,3}?(?:is|are|does|do)\b",
    re.IGNORECASE,
)
STRICTLY_PAST = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
PAST = re.compile(
    r"\b(?:did|was|were|had)\b|^(?:who|which|what|how many)\b[^?]*?\b(?:\w{3,}ed|won|sold|bought|"
    r"built|said|wrote|led|made|took|got|gave|came|went|left|became|found|won|held|lost|met|paid|"
    r"ran|sang|told|taught|stole|broke|shot|drew|drove|flew|fell|chose|began|sent|set)\b",
    re.IGNORECASE,
)

CUE = (
    words("cue") | words("at_first") | PERHAPS | WANTING
    | NOT | NOBODY | SCARCELY | LEAVES_OUT | UNTRUE_AFTER | ALMOST
    | DENYING_VERB | DENYING_ADJECTIVE | BELIEF | SUPPOSING | PROSPECT | PERMISSION | ASKER | PLAN
    | FORMER | INVERTED | POSSIBLE | OFFERED | PROPOSED | WISHING | EARLIER | CANCELLED
    | {"ought", "served", "from", "within"}
    | {first for first, _ in EXCEPTING_PAIR | DENYING_PAIR | FAILING_PAIR}
)  # fmt: skip
"""Every word that may be a cue; all others need no look at what stands around them."""
