import pytest

from index.types import Span
from retrieval.reader.overclaims import another_speaks

TEXT = (
    "Ann Silva reported that sales had fallen because of the strike. Tom Brandt disagreed. "
    "He said that prices were too high. The strike ended in May."
)


@pytest.mark.parametrize(
    ("question", "answer", "another"),
    [
        ("Why did sales fall according to Brandt?", "the strike", True),
        ("According to Silva, why did sales fall?", "the strike", False),
        ("Why did sales fall?", "the strike", False),
        ("What does Brandt say about prices?", "too high", False),
        ("When did the strike end, according to Brandt?", "May", False),
    ],
)
def test_another_than_who_was_asked_for_speaks(question, answer, another):
    at = TEXT.index(answer)
    assert another_speaks(question, TEXT, Span(at, at + len(answer))) is another
