"""The small words of English that bound phrases and clauses."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


BE = word_set("is are was were be been being am 's 're 'm")
HAVE = word_set("has have had having 've")
DO = word_set("do does did")
MODAL = word_set("will would can could may might must shall should 'll 'd ca wo")
CLIPPED = word_set("didn doesn don hasn haven hadn isn wasn aren weren wouldn couldn shouldn won")
"""What stands before the 't of a contraction."""

AUXILIARY = BE | HAVE | DO | MODAL | CLIPPED
NEGATION = word_set("not never n't 't neither nor cannot")
REFUSAL = word_set("decline declines declined refuse refuses refused refusing declining")
SUBJECT_PRONOUN = word_set("i he she they we you it")
LOOSE_PRONOUN = word_set(
    "some many others several most both few one someone everyone everybody nobody somebody "
    "anyone another neither none"
)
POSSESSIVE = word_set("his her its their our my your whose")
DETERMINER = POSSESSIVE | word_set(
    "the a an this that these those some any each every another no several many most few "
    "all both either one two three four five six seven eight nine ten"
)
PREPOSITION = word_set(
    "of in on at for with from by to about against during after before under over between "
    "among through into within without since until as than like including regarding "
    "concerning near outside inside across around behind beyond despite following per via "
    "toward towards upon throughout alongside amid amongst onto off up down out according "
    "given besides"
)
CONJUNCTION = word_set("and or but nor yet &")
RELATIVE = word_set("who which whom")
SUBORDINATOR = RELATIVE | word_set(
    "that if whether because although though while when where whereas unless as since what "
    "how why after before until once whose"
)
ADVERB = word_set(
    "so quite anyway "
    "also further later then now again often never always even still once just already "
    "recently yesterday today tonight soon however therefore moreover meanwhile instead "
    "thus too rather first long here there only both all away not repeatedly since earlier "
    "simply ever almost jointly quickly similarly likewise nevertheless nonetheless perhaps "
    "indeed furthermore additionally further more thereby hence sometimes"
)
NOT_ADVERBS = word_set(
    "early family likely daily weekly monthly yearly elderly friendly july italy assembly "
    "ally anomaly supply reply holy lovely deadly lonely belly bully rally folly monopoly"
)
"""Words in -ly that are adjectives or nouns."""

TIME = word_set(
    "moment instant "
    "monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december today yesterday tonight week "
    "month year night morning evening afternoon time weekend weeks months years days day"
)
RECENCY = word_set("last this next that earlier late early past same previous following")
PARTICLES = word_set("van von de der den del di da du la le el al bin ibn ten ter dos y")
"""Lower-case parts of names."""

FINITE = word_set(
    "quotes cites"
    " strode leapt fled flung clung swore wept rang swung drank sank shot lit hid bore grew"
    " came went took made got gave saw knew thought felt kept left began brought bought "
    "built became chose drew drove ate fell fought found flew grew heard held hit led lost "
    "met meant paid put ran read rose sold sent set shot spoke spent stood told taught "
    "threw understood won wore wrote wins says said broke caught cut rode shook sang sat "
    "slept struck swept gets goes makes takes gives sees comes wants seems remains includes "
    "contains lies let lets laid sought disagreed"
)
"""Irregular verbs that are mostly finite; regular ones show by their ending."""

GIVEN_NAMES = word_set("will may rose april june august drew")
NAMES_TOO = (
    FINITE | GIVEN_NAMES | word_set("march can do must might said more long law just still day")
)
"""Words of these lists that are names as well: Theresa May, Will Smith, Charlie Rose."""

DATING = word_set("on since until till before after during")
FEASTS = word_set(
    "christmas boxing year election independence thanksgiving labor labour memorial veterans"
    " presidents patriots columbus earth bastille victory armistice remembrance anzac republic"
    " inauguration judgment judgement groundhog mothers fathers valentine valentines king"
    " opening match flag constitution canada australia europe africa liberation unity national"
    " world international pancake easter training race game wedding ve vj d"
)
"""What Day is no surname after."""

CLAUSE_TAKERS = word_set(
    "said says say saying believe believes believed think thinks thought claim claims "
    "claimed claiming know knows knew suggest suggests suggested hope hopes hoped feel "
    "feels felt argue argues argued announced announce reported denied denies insists "
    "insisted feared"
)
"""Verbs that a clause may follow with no `that`."""
