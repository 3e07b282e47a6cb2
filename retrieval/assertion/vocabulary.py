"""The words that deny, doubt, plan, suppose or set in the past what stands in their scope."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT = _words("not never cannot 't n't")
NOBODY = _words("nobody nothing none nowhere neither no-one nor")
HARMLESS_AFTER_NOT = _words(
    "only just merely simply solely until till least unusual uncommon unlike surprisingly least"
    " necessarily mention unreasonable rare far long more less fewer later earlier exceeding"
)
HARMLESS_AFTER_NO = _words(
    "doubt fewer less more later earlier matter wonder sooner other . : greater smaller"
    " higher lower hesitation stranger coincidence accident surprise exception secret"
)
SHORT = frozenset(
    {
        ("instead", "of"),
        ("rather", "than"),
        ("anything", "but"),
        ("apart", "from"),
        ("aside", "from"),
        ("other", "than"),
        ("save", "for"),
        ("contrary", "to"),
    }
)
"""Pairs that deny only the words right after them."""
SHORT_WORDS = _words("without except excluding excepting")
EVERY = _words("all every any each everyone everybody everything anywhere everywhere")
"""Words after which *but* leaves out what follows: all but two."""

NEGATIVE_VERBS = _words(
    "fail fails failed failing refuse refuses refused refusing decline declines declined"
    " deny denies denied denying dispute disputes disputed reject rejects rejected rejecting"
    " refute refutes refuted doubt doubts doubted doubting prevent prevents prevented preventing"
    " forbid forbids forbade forbidden prohibit prohibits prohibited avoid avoids avoided"
    " lack lacks lacked cease ceases ceased unable question questions questioned neglected"
    " omitted contest contests contested rebut rebutted hesitate hesitates hesitated hesitating"
    " incapable refrain refrains refrained abstain abstains abstained retract retracts retracted"
    " dismiss dismisses dismissed misquoted misattributed mistaken confused short failure refusal"
    " inability barred banned wonder wonders wondered ask asks asked inquire inquired enquired"
)
NEGATIVE_PAIRS = frozenset(
    {
        (verb, particle)
        for verbs, particles in (
            ("rule rules ruled ruling", "out"),
            (
                "decide decides decided vote votes voted opt opted argue argued advise advised",
                "against",
            ),
            ("turn turns turned vote voted", "down"),
            ("throw throws threw thrown", "out"),
            ("give gives gave given", "up"),
            ("shy shies shied back backed backs", "away from"),
        )
        for verb in verbs.split()
        for particle in particles.split()
    }
)
"""Verbs that deny with their particle: ruled out, decided against."""
ASKERS = _words(
    "ask asks asked urge urges urged order orders ordered want wants wanted beg begs begged force"
    " forced invite invited press pressed forget forgets forgot too"
)
"""Words before *to say* by which nothing is said yet: asked her to say, too early to say."""
SUPPOSED_NOUNS = _words(
    "idea possibility prospect option thought dream intention plan hope chance risk danger threat"
)
"""Nouns after which *of* and a gerund say what may be."""
LEAVE = _words("leave permission approval licence license clearance")
"""What one has or asks for *to* do something, which is not done by that."""
BELIEVED = _words(
    "think thinks thought believe believes believed assume assumes assumed claim claims claimed"
)
IN_FACT = _words("actually really")
NEGATIVE_ADJECTIVES = _words(
    "untrue false unlikely doubtful impossible incorrect wrong wrongly falsely mistakenly untruth"
    " myth hoax rumour rumor lie baseless unfounded unproven implausible improbable erroneously"
    " incorrectly questionable legend rumoured rumored"
)
DOUBTED = _words(
    "doubt doubts doubted doubting doubtful unlikely improbable implausible question"
    " questions questioned rumour rumor rumoured rumored unproven questionable hesitate hesitates"
    " hesitated hesitating wonder wonders wondered ask asks asked inquire inquired enquired legend"
)
REPORTED = _words(
    "say says said saying claim claims claimed claiming confirm confirms confirmed state states"
    " stated prove proves proved proven show shows shown believe believes believed think thinks"
    " thought suggest suggested suggests report reported announce announced admit admitted evidence"
    " proof sign certain clear sure true argue argued promise promised tell tells told"
    " mention mentions mentioned warn warned allege alleged insist insisted note noted write"
    " wrote declare declared assert asserted indicate indicated reveal revealed establish"
    " established find found conclude concluded complain complained hint hinted explain"
    " explained"
)
"""Words whose complement is denied with them. That of knowing or forgetting is presupposed."""

FACTIVE = _words(
    "know knows knew known realise realised realize realized notice noticed remember remembered"
    " forget forgot forgotten regret regretted mind care aware recall recalled learn learnt learned"
    " understand understood"
)
PLANS = _words(
    "plan plans planned planning intend intends intended intending hope hopes hoped hoping wish"
    " wishes wished propose proposes proposed proposing consider considers considered considering"
    " want wants wanted expect expects expected scheduled slated supposed aim aims aimed attempt"
    " attempts attempted tried try tries trying threatened threatens offered dream dreamt dreamed"
    " contemplated mulled pondered discussed bid proposal proposals plans intention proposition"
    " dreams promised promises promise seek seeks sought vow vows vowed pledge pledges pledged"
    " suggest suggests suggested recommend recommends recommended urge urges urged demand demands"
    " demanded advise advises advised meant set due likely poised about keen eager willing ready"
    " talks talk thought thinking called calls asked earmarked foresees foresaw forecast"
    " predicts predicted predict envisages envisaged"
)
WEAK_PLANS = _words(
    "hope hopes hoped hoping wish wishes wished propose proposes proposed proposing consider"
    " considers considered considering want wants wanted attempt attempts attempted tried try"
    " tries trying dream dreams dreamt dreamed contemplated mulled pondered discussed threatened"
    " suggest suggests suggested recommend recommends recommended urge urges urged demand demands"
    " demanded"
    " advise advises advised seek seeks sought"
)
_TO = ("to",)
_FOR = ("to", "for", "that")
_GERUND = ("ing", "of", "that")
FOLLOWERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        _words(
            "expect expects expected tried try tries trying bid offered want wants wanted aim aims"
            " aimed threatened threatens supposed seek seeks sought vow vows vowed pledge pledges"
            " pledged promised promises promise attempt attempts attempted"
        ),
        _TO,
    ),
    **dict.fromkeys(_words("meant set due likely poised about keen eager willing ready"), _TO),
    **dict.fromkeys(
        _words(
            "plan plans planned planning hope hopes hoped hoping wish wishes wished intend intends"
            " intended intending proposal proposals intention scheduled slated earmarked bid"
        ),
        _FOR,
    ),
    **dict.fromkeys(
        _words(
            "consider considers considered considering propose proposes proposed proposing"
            " contemplated discussed mulled pondered dream dreams dreamt dreamed recommend"
            " recommends recommended"
        ),
        _GERUND,
    ),
    **dict.fromkeys(_words("suggest suggests suggested"), ("ing", "that be")),
    **dict.fromkeys(_words("thought thinking talks talk"), ("of ing",)),
    **dict.fromkeys(_words("urge urges urged advise advises advised"), ("to", "that")),
    **dict.fromkeys(_words("called calls asked"), ("for",)),
    **dict.fromkeys(_words("demand demands demanded foresees foresaw forecast"), ("that", "to")),
    **dict.fromkeys(_words("predicts predicted predict envisages envisaged"), ("that",)),
}
"""What must follow a word of planning, `ing` for a gerund: *scheduled for*, *considered naming*."""

AFTER_BE = _words("set due likely poised about keen eager willing ready meant")
"""Words of planning only after a form of *to be*: is set to open."""

OPEN_VERBS = _words("hope hopes hoped wish wishes expect expects predicts predicted")
"""Verbs that a clause may follow with no *that*: they hope Fernback will win."""
TO_TAKERS = ("fail", "refus", "declin", "unable", "neglect", "omit")
ONLY_INSIDE = _words(
    "if unless whether instead rather apart aside other save contrary except excluding excepting"
    " suppose imagine assume but"
)
"""Cues that bear on an answer in their scope alone."""

SUPPOSE = _words("suppose supposing imagine assume assuming")
INVERTED = _words("had were should if")
"""Words that open a condition: Had it rained, … would …."""
POSSIBLE = _words("may might")

SCARCELY = _words("hardly scarcely")
CLAIM_NOUNS = _words(
    "claim rumour rumor story report allegation idea notion belief suggestion claims rumours"
    " rumors reports stories allegations theory assertion legend tale statement accusation"
)
UNTRUE_AFTER = _words(
    "false untrue wrong baseless unfounded rejected denied dismissed disproved debunked incorrect"
    " refuted retracted myth"
)
"""What is said, after it, of a claim that is not so: the claim that … was rejected."""

ALMOST = _words("almost nearly")
CANCELLED = _words("cancelled canceled abandoned scrapped shelved withdrawn")
UPDATES = _words("now currently today nowadays presently")
STARTERS = _words(
    "because although though since while whereas unless when after before so despite hence thus as"
)
"""Words that open a clause or phrase of its own, which is not denied with what goes before."""

RELATIVE = _words("who which whom whose")
FORMER = _words("former formerly previously originally erstwhile ex once")
Q_NEGATIVE = (
    NOT
    | NOBODY
    | NEGATIVE_VERBS
    | NEGATIVE_ADJECTIVES
    | _words("no without except exception exceptions ban bans bar bars rumours rumors")
)
Q_OPPOSITES = _words(
    "excluded exclude excludes closed banned free missing absent exempt excluding other besides"
    " shut"
)
"""Words of a question that ask for what a sentence denies in another word: not open, closed."""

Q_UNREAL = (
    PLANS
    | ALMOST
    | CANCELLED
    | _words(
        "would might could if going plan wish almost nearly alternative proposal may want should"
        " goal purpose request requests requested ask demand recommendation suggestion urge likely"
        " possibly"
    )
)
AT_FIRST = _words("until till originally formerly previously once before")
"""Words that set a clause in the past apart from the present."""
Q_FORMER = FORMER | _words("was were did used before until previous original earlier had ago")
STOP = _words(
    "a an the of in on at to for from by with and or is are was were be been being do does did has"
    " have had what which who whom whose when where how why many much it its that this there s"
    " not never no any as"
)
NO_DENIAL = re.compile(r"un(?:der|ti|it|iv|iq|io|cle|less|if|to$)|non?e?$", re.IGNORECASE)
"""Words that begin as denials do and are none: under, until, university."""
FUTURE = _words("will going yet")
"""Words of planning that a question about what is to come may mean."""
STATE = re.compile(
    r"^\W*(?:who|which \w+|what|where)\s+(?:is|are|leads?|runs?|owns?|has|have|heads?|holds?)\b"
    r"(?! (?:to|going|planned|being)\b)(?!.*\w{3}ing\b)",
    re.IGNORECASE,
)
"""Questions about what is so now."""
PRESENT = re.compile(
    r"^\W*(?:\w+\s+){0,3}?(?:is|are|does|do|has|have)\b"
    r"|^\W*(?:who|which \w+|what)\s+(?:(?!was|does|has|is)\w+s)\b",
    re.IGNORECASE,
)
STRICTLY_PAST = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
PAST = re.compile(
    r"\b(?:did|was|were|had)\b|^(?:who|which|what|how many)\b[^?]*?\b(?:\w{3,}ed|won|sold|bought|"
    r"built|said|wrote|led|made|took|got|gave|came|went|left|became|found|won|held|lost|met|paid|"
    r"ran|sang|told|taught|stole|broke|shot|drew|drove|flew|fell|chose|began|sent|set)\b",
    re.IGNORECASE,
)

TRIGGERS = (
    NOT
    | NOBODY
    | SCARCELY
    | SHORT_WORDS
    | UNTRUE_AFTER
    | NEGATIVE_VERBS
    | NEGATIVE_ADJECTIVES
    | BELIEVED
    | ALMOST
    | SUPPOSE
    | SUPPOSED_NOUNS
    | LEAVE
    | ASKERS
    | PLANS
    | AT_FIRST
    | FORMER
    | INVERTED
    | POSSIBLE
    | {first for first, _ in SHORT}
    | {verb for verb, _ in NEGATIVE_PAIRS}
    | _words(
        "no few far but would could unless whether close verge brink point was will going yet"
        " used up stopped quit dream"
    )
)
"""Every word that may be a cue; all others need no look at what stands around them."""
