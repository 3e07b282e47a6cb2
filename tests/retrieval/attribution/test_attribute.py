from pathlib import Path

import pytest

import seeds
from index.text.sentences import sentences
from index.types import Span
from retrieval.attribution import attribute
from retrieval.types import Attribution

ARTICLE = next(Path(seeds.__path__[0]).glob("000_*.txt")).read_text(encoding="utf-8")


def said(text: str, answer: str | None = None) -> tuple[str | None, str | None, str]:
    """Return speaker, cue and stance of one sentence, by their words."""
    span = None if answer is None else Span(text.index(answer), text.index(answer) + len(answer))
    return told(attribute(text, Span(0, len(text)), span))


def told(found: Attribution) -> tuple[str | None, str | None, str]:
    return (
        found.speaker.text if found.speaker else None,
        found.cue.text if found.cue else None,
        found.stance,
    )


REPORTED = [
    # the verb after its subject
    ("Anna Berg said the bridge was unsafe.", "Anna Berg", "said", "reported"),
    (
        "The harbour master says that fog delayed the ferry.",
        "The harbour master",
        "says",
        "reported",
    ),
    ("Mayor Ortega has announced a new tram line.", "Mayor Ortega", "announced", "reported"),
    ("Critics claim that the audit was rushed.", "Critics", "claim", "claimed"),
    ("Okafor alleged that the vote had been rigged.", "Okafor", "alleged", "claimed"),
    ("Lindqvist denied that she had met the buyer.", "Lindqvist", "denied", "denied"),
    ("The minister denied any involvement in the sale.", "The minister", "denied", "denied"),
    ("The bank rejected allegations of fraud.", "The bank", "rejected", "denied"),
    ("Tanaka told reporters that the reactor was stable.", "Tanaka", "told", "reported"),
    (
        "The foundation does not believe the letter is genuine.",
        "The foundation",
        "believe",
        "denied",
    ),
    ("Residents complain that buses never stop there.", "Residents", "complain", "reported"),
    # words between the subject and its verb
    (
        "Dr. Ruth Adeyemi, the lead surgeon, said all went well.",
        "Dr. Ruth Adeyemi",
        "said",
        "reported",
    ),
    ("The lead surgeon, Ruth Adeyemi, said all went well.", "Ruth Adeyemi", "said", "reported"),
    ("Ivo Petrov, who runs the mill, said it would close.", "Ivo Petrov", "said", "reported"),
    ("Ivo Petrov, 61, of Varna, said it would close.", "Ivo Petrov", "said", "reported"),
    ("Ivo Petrov, in a letter on Monday, said it would close.", "Ivo Petrov", "said", "reported"),
    (
        "The man who found the coin said it was silver.",
        "The man",
        "said",
        "reported",
    ),
    ("A source quoted by the paper said talks had failed.", "A source", "said", "reported"),
    (
        "A poll which was run in May by Norstat stated that most agreed.",
        "Norstat",
        "stated",
        "reported",
    ),
    (
        "On Tuesday, the Danish navy reported two sightings.",
        "the Danish navy",
        "reported",
        "reported",
    ),
    ("In 2013 the ministry said exports had doubled.", "the ministry", "said", "reported"),
    # coordinated and non-finite verbs
    ("The clinic gave no names but said both men were well.", "The clinic", "said", "reported"),
    ("Mbeki praised the plan, adding that work would start soon.", "Mbeki", "adding", "reported"),
    ('Clara posted a photo to explain, saying, "I am leaving now."', "Clara", "saying", "reported"),
    ("Pope Leo used his address to say he was praying for rain.", "Pope Leo", "say", "reported"),
    (
        "Speaking in Oslo, Prime Minister Dahl said taxes would fall.",
        "Prime Minister Dahl",
        "said",
        "reported",
    ),
    # quotations, the speaker before or after
    ('"We lost everything," said Maria Lopez, a farmer.', "Maria Lopez", "said", "reported"),
    ("“We lost everything,” Maria Lopez said.", "Maria Lopez", "said", "reported"),
    ("‘We lost everything in the flood,’ she added.", "she", "added", "reported"),
    ('The coach was blunt: "We played badly and we know it."', "The coach", ":", "reported"),
    (
        'Maria Lopez called the delay "a cruel joke on the poor".',
        "Maria Lopez",
        "called",
        "reported",
    ),
    ('He asked, "Who pays for all of this in the end?"', "He", "asked", "reported"),
    # a name and a colon at the start of a line
    ('Merkel: "We can do this."', "Merkel", ":", "reported"),
    ("Said Old Ben: “We can do this.”", "Old Ben", ":", "reported"),
    ("Angela Merkel: “We did it.”", "Angela Merkel", ":", "reported"),
    ("SMITH: I left in 1999.", "SMITH", ":", "reported"),
    ("MR. SMITH: I left in 1999.", "MR. SMITH", ":", "reported"),
    ("THE WITNESS: I saw a red car.", "THE WITNESS", ":", "reported"),
    # no quotation marks, the speaker after what was said
    ("Work will start in May, Mayor Lisa Ortiz said.", "Mayor Lisa Ortiz", "said", "reported"),
    ("Work will start in May, Nelson said on Monday.", "Nelson", "said", "reported"),
    ("Work will start in May, officials said Tuesday.", "officials", "said", "reported"),
    ("Work will start in May, the Herald reported.", "the Herald", "reported", "reported"),
    ("Work will start in May, Bill Nelson told the Herald.", "Bill Nelson", "told", "reported"),
    ("Two men fell, an aide, Mia Chen, told the BBC.", "Mia Chen", "told", "reported"),
    ("The bridge will be unsafe, critics claim.", "critics", "claim", "claimed"),
    ("The bridge will be unsafe, she claims.", "she", "claims", "claimed"),
    ("Rents will rise by 5%, the U.N. estimates.", "the U.N.", "estimates", "reported"),
    ("By June, the bridge will be open, critics argue.", "critics", "argue", "claimed"),
    ("It is, writes Van Dijk, a turning point.", "Van Dijk", "writes", "reported"),
    # according to, as X put it, nouns
    (
        "According to the coast guard, nobody was hurt.",
        "the coast guard",
        "According to",
        "reported",
    ),
    ("According to the audit office, it fell.", "the audit office", "According to", "reported"),
    ("It fell, according to the port's office.", "the port's office", "according to", "reported"),
    ("According to him, the dam broke at noon.", "him", "According to", "reported"),
    ("It fell, according to Bill Nelson.", "Bill Nelson", "according to", "reported"),
    ("Per the CDC, twelve people fell ill.", "the CDC", "Per", "reported"),
    ("Twelve people fell ill, per Reuters.", "Reuters", "per", "reported"),
    ("Nobody was hurt, according to Captain Silva.", "Captain Silva", "according to", "reported"),
    (
        "The port will close, as announced by Transport Minister Kim.",
        "Transport Minister Kim",
        "announced",
        "reported",
    ),
    ("The crash was described by witnesses as an explosion.", "witnesses", "described", "reported"),
    ("In Halima Said's view, the law is too weak.", "Halima Said", "view", "reported"),
    ("The court heard Novak's claim that the will was forged.", "Novak", "claim", "claimed"),
    ("The union has accused Gruber of lying.", "The union", "accused", "claimed"),
    ("Silva was quoted as saying that the dam would hold.", "Silva", "saying", "reported"),
    ("The paper quotes Silva as saying that the dam would hold.", "Silva", "saying", "reported"),
    ("She faces charges that Weber has denied.", "Weber", "denied", "denied"),
    (
        "Police have called what Weber described as a misunderstanding a crime.",
        "Weber",
        "described",
        "reported",
    ),
    # names that are small words as well
    ("Anna May said the bridge was unsafe.", "Anna May", "said", "reported"),
    ("The bridge is unsafe, according to Anna May.", "Anna May", "according to", "reported"),
    ('"It is unsafe," May said.', "May", "said", "reported"),
    ("On May 5 Weber said that it was unsafe.", "Weber", "said", "reported"),
    ("By May Weber had said that it was unsafe.", "Weber", "said", "reported"),
    ("Prices rose, Ivo Rose said.", "Ivo Rose", "said", "reported"),
    ('Weber said to the Herald "I think it will close a chapter".', "Weber", "said", "reported"),
    ('Then Weber said to him: "I think it will close a chapter."', "Weber", "said", "reported"),
    ("Doris Day said the show was off.", "Doris Day", "said", "reported"),
    ('"It is unsafe," Day said.', "Day", "said", "reported"),
    ("It is unsafe, according to Doris Day.", "Doris Day", "according to", "reported"),
    ("On Christmas Day Weber said that it was unsafe.", "Weber", "said", "reported"),
    ("On Waitangi Day Weber said that it was unsafe.", "Weber", "said", "reported"),
    ("It is unsafe, Weber said on Election Day.", "Weber", "said", "reported"),
    ("Will Okafor claimed that the vote had been rigged.", "Will Okafor", "claimed", "claimed"),
    ('"It is unsafe," sports writer Ivo Rose wrote in the Herald.', "sports writer Ivo Rose",
     "wrote", "reported"),
    # bodies, amounts, criticism and calls
    ("Law enforcement said the man was armed.", "Law enforcement", "said", "reported"),
    ("The agency estimates over half of it is empty.", "The agency", "estimates", "reported"),
    ("It came on Friday, which critics called too late.", "critics", "called", "reported"),
    ("Her uncle, Dr. Jo Lee, disputed this, saying it fell.", "Dr. Jo Lee", "saying", "reported"),
    ("Her sons, Jo, Al and Max, left, saying it fell.", "Her sons", "saying", "reported"),
    ("The council estimates the damage at £4 million.", "The council", "estimates", "reported"),
    ("Officials put the death toll at 23.", "Officials", "put", "reported"),
    ("Joan Ruiz puts the cost of it at about 3 million.", "Joan Ruiz", "puts", "reported"),
    ("Weber criticised the plan for its costs.", "Weber", "criticised", "reported"),
    ("Weber was criticised by lawmakers for the delay.", "lawmakers", "criticised", "reported"),
    ("The governor urged residents to leave.", "The governor", "urged", "reported"),
    ("Residents were urged by the governor to leave.", "the governor", "urged", "reported"),
    ("The vote was close, with a number of members calling for a recount.",
     "a number of members", "calling", "reported"),
    ("Faced with defeat, the party changed, now holding that \"taxes must fall at once\".",
     "the party", "holding", "reported"),
    ("By the late 1980s Tajik nationalists were calling for more rights.", "Tajik nationalists",
     "calling", "reported"),
    ('In a statement to the Herald, Weber confirmed that the plan was "on hold for a year".',
     "Weber", "confirmed", "reported"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "speaker", "cue", "stance"), REPORTED, ids=[r[0][:50] for r in REPORTED]
)
def test_reported_speech(text, speaker, cue, stance):
    assert said(text) == (speaker, cue, stance)


