"""How many gold answers are called denied, planned or the like, though people marked them."""

from collections.abc import Iterator
from dataclasses import dataclass

from eval.types import QuestionSet
from index.text.sentences import sentences
from index.types import Span
from retrieval.assertion import read_assertion


@dataclass(frozen=True, slots=True)
class Called:
    """What the first gold answer to a question is called, and by which word."""

    polarity: str
    cue: str
    question: str
    answer: str
    sentence: str


def called(questions: QuestionSet) -> Iterator[Called]:
    """Yield what each question's first gold answer is called, where its place is known."""
    for each in questions.questions:
        if not each.answers or each.context is None or each.answers[0].span is None:
            continue
        text, span = questions.contexts[each.context].text, each.answers[0].span
        around = [one for one in sentences(text) if one.overlaps(span)]
        sentence = Span(around[0].start, around[-1].end) if around else span
        found = read_assertion(text, sentence, span, each.text)
        cue = found.cue.text if found.cue else ""
        yield Called(found.polarity, cue, each.text, each.answers[0].text, sentence.of(text))
