"""The words that report: verbs, nouns and adverbs of saying, with the stance each gives."""

from functools import cache
from typing import NamedTuple

from retrieval.attribution.words import word_set
from retrieval.types import Stance

CLAIMS = "allege argue contend"
PRETENSIONS = "claim"
VOWS = "vow pledge promise"
CLAUSAL_CLAIMS = "assert maintain boast purport theorize hypothesize insist"
FINDINGS = "find show"
HOLDING = "hold"
DENIALS = "deny refute repudiate rebut"
REJECTIONS = "reject dismiss dispute"
SAYINGS = "say tell state announce remark reply comment warn quip tweet caution testify"
CLAUSAL = (
    "add point note indicate write propose believe think estimate conclude predict observe"
    " affirm swear protest rule signal joke recall concede confirm declare exclaim lament opine"
    " retort recount"
    " confess highlight speculate reckon respond disclose hint imply complain posit fear"
)
QUOTING = (
    "continue ask wonder cite repeat answer urge demand recommend advise hope feel agree"
    " begin cry shout whisper muse laugh post chant"
)
EMPHASES = (
    "emphasize emphasise stress underline underscore reiterate acknowledge report explain suggest"
    " admit reveal"
)
VOICINGS = "express voice"
NAMINGS = (
    "term describe dub label characterize characterise call brand interpret regard cite"
    " praise criticize criticise condemn denounce hail speak"
)
QUOTED_NAMINGS = word_set(
    "term dub call brand label cite praise criticize criticise condemn denounce hail speak"
)
"""Naming verbs of which a quotation is the name: called it "a joke", spoke of "a joke"."""

ACCUSING = "accuse blame"
CHARGED = {"accuse": ("of",), "blame": ("for", "on")}
"""What comes before the charge: accused them of it, blamed them for it, blamed it on them."""

_IRREGULAR = {
    "say": ("says", "said", "said", "saying"),
    "tell": ("tells", "told", "told", "telling"),
    "write": ("writes", "wrote", "written", "writing"),
    "think": ("thinks", "thought", "thought", "thinking"),
    "begin": ("begins", "began", "begun", "beginning"),
    "feel": ("feels", "felt", "felt", "feeling"),
    "find": ("finds", "found", "found", "finding"),
    "show": ("shows", "showed", "shown", "showing"),
    "hold": ("holds", "held", "held", "holding"),
    "speak": ("speaks", "spoke", "spoken", "speaking"),
}
BELIEFS = word_set("think believe fear hope feel guess speculate reckon estimate")
NOUNISH = word_set(
    "point rule signal protest "
    "state report claim call term label estimate hope fear note comment remark answer "
    "demand promise pledge vow joke cry shout laugh brand stress quip tweet caution address "
    "post repeat boast lament propose reply whisper cite hint urge highlight complain"
)
"""Verbs of which the base form, or the one in -s, is as often a noun."""

_DOUBLING = frozenset({"quip", "admit", "rebut", "dub"})


class Form(NamedTuple):
    """What an inflected verb may be: its lemma, frame, stance and form.

    `frame` says what must follow for it to report something: `free` (anything), `clause` (a
    clause or a quotation), `finding` (the same, of a survey or those who look into things),
    `quote` (a quotation, or a clause with `that`), `plain` (anything, if people say it), `claim`
    (a clause, to be, responsibility), `voice` (a concern), `deny`, `reject`, `name` (what X termed
    Y; called for) or `accuse` (Y of).
    `form` is `base`, `s`, `past` or `ing`; past participles count as `past`.
    """

    lemma: str
    frame: str
    stance: Stance
    form: str


NOUNS: dict[str, Stance] = {
    **dict.fromkeys(("claim", "claims", "allegation", "allegations"), "claimed"),
    **dict.fromkeys(("accusation", "accusations", "assertion", "assertions"), "claimed"),
    **dict.fromkeys(("contention", "argument", "arguments", "charge", "charges"), "claimed"),
    **dict.fromkeys(("denial", "denials"), "denied"),
    **dict.fromkeys(("statement", "statements", "announcement", "report", "reports"), "reported"),
    **dict.fromkeys(("suggestion", "suggestions", "belief", "rumor", "rumors"), "reported"),
    **dict.fromkeys(("rumour", "rumours", "warning", "warnings", "remark", "remarks"), "reported"),
    **dict.fromkeys(("admission", "opinion", "view", "concern", "concerns"), "reported"),
}
ALLEGED = frozenset(NOUNS) | word_set(
    "involvement responsibility wrongdoing any having being rumour idea notion criticism "
    "suspicion knowledge guilt"
)
CONCERNS = word_set(
    "concern concerns doubt doubts fear fears hope hopes belief confidence support regret"
    " opposition dismay anger disappointment satisfaction condolences sympathy view views opinion"
)
VIEWS = word_set("view views opinion words word judgment judgement account estimation")
HEDGES: dict[str, Stance] = {
    "reportedly": "reported",
    "allegedly": "claimed",
    "purportedly": "claimed",
    "supposedly": "claimed",
}


@cache
def verb_forms() -> dict[str, Form]:
    """Return every inflected form of every reporting verb."""
    groups: tuple[tuple[str, str, Stance], ...] = (
        (CLAIMS, "free", "claimed"),
        (PRETENSIONS, "claim", "claimed"),
        (VOWS, "claim", "reported"),
        (CLAUSAL_CLAIMS, "clause", "claimed"),
        (DENIALS, "deny", "denied"),
        (REJECTIONS, "reject", "denied"),
        (SAYINGS, "free", "reported"),
        (CLAUSAL, "clause", "reported"),
        (FINDINGS, "finding", "reported"),
        (HOLDING, "quote", "reported"),
        (EMPHASES, "plain", "reported"),
        (VOICINGS, "voice", "reported"),
        (QUOTING, "quote", "reported"),
        (NAMINGS, "name", "reported"),
        (ACCUSING, "accuse", "claimed"),
    )
    forms: dict[str, Form] = {}
    for lemmas, frame, stance in groups:
        for lemma in lemmas.split():
            third, past, participle, gerund = _inflect(lemma)
            forms |= dict.fromkeys((past, participle), Form(lemma, frame, stance, "past"))
            forms[third] = Form(lemma, frame, stance, "s")
            forms[gerund] = Form(lemma, frame, stance, "ing")
            forms[lemma] = Form(lemma, frame, stance, "base")
    return forms


def _inflect(lemma: str) -> tuple[str, str, str, str]:
    if lemma in _IRREGULAR:
        return _IRREGULAR[lemma]
    if lemma.endswith("y") and lemma[-2] not in "aeo":
        return lemma[:-1] + "ies", lemma[:-1] + "ied", lemma[:-1] + "ied", lemma + "ing"
    stem = lemma + lemma[-1] if lemma in _DOUBLING else lemma
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch")) else "s")
    if lemma.endswith("e") and not lemma.endswith("ee"):
        return third, lemma + "d", lemma + "d", lemma[:-1] + "ing"
    past = lemma + "d" if lemma.endswith("ee") else stem + "ed"
    return third, past, past, stem + "ing"