NOBODY = [
    ("The drug has reportedly been withdrawn.", "reported"),
    ("Weber allegedly sold the map twice.", "claimed"),
    ("The island is said to be haunted.", "reported"),
    ("Weber is accused of selling the map twice.", "claimed"),
    ("No one has checked claims that the well is dry.", "claimed"),
    ('"We lost everything in one night."', "reported"),
    ("According to the log file, the port is 8080.", "reported"),
    ("Two studies suggest that the dye is harmful.", "reported"),
    ("It was announced that the line would close.", "reported"),
    ("The line will close in May, it was announced on Monday.", "reported"),
]


@pytest.mark.parametrize(("text", "stance"), NOBODY)
def test_somebody_says_but_the_sentence_does_not_name_them(text, stance):
    found = attribute(text, Span(0, len(text)))
    assert (found.speaker, found.stance) == (None, stance)


STATED = [
    "The meeting that Joan Ruiz called last week is over.",
    "A man that called a taxi left.",
    "Police put two officers at 12 junctions.",
    "Joan Ruiz put the meeting at 3 p.m. in her diary.",
    "The estimates of the damage lay at 3 places.",
    "Insurance claims that were filed in May are still open.",
    "Insurance claims rose by a fifth.",
    "The said property was sold in 1904.",
    "The stated goal was never met.",
    "The Act states that fines are due within a week.",
    "Section 4 says that the fee may be waived.",
    "Six other states already recognise the treaty.",
    "The company reports to a regulator in Bonn.",
    "A tsunami warning on Friday was lifted soon after.",
    "He scored from the three point line.",
    'A band called "The Lamps" played until dawn.',
    "The minister declined to say when the talks would start.",
    "The minister did not say when the talks would start.",
    "Current flows according to the inverse of the resistance.",
    "According to the schedule, the ferry sails at noon.",
    "According to Section 4, the fee may be waived.",
    "According to the terms of the lease, rent is due monthly.",
    "The reeds grow according to the season.",
    "The ferry sails at noon, according to the plan.",
    "Per Olsson, a goalkeeper, scored.",
    "The fee is 3 euros, per person, in summer.",
    "Python will call an evaluating C function to interpret that code.",
    "NOTE: I left in 1999.",
    'Smith: "On the Building of Bridges", Oxford 1999.',
    "RESULTS: We found no difference.",
    "PORT: 8080 is open by default.",
    "WARNING: Do not open the case on your own.",
    "The league met in Marburg, to unite the Protestant states.",
    "The office was asked for deeds, claims, and insurance claims.",
    "A recent vote rejected a measure on fishing quotas.",
    "In North Indian states the surname comes first.",
    "The New York state legislature created the county.",
    "Questions regarding fees go to the clerk.",
    "Please note that the office closes at noon.",
    "Here, we report the first complete genome of the strain.",
    "You can tell us which letters you want.",
    "The board denied him entry to the hall.",
    "In football the club claimed most of the cups of the decade.",
    "The bridge opened in 1932 and carries two lanes.",
    "Steam is added until the pressure reaches two bars.",
    "The accused was taken to the county jail.",
    "The party endorsed a petition calling for a vote.",
    "The crowd cheered when announced for the final.",
    "He urged on his horse to win.",
    "The Board May Raise Fees, Minister Says",
    "",
    "!!! ... ???",
]


