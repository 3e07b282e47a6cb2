"""Who can speak: people and bodies of people, not laws; studies speak for those who made them."""

from collections.abc import Sequence

from retrieval.attribution import words
from retrieval.attribution.lexicon import Form
from retrieval.attribution.phrases import noun_phrase_from
from retrieval.attribution.tokens import Phrase, Sentence, Token
from retrieval.attribution.words import word_set

PEOPLE = word_set(
    "police navy guard patrol fleet force forces coastguard "
    "police officials official authorities authority prosecution defence defense government "
    "ministry committee council court company companies army military troops union team "
    "party opposition administration agency commission department embassy university press "
    "media newspaper paper magazine spokesman spokeswoman spokesperson spokesmen president "
    "minister secretary chairman chairwoman chair chief head general coach captain king "
    "queen prince pope bishop judge jury mayor senator senators mp mps lawmakers congress "
    "parliament senate scholars experts analysts scientists researchers economists "
    "historians critics supporters opponents activists campaigners protesters people men "
    "women man woman boy girl child children friends friend family mother father brother "
    "sister wife husband son daughter parents relatives neighbours neighbors residents "
    "locals witnesses witness sources source students student doctors doctor staff workers "
    "worker members member group groups organisation organization organisations "
    "organizations firm airline bank studio band crowd public bishops leaders leader rebels "
    "soldiers soldier victims victim pilot crew passengers others colleagues reviewers "
    "sheriff constable inspector sergeant lieutenant admiral colonel commander teacher "
    "driver owner owners farmer farmers aide aides envoy ambassador diplomat diplomats "
    "counsel curator professor professors author authors writer writers critic expert "
    "analyst scientist nurse foundation institute forum federation alliance league "
    "coalition cabinet chancellor premier monarch emperor priest rabbi imam clergy "
    "archbishop cardinal congressman congresswoman eyewitness eyewitnesses commentator "
    "paramedics firefighters rescuers organizers organisers administrators executives "
    "executive physicians christians jews muslims airline club association society charity "
    "church board philosophers philosopher theologians feminists astronomers physicists "
    "mathematicians clients representatives representative investigators detectives "
    "villagers folk advocates lawyers attorneys attorney lawyer suspects suspect nominee "
    "delegates guests fans players player enforcement panel tribunal watchdog coroner neighbour "
    "neighbor resident villager fan guest colleague advocate delegate client detective "
    "paramedic philosopher christian jew muslim relative grandmother grandfather aunt "
    "uncle cousin nephew niece"
)
_COUNTS = word_set("number majority minority handful couple lot dozens scores hundreds thousands")
PERSON_ENDINGS = ("er", "ers", "or", "ors", "ist", "ists", "ian", "ians", "man", "men", "ee", "ees")
THINGS = word_set(
    "number order matter power water weather river tower centre center corner quarter headquarters"
    " floor door mirror computer printer server browser filter buffer folder parameter factor"
    " vector error indicator sensor motor cluster sector layer border barrier register charger"
    " cooker cooler heater blender mixer grinder toaster freezer dishwasher burner container"
    " dispenser helicopter ladder trailer fever cancer tumor tumour disorder disaster murder horror"
    " terror anger hunger thunder wonder liver finger shoulder butter pepper dinner supper coffee"
    " beer fee tree knee degree guarantee decree jubilee list wrist twist fist summer winter"
    " semester encounter surrender transfer trigger marker sticker poster banner pointer offer"
    " cover answer chapter newsletter paper letter prayer flower shower shelter"
    " theatre theater chamber harbour harbor interior exterior color colour flavor flavour odor"
    " odour humor humour rumor rumour vapor vapour labor labour favor favour honor honour behavior"
    " behaviour endeavor endeavour metaphor receptor processor reactor tractor corridor"
    " timber silver copper leather rubber fiber powder meter metre litre liter kilometer kilometre"
    " diameter thermometer cylinder calculator generator monitor counter lever hammer layover"
    " skyscraper specimen regimen abdomen median meridian"
)
"""What ends as people do (a writer, an actor) and is nobody."""

LAWS = word_set(
    "act acts law laws treaty treaties section article articles constitution rule rules "
    "code clause bill charter agreement agreements provision provisions amendment "
    "convention statute paragraph contract policy bylaws protocol declaration resolution "
    "chapter title theorem hypothesis theory principle equation sign label text"
)
MEASURES = word_set(
    "schedule schedules plan plans timetable timetables calendar standard standards regulation "
    "regulations guideline guidelines specification specifications requirement requirements "
    "criterion criteria formula formulas instruction instructions recipe method procedure "
    "procedures terms colour color date dates role type location priority weight height season "
    "weather circumstances size age need needs ability order custom customs inverse value values "
    "number"
)
"""What things are done by rather than said by: according to plan."""

ISSUED = word_set(
    "survey report study poll inquiry inquest investigation statement lawsuit indictment"
    " complaint affidavit letter article memo review"
)
"""Sources that speak as one when they are told from others: the report, a 2004 study."""

_FINDERS = word_set(
    "surveys reports studies polls researchers scientists investigators inspectors auditors"
    " investigation examiners coroner sheriff detectives police"
    " experts analysts economists historians archaeologists physicians doctors astronomers"
    " physicists court jury judge judges committee commission panel tribunal team inspector"
    " statistics figures data research"
)
"""With the issued sources, those whose finding or showing is saying; others find by living."""

_ONE = words.POSSESSIVE | {"the", "a", "an", "this", "that", "another", "one"}

