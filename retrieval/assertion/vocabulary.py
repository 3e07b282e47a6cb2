"""The words that deny, doubt, plan, suppose or set in the past what stands in their scope."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT = _words("not never cannot 't n't")
NOBODY = _words("nobody nothing none nowhere neither no-one nor")
HARMLESS_AFTER_NOT = _words(
    "only just merely simply solely until till least unusual uncommon unlike surprisingly least"
    " necessarily mention unreasonable rare"
)
HARMLESS_AFTER_NO = _words(
    "doubt fewer less more later earlier matter wonder sooner other . : greater smaller"
    " higher lower hesitation"
)
SHORT = (("instead", "of"), ("rather", "than"), ("far", "from"), ("anything", "but"))
"""Pairs that deny only the words right after them."""

NEGATIVE_VERBS = _words(
    "fail fails failed failing refuse refuses refused refusing decline declines declined"
    " deny denies denied denying dispute disputes disputed reject rejects rejected rejecting"
    " refute refutes refuted doubt doubts doubted doubting prevent prevents prevented preventing"
    " forbid forbids forbade forbidden prohibit prohibits prohibited avoid avoids avoided"
    " lack lacks lacked cease ceases ceased unable question questions questioned neglected"
    " omitted disputes contest contests contested rebut rebutted"
)
NEGATIVE_ADJECTIVES = _words(
    "untrue false unlikely doubtful impossible incorrect wrong wrongly falsely mistakenly untruth"
    " myth hoax rumour rumor lie baseless unfounded unproven implausible improbable erroneously"
    " incorrectly questionable legend"
)
DOUBTED = _words(
    "doubt doubts doubted doubting doubtful unlikely improbable implausible question"
    " questions questioned rumour rumor unproven questionable"
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
    " dreams promised promises promise"
)
WEAK_PLANS = _words(
    "hope hopes hoped hoping wish wishes wished propose proposes proposed proposing consider"
    " considers considered considering want wants wanted attempt attempts attempted tried try"
    " tries trying dream dreamt dreamed contemplated mulled pondered discussed threatened"
)
NEEDS_INFINITIVE = _words(
    "plan plans planned expect expects expected tried try tries trying bid offered want wants"
    " wanted aim aims aimed threatened threatens attempt attempts attempted supposed scheduled"
    " slated promised promises promise proposal proposals intention"
)
NEEDS_GERUND = _words(
    "consider considers considered considering propose proposes proposed proposing contemplated"
    " discussed mulled pondered dream dreams dreamt dreamed"
)
TO_TAKERS = ("fail", "refus", "declin", "unable", "neglect", "omit")
ONLY_INSIDE = _words("if unless whether would")
"""Cues that bear on an answer in their scope alone."""

SCARCELY = _words("hardly scarcely")
CLAIM_NOUNS = _words(
    "claim rumour rumor story report allegation idea notion belief suggestion claims"
)
UNTRUE_AFTER = _words(
    "false untrue wrong baseless unfounded rejected denied dismissed disproved debunked incorrect"
    " refuted retracted myth"
)
"""What is said, after it, of a claim that is not so: the claim that … was rejected."""

ALMOST = _words("almost nearly")
CANCELLED = _words("cancelled canceled abandoned scrapped shelved withdrawn")
UPDATES = _words("now currently today nowadays presently")
STARTERS = _words("because although though since while whereas unless when after before so despite")
"""Words that open a clause or phrase of its own, which is not denied with what goes before."""

RELATIVE = _words("who which whom whose")
FORMER = _words("former formerly previously originally erstwhile ex once")
Q_NEGATIVE = NOT | NOBODY | NEGATIVE_VERBS | NEGATIVE_ADJECTIVES | _words("no without except")
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
    )
)
Q_FORMER = FORMER | _words("was were did used before until previous original earlier had ago")
STOP = _words(
    "a an the of in on at to for from by with and or is are was were be been being do does did has"
    " have had what which who whom whose when where how why many much it its that this there s"
    " not never no any as"
)
PAST = re.compile(
    r"\b(?:did|was|were|had)\b|^(?:who|which|what|how many)\b[^?]*?\b(?:\w{3,}ed|won|sold|bought|"
    r"built|said|wrote|led|made|took|got|gave|came|went|left|became|found|won|held|lost|met|paid|"
    r"ran|sang|told|taught|stole|broke|shot|drew|drove|flew|fell|chose|began|sent|set)\b",
    re.IGNORECASE,
)