@pytest.mark.parametrize("text", STATED)
def test_the_documents_own_statement(text):
    assert said(text) == (None, None, "stated")


def test_an_answer_counts_only_inside_what_is_reported():
    text = "Rubio claims that the cartel is led by Maduro."
    assert said(text, "Maduro") == ("Rubio", "claims", "claimed")
    assert said(text, "Rubio") == (None, None, "stated")


def test_the_innermost_speaker_of_an_answer():
    text = "Initial reports from Lima blame fog, but the airline says that an engine failed."
    assert said(text, "an engine failed") == ("the airline", "says", "reported")
    nested = "Berg said that Holm claimed that the gate was open."
    assert said(nested, "the gate was open") == ("Holm", "claimed", "claimed")


@pytest.mark.parametrize("before", ["said", "told the Herald", "said of the plan", "added in May"])
def test_a_colon_after_a_verb_of_saying_is_the_verbs(before):
    text = f'The head of the guild, Jo Walker, {before}: "The rise will cost jobs everywhere."'
    assert said(text, "cost jobs") == ("Jo Walker", before.split()[0], "reported")


def test_a_speaker_after_what_was_said_without_quotation_marks():
    text = (
        "Work will start in May, Mayor Ortiz said on Monday, and end in June, but Webb doubts it."
    )
    assert said(text, "in May")[0] == "Mayor Ortiz"
    assert said(text, "in June")[0] == "Mayor Ortiz"
    assert said(text, "on Monday")[0] is None
    assert said(text, "Webb doubts it")[0] is None
    assert said("The line will close in May, it was announced.", "May")[2] == "reported"
    contrast = "Work will start in May, Mayor Ortiz said, but Webb doubts it."
    assert said(contrast, "Webb doubts it")[0] is None