SOURCES = ISSUED | word_set(
    "manual handbook brochure leaflet encyclopedia file files table tables chart graph map log "
    "logs page pages documentation diary diaries register census "
    "note memo filing filings lawsuit indictment complaint affidavit transcript website "
    "report reports survey surveys study studies poll polls paper papers data evidence "
    "results findings research statistics figures estimates document documents review "
    "letter email statement records record analysis documentary film book story stories "
    "article analyses experiments experiment observations tests test evidence calculations "
    "models model simulation images photos photographs footage inscriptions inscription "
    "tradition legend accounts account theories studies traditions"
)


def can_speak(sentence: Sentence, who: Phrase, form: Form) -> bool:
    """Tell whether a subject can have said something, rather than a law, a time or a thing."""
    tokens = sentence.tokens[who.first : who.last]
    head = head_noun(sentence, who)
    if (
        head in LAWS
        or (tokens[0].lower in LAWS and not _is_bill(tokens) and head not in PEOPLE)
        or head in ("it", "there", "which", "this", "that", "these", "please")
    ):
        return False
    dated = words.DETERMINER | words.TIME | words.PREPOSITION | words.RECENCY
    if all(token.lower in dated for token in tokens):
        return len(tokens) == 1 and head in words.LOOSE_PRONOUN
    if head.endswith("ing") and len(tokens) == 1:
        return False
    if head == "you" or (head in ("i", "we", "one") and form.frame != "free"):
        return False
    if tokens[-1].lower in words.PREPOSITION:
        return False
    if form.frame == "finding" and not any(token.lower in _FINDERS | ISSUED for token in tokens):
        return False
    if head in MEASURES and form.frame != "free":
        return False
    if head in SOURCES and head not in PEOPLE and form.frame != "free":
        return speaks_itself(sentence, who)
    if form.frame in ("clause", "finding", "name", "quote", "plain", "voice") and not is_people(
        sentence, who
    ):
        return is_named(sentence, who)
    return any(token.text[0].isalpha() for token in tokens)


def is_measure(sentence: Sentence, who: Phrase) -> bool:
    """Tell whether `according to` gives a law, a rule or a measure (Section 4, the schedule)."""
    if head_noun(sentence, who) in LAWS | MEASURES:
        return True
    tokens = sentence.tokens[who.first : who.last]
    if tokens[0].lower in words.DETERMINER:
        tokens = tokens[1:]
    numbered = len(tokens) > 1 and (tokens[1].text.isdigit() or tokens[1].is_capital)
    return numbered and tokens[0].lower in LAWS and not _is_bill(tokens)


def _is_bill(tokens: Sequence[Token]) -> bool:
    """Tell the first name from the draft of a law: Bill Nelson, but not Bill C-21."""
    name = len(tokens) > 1 and tokens[1].is_capital and not tokens[1].text.isupper()
    return name and tokens[0].text == "Bill"


def is_people(sentence: Sentence, who: Phrase) -> bool:
    """Tell whether a phrase without a name speaks of people or a body of them."""
    head = head_noun(sentence, who)
    if head in PEOPLE or head in words.SUBJECT_PRONOUN or head in words.LOOSE_PRONOUN:
        return True
    thing = head in SOURCES or head.removesuffix("s") in THINGS
    return head.endswith(PERSON_ENDINGS) and not thing


def is_named(sentence: Sentence, who: Phrase) -> bool:
    """Tell whether a phrase is headed by a name: Fundación También, but not a review of Rome."""
    last = who.first + 1
    while last < who.last and sentence.lower(last) not in words.PREPOSITION:
        last += 1
    while last > who.first + 1 and not sentence.tokens[last - 1].is_word:
        last -= 1
    token = sentence.tokens[last - 1]
    plain = token.lower in words.DETERMINER or len(token.text) == 1
    return token.is_capital and not plain


def head_noun(sentence: Sentence, who: Phrase) -> str:
    """Return the head noun: the last word before the first preposition."""
    return sentence.lower(head_at(sentence, who))


def head_at(sentence: Sentence, who: Phrase) -> int:
    """Return the token of the head noun: in `a number of members`, of the members."""
    for at in range(who.first + 1, who.last):
        counted = sentence.lower(at) == "of" and sentence.lower(at - 1) in _COUNTS
        if sentence.lower(at) in words.PREPOSITION and not counted:
            return at - 1
    return who.last - 1


def maker(sentence: Sentence, who: Phrase, at: int) -> Phrase | None:
    """Return whose words they are: for a survey, those who made it, if the sentence says.

    Bond's statement is Bond's word; a survey of which nobody is named the maker is its own.
    """
    if head_noun(sentence, who) not in SOURCES:
        return who
    for by in range(who.first + 1, at):
        if sentence.lower(by) in ("by", "from") and sentence.lower(by + 1) not in words.TIME:
            return noun_phrase_from(sentence, by + 1, after_by=True) or who
    for mark in range(who.first + 1, who.last - 1):
        owner = Phrase(who.first, mark)
        speaks = is_named(sentence, owner) or is_people(sentence, owner)
        if sentence.lower(mark) in ("'s", "'") and speaks:
            return owner
    return who if speaks_itself(sentence, who) else None


def speaks_itself(sentence: Sentence, who: Phrase) -> bool:
    """Tell whether a source is as good as a speaker: a NASA statement, the report, its survey."""
    one = sentence.lower(who.first) in _ONE or sentence.lower(who.first + 1) in ("'s", "'")
    return names_makers(sentence, who) or (one and head_noun(sentence, who) in ISSUED)


def names_makers(sentence: Sentence, who: Phrase) -> bool:
    """Tell whether a survey, report or statement is called by somebody's name: a NASA statement."""
    return any(sentence.tokens[at].is_capital for at in range(who.first + 1, who.last))
