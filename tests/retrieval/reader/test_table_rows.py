import pytest

from index.types import Hit, Passage, Span
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.table_rows import expand_to_cell, render_rows, rows_without

WIND = "Winds were strong.\nPlace | Peak wind | Homes\nHull | 91 mph | 310\nYork |  | 92\nIt ended."
HEADER = "Place\tPeak wind\tHomes"


def test_each_cell_is_read_with_its_row_and_its_column() -> None:
    read = render_rows(WIND, ["Storm", HEADER])
    assert read.text.splitlines() == [
        "Winds were strong.",
        "Place | Peak wind | Homes",
        "Place: Hull. Hull, Peak wind: 91 mph; Hull, Homes: 310.",
        "Place: York. York, Homes: 92.",
        "It ended.",
    ]


def test_what_is_found_is_told_in_the_passages_own_code_points() -> None:
    read = render_rows(WIND, [HEADER])

    def found(words: str, after: str = "") -> str | None:
        at = read.text.index(words, read.text.index(after))
        span = read.back(Span(at, at + len(words)))
        return None if span is None else span.of(WIND)

    assert found("91 mph") == "91 mph"
    assert found("Hull", "Hull, Homes") == "Hull"
    assert found("Peak wind: 91 mph") == "91 mph"
    assert found("Hull, Peak wind: 91 mph; Hull") == "91 mph"
    assert found(", Homes: ") is None
    assert found("ended") == "ended"


def test_a_table_that_began_before_the_passage_and_one_of_another_shape() -> None:
    assert render_rows("York | 85 mph | 92", [HEADER]).text.startswith(
        "Place: York. York, Peak wind"
    )
    for text, headings in (
        ("York | 85 mph", [HEADER]),
        ("York | 85 mph | 92", ["Storm"]),
        ("No bars here.", [HEADER]),
    ):
        read = render_rows(text, headings)
        assert read.text.rstrip() == text
        assert read.back(Span(1, 3)) == Span(1, 3)


def test_a_corner_a_column_and_a_row_without_a_name() -> None:
    assert render_rows("Hull | 91 | 3", ["\tWind\t"]).text == "Hull. Hull, Wind: 91; Hull: 3.\n"
    assert render_rows("| | 91 |", ["Place\tWind"]).text == "Place: . Wind: 91.\n"


def test_a_bar_inside_a_cell_parts_none() -> None:
    text = "Task | Command | Owner\nCount | cat log | wc | Ada"
    bars = {text.index("| wc")}
    read = render_rows(text, ["Task\tCommand\tOwner"], bars)
    assert (
        read.text.splitlines()[1] == "Task: Count. Count, Command: cat log | wc; Count, Owner: Ada."
    )
    part = Span(text.index("cat"), text.index("cat") + 7)
    assert expand_to_cell(text, part, bars).of(text) == "cat log | wc"
    assert expand_to_cell(text, part, ()) == part


def test_a_bar_behind_a_backslash_is_part_of_its_cell() -> None:
    text = "| Plug | Price |\n| A\\|B | 9 |"
    at = text.index("A\\|B")
    assert expand_to_cell(text, Span(at, at + 1), ()).of(text) == "A\\|B"
    assert expand_to_cell(text, Span(text.index("9"), text.index("9") + 1), ()).of(text) == "9"


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        (
            "What was the peak wind in York?",
            ["York |  | 92\n", "Place | Peak wind | Homes\n", "Hull | 91 mph | 310\n"],
        ),
        ("What was the peak wind in Hull?", ["York |  | 92\n"]),
        ("How many homes were there in York?", []),
        ("What was the wind in York?", []),
        ("Which place was it?", []),
    ],
)
def test_a_row_without_what_is_asked_answers_nothing(question: str, rows: list[str]) -> None:
    assert [row.of(WIND) for row in rows_without(question, WIND, ["Storm", HEADER])] == rows


def test_a_row_that_is_too_short_is_filled_up() -> None:
    assert (
        render_rows("Hull | 91 mph |", [HEADER]).text == "Place: Hull. Hull, Peak wind: 91 mph.\n"
    )


def test_a_markdown_table_and_the_next() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|:-:|---|\n| 3 | 4 |"
    lines = render_rows(text, ["a\tb", "c\td"]).text.splitlines()
    assert [line for line in lines if ":" in line and "-" not in line] == [
        "a: 1. 1, b: 2.",
        "c: 3. 3, d: 4.",
    ]


def test_a_cell_is_found_by_its_row_and_column() -> None:
    rows = "Alnwick | 78 mph | 310\nSeahouses | 91 mph | 1,204\nBamburgh | 85 mph | 92"
    text = f"Place | Peak wind | Homes without power\n{rows}"
    header = "Place\tPeak wind\tHomes without power"
    hit = Hit(Passage(1, "d", Span(0, len(text)), text, (header,)), 1.0)
    best = ExtractiveReader().read("What was the peak wind in Seahouses?", [hit], 1).readings[0]
    assert best.text == best.span.of(text) == "91 mph"