def test_a_verb_after_a_phrase_reports_what_follows_it():
    text = "In a report on bridges, Ortiz said in May the old one was unsafe."
    assert said(text, "unsafe")[0] == "Ortiz"
    assert said(text, "a report on bridges")[0] is None
    assert said('Ben met Tess, Lou and Max there, he said, kindly, "I am late."', "Tess")[0] is None
    assert said("Ben asked her again and again, she confessed all.", "Ben")[0] is None
    assert said("The school closed, and in May, parents protested.", "closed")[0] is None


def test_a_long_answer_is_the_word_of_whoever_said_all_of_it():
    text = "Rubio said the plan that Maduro had described as illegal was necessary."
    clause = "the plan that Maduro had described as illegal was necessary"
    assert said(text, clause) == ("Rubio", "said", "reported")
    nested = "Berg said that Holm claimed that the gate was open."
    assert said(nested, "Holm claimed that the gate was open")[0] == "Berg"


@pytest.mark.parametrize(
    ("apposition", "speaker"),
    [
        ("the mayor's aide, Mia Chen, said in an email", "Mia Chen"),
        ("a lawyer for the city, Mia Chen, repeated", "Mia Chen"),
        ("Mia Chen, a lawyer, added", "Mia Chen"),
        ("a lawyer, who asked not to be named, added", "a lawyer"),
    ],
)
def test_an_apposition_between_a_quotation_and_its_verb(apposition, speaker):
    text = f'"I never saw that report," {apposition}.'
    assert said(text, "that report")[0] == speaker
    assert said(text, "lawyer" if "lawyer" in text else "aide")[0] is None


