from index.types import Span
from retrieval.reader.rendering import Rendering, under, without


def test_a_text_below_its_headings_keeps_its_places() -> None:
    text = "The default is 30 seconds."
    read = under(["Timeouts", "What is idle_time?"], Rendering(text))
    assert read.text == "Timeouts: What is idle_time? The default is 30 seconds."
    start = read.text.index("30 seconds")
    found = read.back(Span(start, start + len("30 seconds")))
    assert found is not None
    assert found.of(text) == "30 seconds"


def test_a_span_of_headings_alone_is_nowhere_in_the_passage() -> None:
    read = under(["Timeouts"], Rendering("The default is 30."))
    assert read.back(Span(0, len("Timeouts"))) is None
    reaching = read.back(Span(0, len("Timeouts: The")))
    assert reaching is not None
    assert reaching == Span(0, 3)


def test_what_was_left_out_stays_left_out_below_headings() -> None:
    text = "Shown. Hidden. Shown again."
    read = under(["Head"], without(Rendering(text), [Span(7, 15)]))
    assert read.text == "Head: Shown. Shown again."
    start = read.text.index("again")
    found = read.back(Span(start, start + 5))
    assert found is not None
    assert found.of(text) == "again"


def test_without_headings_nothing_changes() -> None:
    read = Rendering("As it stands.")
    assert under([], read) is read
