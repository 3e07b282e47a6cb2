"""Whatever the text: spans hold their words, nothing raises, and twice gives the same."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from retrieval.attribution import asked_speaker, attribute, describe, speaker_matches
from retrieval.attribution.reports.verbs import verb_reports
from retrieval.attribution.syntax.quotes import quotations
from retrieval.attribution.syntax.tokens import Sentence, tokenize
from retrieval.types import Attribution

WORDS = """said claims "that" “quoted” ‘so’ According to X, he Rubio denied as announced by . , ; :
( ) who which and but the reportedly claim's view U.S. 😀 é́ ﬁ İ ß 's ’s"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\u200f", "\ud800"])
TEXT = st.one_of(
    st.text(), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES).map("".join)
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Span, Span | None]:
    text = draw(TEXT)
    places = st.integers(0, len(text))
    start, end = sorted((draw(places), draw(places)))
    inner = sorted((draw(st.integers(start, end)), draw(st.integers(start, end))))
    return text, Span(start, end), draw(st.sampled_from([None, Span(*inner)]))


def check(text: str, found: Attribution) -> None:
    for words in (found.speaker, found.cue, found.full_name):
        if words is not None:
            assert words.span is not None
            assert words.span.of(text) == words.text != ""
    assert found.speaker is None or found.stance != "stated"


@given(cases())
def test_spans_hold_their_words_and_twice_is_the_same(case):
    text, sentence, answer = case
    found = attribute(text, sentence, answer)
    check(text, found)
    assert found == attribute(text, sentence, answer)
    assert isinstance(describe(found), str)
    asked = asked_speaker(text)
    assert asked is None or asked in text
    assert isinstance(speaker_matches(asked or "x", found, text), bool)


@given(cases())
def test_quotations_lie_in_the_sentence_in_order(case):
    text, sentence, _ = case
    spans = quotations(text, sentence).spans
    assert all(sentence.covers(span) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_a_closing_mark_too_many_closes_nothing():
    text = 'Ana said "yes”” in May.'
    assert [span.of(text) for span in quotations(text, Span(0, len(text))).spans] == ['"yes”']


def steps(text: str) -> int:
    """Count how often a sentence's tokens are looked at while its verbs are read."""
    looked = 0

    class Counting(list):  # type: ignore[type-arg]
        def __getitem__(self, index):  # type: ignore[no-untyped-def]
            nonlocal looked
            looked += 1
            return super().__getitem__(index)

    tokens = Counting(tokenize(text, Span(0, len(text))))
    list(verb_reports(Sentence(tokens, [False] * len(tokens))))
    return looked


def test_work_grows_with_the_length_of_the_sentence():
    for unit in ("Rubio said ", "he claims that, ", "was denied by ", "and told, who said "):
        assert steps(unit * 400) < 3 * steps(unit * 200), unit


def test_a_hundred_thousand_characters():
    for unit in ("x", "said ", '" ', "' a", "( ", "that claims, "):
        text = unit * (100_000 // len(unit))
        check(text, attribute(text, Span(0, len(text))))


def test_an_answer_in_a_hundred_thousand_characters_of_reports():
    for unit in ("according to the zoo, ", "per the CDC, ", "X will end, Ortiz said, "):
        text = unit * (100_000 // len(unit))
        check(text, attribute(text, Span(0, len(text)), Span(500, 520)))
