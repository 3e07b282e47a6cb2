# ruff: noqa: E501
import pytest

from index.types import Span
from retrieval.assertion import read_assertion

DENIED = [
    ("The verger is expected to say that the lamp is out.", "The verger", "Who said that the lamp is out?"),
    ('Contrary to rumour, the chest does not hold 12 bars of silver.', '12', 'How many bars of silver does the chest hold?'),
    ('Far from losing the match, the team of Orla scored nine times.', 'the team of Orla', 'Who lost the match?'),
    ('The gate might have been drawn by Ina Moss.', 'Ina Moss', 'Who drew the gate?'),
    ('Unless the rent is paid, the barge is sold to the Orr yard.', 'the Orr yard', 'To whom was the barge sold?'),
    ('It could be that the mound was a grave of the Ulm.', 'a grave of the Ulm', 'What was the mound?'),
    ('Perhaps the kiln was built by Petra Holm.', 'Petra Holm', 'Who built the kiln?'),
    ('The parish wants Ina Moss to carve the door.', 'Ina Moss', 'Who carved the door?'),
    ('The troupe was to dance in Varda, but the road was closed.', 'Varda', 'Where did the troupe dance?'),
    ('The sisters considered a gift to the Orr school.', 'the Orr school', 'To whom did the sisters give it?'),
    ("The lane used to be called Tanner's Row.", "Tanner's Row", 'What is the lane called?'),
    ('Ina Moss, the former warden of the fort, keeps bees.', 'Ina Moss', 'Who is the warden of the fort?'),
    ('The late owner of the kiln was Petra Holm.', 'Petra Holm', 'Who is the owner of the kiln?'),
    ('The fee was 4 marks before the gate was built.', '4 marks', 'How much is the fee?'),
    ('Back in 1970 the society had its press in Kiln Road.', 'Kiln Road', 'Where does the society have its press?'),
    ('In its early years the fund went to 30 pupils.', '30', 'To how many pupils does the fund go?'),
    ('The yard had been building rafts; it burned down.', 'rafts', 'What does the yard build?'),
    ('Petra Holm was the warden for six years and resigned in June.', 'Petra Holm', 'Who is the warden?'),
    ('The clerk forgot to mention that the vault was open.', 'The clerk', 'Who mentioned that the vault was open?'),
    (
        "The keeper of the Ulna light is not Petra Holm.",
        "Petra Holm",
        "Who is the keeper of the Ulna light?",
    ),
    (
        "Petra Holm is not the keeper of the Ulna light.",
        "Petra Holm",
        "Who is the keeper of the Ulna light?",
    ),
    ("The school did not buy 300 desks.", "300", "How many desks did the school buy?"),
    ("The mill was never owned by the Orr family.", "the Orr family", "Who owned the mill?"),
    ("The mill isn't open at noon.", "noon", "When is the mill open?"),
    ("The yard is no longer run by the Orr family.", "the Orr family", "Who runs the yard?"),
    ("Nobody has claimed that the kiln stood in Varda.", "Varda", "Where did the kiln stand?"),
    (
        "It is not true that the hall holds 700 people.",
        "700",
        "How many people does the hall hold?",
    ),
    ("It is unlikely that the barn was burnt by thieves.", "thieves", "Who burnt the barn?"),
    ("There is no evidence that the ship sank off Marn.", "Marn", "Where did the ship sink?"),
    ("None of the bells was cast in Dalby.", "Dalby", "Where were the bells cast?"),
    (
        "The clerk failed to deliver the seal to Orsa.",
        "Orsa",
        "Where did the clerk deliver the seal?",
    ),
    ("The porter denied that the crate came from Lisk.", "Lisk", "Where did the crate come from?"),
    (
        "The warden did not say that the gate was locked.",
        "The warden",
        "Who said that the gate was locked?",
    ),
    (
        "The warden denied that the gate was locked.",
        "The warden",
        "Who said that the gate was locked?",
    ),
    ("The cook said that the soup was not cold.", "The cook", "Who said that the soup was cold?"),
    (
        "The guide refused to say that the cave was safe.",
        "The guide",
        "Who said that the cave was safe?",
    ),
    ("The shed was not built in 2001 but in 2003.", "2001", "When was the shed built?"),
    ("The fleet planned to winter in Kesk but turned back.", "Kesk", "Where did the fleet winter?"),
    (
        "Had the dam burst, the village would have moved to Upper Orn.",
        "Upper Orn",
        "Where did the village move?",
    ),
    (
        "The firm nearly sold the plant to Brenn Steel.",
        "Brenn Steel",
        "To whom did the firm sell the plant?",
    ),
    (
        "The board considered naming the ship after Una Vik.",
        "Una Vik",
        "After whom did the board name the ship?",
    ),
    ("The road will be opened in 2040.", "2040", "When was the road opened?"),
    ("Fans hope that Starling will win the cup.", "Starling", "Which horse won the cup?"),
    ("The club used to meet at the Swan.", "the Swan", "Where does the club meet?"),
    ("Until 2020 a pass cost 80 crowns.", "80 crowns", "What does a pass cost?"),
    (
        "They chose the harbour instead of the Old Square.",
        "the Old Square",
        "Which place did they choose?",
    ),
    ("At no time was the safe guarded by Rolf Aune.", "Rolf Aune", "Who guarded the safe?"),
    (
        "Hardly anyone believes that the bust came from Crete.",
        "Crete",
        "Where did the bust come from?",
    ),
    ("The claim that the wall was built by monks is false.", "monks", "Who built the wall?"),
    ("The shop stopped selling rye bread in 2015.", "rye bread", "What bread does the shop sell?"),
    ("The ball was to be held in Hall 5 but was cancelled.", "Hall 5", "Where was the ball held?"),
    ("The vote should have taken place on 3 March.", "3 March", "When did the vote take place?"),
    ("The team came close to winning the Olm Trophy.", "the Olm Trophy", "What did the team win?"),
    (
        "The witness never mentioned that the van was red.",
        "The witness",
        "Who mentioned that the van was red?",
    ),
    ("The rumour that Ada Kern sold the barge is false.", "Ada Kern", "Who sold the barge?"),
    ("The gala took place without the host, Ada Kern, opening it.", "Ada Kern", "Who opened the gala?"),
    ("All wings except the Blue Wing are heated.", "the Blue Wing", "Which wing is heated?"),
    ("The pass covers all baths but the Old Bath.", "the Old Bath", "Which bath does the pass cover?"),
    ("The troupe would like to play Frost in spring.", "Frost", "What did the troupe play?"),
    ("Plans to name the bridge after Ada Kern were dropped.", "Ada Kern", "After whom was the bridge named?"),
    ("If the wall had held, the hamlet of Orn would have been saved.", "Orn", "Which hamlet was saved?"),
    ("The guild dreams of a new hall at Gull Point.", "Gull Point", "Where is the guild's new hall?"),
    ("It was proposed that the shaft be dug by Brenn & Son.", "Brenn & Son", "Who dug the shaft?"),
    ("The fair was scheduled for 3 June but never held.", "3 June", "When was the fair held?"),
    ("Suppose the pier were closed in 2040.", "2040", "When was the pier closed?"),
    ("Had the vote gone otherwise, Ada Kern would be chair.", "Ada Kern", "Who is chair?"),
    ("The jury may yet give the prize to Ada Kern.", "Ada Kern", "Who was given the prize?"),
    ("The cook stopped short of saying that the oil was old.", "The cook", "Who said that the oil was old?"),
    ("The clerk wondered whether the seal was false.", "The clerk", "Who said that the seal was false?"),
    ("The guide will tell the crew later that the cave is shut.", "The guide", "Who told the crew that the cave is shut?"),
    ("Few think, and no paper proves, that the mill went to Ada Kern.", "Ada Kern", "To whom did the mill go?"),
    ("Legend has it that the tower was raised by trolls.", "trolls", "Who raised the tower?"),
    ("Ada Kern was chair until May, when Una Vik took over.", "Ada Kern", "Who is chair?"),
    ("The board ruled out Gull Field as the site of the hall.", "Gull Field", "What is the site of the hall?"),
    ("Ada Kern is anything but the owner of the inn.", "Ada Kern", "Who is the owner of the inn?"),
    ("The inn was closed before Ada Kern could become its head.", "Ada Kern", "Who is the head of the inn?"),
    ("Most think that Ada Kern drew it; in fact Una Vik did.", "Ada Kern", "Who drew it?"),
    ("The firm applied for leave to open a shop in Marn.", "Marn", "Where did the firm open a shop?"),
    ("They toyed with the idea of moving to Marn.", "Marn", "Where did they move?"),
    ("Had Ada Kern said that the gate was open, all would have fled.", "Ada Kern", "Who said that the gate was open?"),
    ("The fee is not 30 crowns.", "not 30 crowns", "What is the fee?"),
    ("Hardly a soul thinks that the pit was dug by Ada Kern.", "Ada Kern", "Who dug the pit?"),
    ("The firm is not, as some think, based in Marn.", "Marn", "Where is the firm based?"),
    ("The panel threw out the claim that Ada Kern owns the islet.", "Ada Kern", "Who owns the islet?"),
    ("As if the shed were worth ten million, he smiled.", "ten million", "How much is the shed worth?"),
    ("The guard would neither confirm nor deny that the lock was open.", "The guard", "Who confirmed that the lock was open?"),
    ("The judge asked the miller to say that the sack was full.", "The judge", "Who said that the sack was full?"),
    ("The cook sang all night and did not claim that the pot was empty.", "The cook", "Who claimed that the pot was empty?"),
    ("The coach thinks it is too early to say that the race is won.", "The coach", "Who said that the race is won?"),
    ("In the dream, the bridge was built by Ada Kern.", "Ada Kern", "Who built the bridge?"),
    ("Up to 2028 the choir sang in Orn Hall.", "Orn Hall", "Where does the choir sing?"),
    ("Ada Kern is set to become the head of the school.", "Ada Kern", "Who is the head of the school?"),
    ("Few people at the university say that the bust is by Ada Kern.", "Ada Kern", "Who made the bust at the university?"),
]  # fmt: skip
AFFIRMED = [
    ('The kiln was glazed before it was sold.', 'glazed', 'What was done to the kiln?'),
    ('The former is cut from oak, the latter from ash.', 'oak', 'What is the former cut from?'),
    ('If it snows, the fair is held in the barn.', 'the barn', 'Where is the fair held if it snows?'),
    ('The raft was to become the emblem of the town.', 'the emblem of the town', 'What did the raft become?'),
    ('A vote may be called by the chair.', 'the chair', 'By whom may a vote be called?'),
    ('The tale is considered a classic.', 'a classic', 'What is the tale considered?'),
    ('Back in 1970 the society had its press in Kiln Road.', 'Kiln Road', 'Where did the society have its press?'),
    ('In 1466, perhaps 900 people lived in Varda.', '900', 'How many people lived in Varda?'),
    ('The late ferry leaves at eleven.', 'eleven', 'When does the late ferry leave?'),
    ('The need for a second gate led to the tunnel.', 'the tunnel', 'What did the need for a second gate lead to?'),
    ("The pool cannot be entered without a blue card.", "a blue card", "What is needed to enter the pool?"),
    ("There is no doubt that the coin was found in Orsa.", "Orsa", "Where was the coin found?"),
    ("Nobody but Eva Lind knew the code.", "Eva Lind", "Who knew the code?"),
    ("He did not know that the house had been built by Karl Ems.", "Karl Ems", "Who built the house?"),
    ("The shed was not built in 2001 but in 2003.", "2003", "When was the shed built?"),
    ("The shop is not open on Fridays.", "Fridays", "On which day is the shop not open?"),
    ("The mill was not finished until 1888.", "1888", "When was the mill finished?"),
    ("The lift carries no more than 500 kg.", "500 kg", "How much does the lift carry?"),
    ("Not only the pier but also the market was designed by Ada Kern.", "Ada Kern", "Who designed the market?"),
    ("It is not unusual for the inn to serve 90 guests.", "90", "How many guests does the inn serve?"),
    ("Nobody doubts that Ines Bahr painted the ceiling.", "Ines Bahr", "Who painted the ceiling?"),
    ("The bridge was built in 1931 and has never been closed.", "1931", "When was the bridge built?"),
    ("The bridge has never been closed and was built in 1931.", "1931", "When was the bridge built?"),
    ("Though the spring was not warm, the lake thawed on 4 March.", "4 March", "When did the lake thaw?"),
    ("Una Vik, who cannot swim, is the captain of the Heron.", "Una Vik", "Who is the captain of the Heron?"),
    ("Without hesitation, Una Vik signed the lease in April.", "Una Vik", "Who signed the lease?"),
    ("The boat did not sail because of the storm.", "storm", "Why did the boat not sail?"),
    ("None other than Una Vik opened the gate.", "Una Vik", "Who opened the gate?"),
    ("The fleet planned to winter in Kesk but wintered in Dorn.", "Dorn", "Where did the fleet winter?"),
    ("The fleet planned to winter in Kesk.", "Kesk", "Where did the fleet plan to winter?"),
    ("The strike will begin on Monday.", "Monday", "When will the strike begin?"),
    ("If the bell rings, leave by the north door.", "the north door", "Which door does one leave by?"),
    ("The firm denied that it had dumped oil.", "The firm", "Who denied dumping oil?"),
    ("The clerk doubts that the wreck is the Amity.", "The clerk", "Who doubts that the wreck is the Amity?"),
    ("The mayor said that the tram had not been late.", "The mayor", "Who said that the tram had not been late?"),
    ("The mayor did not say that the tram was late; the driver said so.", "the driver", "Who said that the tram was late?"),
    ("Members may borrow six books.", "six", "How many books may members borrow?"),
    ("Una Vik was mayor of Sund until 2022.", "Una Vik", "Who was mayor of Sund in 2021?"),
    ("Almost 300 people live in Orn.", "300", "How many people live in Orn?"),
    ("Not far from the weir, Una Vik keeps bees.", "Una Vik", "Who keeps bees?"),
    ("The guard who had not eaten locked the gate at noon.", "noon", "When did the guard lock the gate?"),
    ("Passes, which cannot be sold on, cost 9 crowns.", "9 crowns", "What do passes cost?"),
    ("After years of planning, the canal was opened in 2018.", "2018", "When was the canal opened?"),
    ("The nurse did not hesitate to say that the soup was bad.", "The nurse", "Who said that the soup was bad?"),
    ("The play could not have been put on without Una Vik, who paid for it.", "Una Vik", "Who paid for the play?"),
    ("None of them came and the work of Una Vik was a success.", "Una Vik", "Whose work was a success?"),
    ("The staff could not reach the Olm Reserve, home to 80 owls.", "80", "How many owls live in the reserve?"),
    ("Una Vik sailed to the Cape of Good Hope in 1671.", "the Cape of Good Hope", "Where did Una Vik sail?"),
    ("The planned road was measured by Una Vik in 1920.", "Una Vik", "Who measured the planned road?"),
    ("The cycle used to describe this engine is called the Orn cycle.", "Orn", "What is the cycle called?"),
    ("The hall was never deeper than 12 metres.", "12 metres", "How deep was the hall?"),
    ("The road was not paved, the firm instead laying 4 km of track.", "4 km", "How much track did the firm lay?"),
    ("It ends if you fail to obey a rule.", "if you fail to obey a rule", "When does it end?"),
    ("No one except Una Vik had the code.", "Una Vik", "Who had the code?"),
    ("Students are more likely to read 30 books.", "30", "How many books did students read?"),
]  # fmt: skip


def _polarity(text: str, answer: str, question: str) -> str:
    at = text.index(answer)
    return read_assertion(text, Span(0, len(text)), Span(at, at + len(answer)), question).polarity


@pytest.mark.parametrize(("text", "answer", "question"), DENIED)
def test_what_is_denied_or_unreal_is_not_affirmed(text, answer, question):
    assert _polarity(text, answer, question) != "affirmed"


@pytest.mark.parametrize(("text", "answer", "question"), AFFIRMED)
def test_what_only_resembles_a_denial_is_affirmed(text, answer, question):
    assert _polarity(text, answer, question) == "affirmed"


def test_the_cue_is_shown_where_it_stands():
    text = "The mill was never owned by Orr."
    found = read_assertion(text, Span(0, len(text)), Span(28, 31), "Who owned the mill?")
    assert found.cue is not None
    assert found.cue.span is not None
    assert found.cue.span.of(text) == "never"