@pytest.mark.parametrize("place", ["a statement", "a written statement on Monday", "its report"])
def test_a_statement_that_something_is_said_in_is_its_speakers(place):
    text = f"The company said in {place} that it had fired 300 people."
    assert said(text, "300") == ("The company", "said", "reported")


def test_a_relative_clause_ends_what_is_reported_in_it():
    text = "The fire, which officials said began in a kitchen, killed three people."
    assert said(text, "in a kitchen")[0] == "officials"
    assert said(text, "three people") == (None, None, "stated")
    text = "The man, who police say fled to Spain, later was found in Rome."
    assert said(text, "Spain")[0] == "police"
    assert said(text, "Rome") == (None, None, "stated")


def test_who_speaks_inside_a_quotation_says_nothing_before_it():
    text = "On 17 May, two churches issued a notice, “since Luther had said that it was due.”"
    assert said(text, "17 May") == (None, None, "stated")
    text = "“I told you that the bridge was closed,” said Ana Ruiz."
    assert said(text, "the bridge")[0] == "Ana Ruiz"


def test_a_contrast_ends_what_is_reported():
    text = "Berg said the gate was open, but the log shows midnight."
    assert said(text, "the gate was open")[0] == "Berg"
    assert said(text, "midnight") == (None, None, "stated")


def test_the_listener_is_not_part_of_what_was_told():
    text = "Berg told the inspectors that the gate was open."
    assert said(text, "the inspectors") == (None, None, "stated")
    assert said(text, "the gate")[0] == "Berg"


def test_a_scare_quote_is_no_speech():
    assert said('The plan, called "Blue Sky" inside the firm, failed.', "Blue Sky")[0] is None


SEED = [
    (
        "The U.S. government is preparing",
        "November 24",
        "Secretary of State Marco Rubio",
        "reported",
    ),
    ("Rubio claims", "Nicolás Maduro", "Rubio", "claimed"),
    ("Rubio claims", "various branches of the Venezuelan government", "he", "claimed"),
    ("Rubio further asserts", "Tren de Aragua", "Rubio", "claimed"),
    ("The U.S. has accused", "drug smuggling", "The U.S.", "claimed"),
    ("Admiral Alvin Holsey", "destabilize the region", "Admiral Alvin Holsey", "reported"),
    (
        "This deployment is part",
        "Operation Southern Spear",
        "Defense Secretary Pete Hegseth",
        "reported",
    ),
    ("Discussions among top", "potential military actions", None, "reported"),
    ("President Trump has indicated", "military options", "President Trump", "reported"),
    ("Experts have expressed", "anxieties", "Experts", "reported"),
]


@pytest.mark.parametrize(("start", "answer", "speaker", "stance"), SEED[1:])
def test_the_shipped_article(start, answer, speaker, stance):
    sentence = next(s for s in sentences(ARTICLE) if s.of(ARTICLE).startswith(start))
    at = ARTICLE.index(answer, sentence.start)
    assert at + len(answer) <= sentence.end
    found = attribute(ARTICLE, sentence, Span(at, at + len(answer)))
    assert (found.speaker.text if found.speaker else None, found.stance) == (speaker, stance)


def test_what_the_article_says_itself():
    for start, answer in (
        ("Admiral Alvin Holsey", "commander of U.S. Southern Command"),
        ("Rear Admiral", "Paul Lanzilotta"),
        ("This designation", "November 24"),
        ("This deployment", "Pete Hegseth"),
        ("A recent Senate vote", "rejected a measure"),
    ):
        sentence = next(s for s in sentences(ARTICLE) if s.of(ARTICLE).startswith(start))
        at = ARTICLE.index(answer, sentence.start)
        assert attribute(ARTICLE, sentence, Span(at, at + len(answer))).stance == "stated", start


def test_the_whole_sentence_of_a_denial_keeps_the_accuser():
    sentence = next(s for s in sentences(ARTICLE) if "allegations that Maduro" in s.of(ARTICLE))
    assert told(attribute(ARTICLE, sentence)) == ("The U.S.", "accused", "claimed")
    clause = "He faces allegations that Maduro has denied."
    assert said(clause) == ("Maduro", "denied", "denied")
