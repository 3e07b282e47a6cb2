"""The words that report: verbs and nouns of saying, and the small words around them."""

from functools import cache
from typing import NamedTuple

from retrieval.types import Stance

CLAIMS = "allege argue contend claim"
CLAUSAL_CLAIMS = "assert maintain boast purport theorize hypothesize insist"
DENIALS = "deny refute repudiate rebut"
REJECTIONS = "reject dismiss dispute"
SAYINGS = "say tell state announce remark reply comment warn reiterate quip tweet caution testify"
CLAUSAL = (
    "add note suggest indicate reveal write propose believe think estimate conclude predict"
    " observe joke recall emphasize emphasise stress underline underscore report explain admit"
    " acknowledge concede confirm declare vow pledge promise exclaim lament opine retort recount"
    " confess highlight speculate reckon respond disclose hint imply complain posit point fear"
)
QUOTING = (
    "continue ask wonder cite repeat answer urge demand recommend advise hope feel agree conclude"
    " begin exclaim cry shout whisper muse sum laugh"
)
NAMINGS = "term describe dub label characterize characterise call brand depict portray"
ACCUSING = "accuse"

_IRREGULAR = {
    "say": ("says", "said", "said", "saying"),
    "tell": ("tells", "told", "told", "telling"),
    "write": ("writes", "wrote", "written", "writing"),
    "think": ("thinks", "thought", "thought", "thinking"),
    "begin": ("begins", "began", "begun", "beginning"),
    "feel": ("feels", "felt", "felt", "feeling"),
}
_DOUBLING = frozenset({"quip", "admit", "rebut", "dub"})


class Form(NamedTuple):
    """What an inflected verb may be: its lemma, frame, stance and form.

    `frame` says what must follow for it to report something: `free` (anything), `clause` (a
    clause or a quotation), `quote`, `deny`, `reject`, `name` (what X termed Y) or `accuse` (Y of).
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
ALLEGED = frozenset(NOUNS) | frozenset(
    "involvement responsibility wrongdoing any having being rumour idea notion criticism"
    " suspicion knowledge guilt".split()
)
VIEWS = frozenset("view views opinion words word judgment judgement account estimation".split())
HEDGES: dict[str, Stance] = {
    "reportedly": "reported",
    "allegedly": "claimed",
    "purportedly": "claimed",
    "supposedly": "claimed",
}

BE = frozenset("is are was were be been being am 's 're 'm".split())
HAVE = frozenset("has have had having 've".split())
DO = frozenset("do does did".split())
MODAL = frozenset("will would can could may might must shall should 'll 'd ca wo".split())
AUXILIARY = BE | HAVE | DO | MODAL
NEGATION = frozenset("not never n't 't neither nor cannot".split())
REFUSAL = frozenset("decline declines declined refuse refuses refused refusing declining".split())
SUBJECT_PRONOUN = frozenset("i he she they we you it".split())
LOOSE_PRONOUN = frozenset(
    "some many others several most both few one someone everyone everybody nobody somebody"
    " anyone another neither none".split()
)
POSSESSIVE = frozenset("his her its their our my your whose".split())
DETERMINER = POSSESSIVE | frozenset(
    "the a an this that these those some any each every another no several many most few all"
    " both either one two three four five six seven eight nine ten".split()
)
PREPOSITION = frozenset(
    "of in on at for with from by to about against during after before under over between among"
    " through into within without since until as than like including regarding concerning near"
    " outside inside across around behind beyond despite following per via toward towards upon"
    " throughout alongside amid amongst onto off up down out according given besides".split()
)
CONJUNCTION = frozenset("and or but nor yet &".split())
RELATIVE = frozenset("who which whom".split())
SUBORDINATOR = RELATIVE | frozenset(
    "that if whether because although though while when where whereas unless as since what how"
    " why after before until once whose".split()
)
ADVERB = frozenset(
    "also further later then now again often never always even still once just already recently"
    " yesterday today tonight soon however therefore moreover meanwhile instead thus too rather"
    " first long here there only both all away not repeatedly since earlier simply ever almost"
    " jointly quickly similarly likewise nevertheless nonetheless perhaps indeed furthermore"
    " additionally further more thereby hence sometimes".split()
)
TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december today yesterday tonight week month"
    " year night morning evening afternoon time weekend weeks months years days day".split()
)
RECENCY = frozenset("last this next that earlier late early past same previous following".split())
PARTICLES = frozenset("van von de der den del di da du la le el al bin ibn ten ter dos y".split())
FINITE = frozenset(
    "came went took made got gave saw knew thought felt kept left began brought bought built"
    " became chose drew drove ate fell fought found flew grew heard held hit led lost met meant"
    " paid put ran read rose sold sent set shot spoke spent stood told taught threw understood"
    " won wore wrote wins says said broke caught cut rode shook sang sat slept struck swept"
    " gets goes makes takes gives sees comes wants seems remains includes contains lies"
    " let lets laid sought".split()
)
CLAUSE_TAKERS = frozenset(
    "said says say saying believe believes believed think thinks thought claim claims claimed"
    " claiming know knows knew suggest suggests suggested hope hopes hoped feel feels felt"
    " argue argues argued announced announce reported denied denies insists insisted feared".split()
)
LAWS = frozenset(
    "act acts law laws treaty treaties section article articles constitution rule rules code"
    " clause bill charter agreement agreements provision provisions amendment convention statute"
    " paragraph contract policy bylaws protocol declaration resolution chapter title theorem"
    " hypothesis theory principle equation sign label text".split()
)
SOURCES = frozenset(
    "report reports survey surveys study studies poll polls paper papers data evidence results"
    " findings research statistics figures estimates document documents review letter email"
    " statement records record analysis documentary film book story stories article analyses"
    " experiments experiment observations tests test evidence calculations models model simulation"
    " images photos photographs footage inscriptions inscription tradition legend accounts"
    " account theories studies traditions".split()
)


@cache
def verb_forms() -> dict[str, Form]:
    """Return every inflected form of every reporting verb."""
    groups: tuple[tuple[str, str, Stance], ...] = (
        (CLAIMS, "free", "claimed"),
        (CLAUSAL_CLAIMS, "clause", "claimed"),
        (DENIALS, "deny", "denied"),
        (REJECTIONS, "reject", "denied"),
        (SAYINGS, "free", "reported"),
        (CLAUSAL, "clause", "reported"),
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
