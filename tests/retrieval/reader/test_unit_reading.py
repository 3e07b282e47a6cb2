"""Units read alone: the value of the unit that is asked for, never its neighbour's."""

import pytest

from index.types import Hit, Passage, Span
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.unit_reading import unit_readings

PUMPS = "- Pump P-81: oiled every Friday\n- Pump P-82: oiled each spring\n- Pump P-83: not oiled\n"
DUTY = "Mornings\n\n1. East door: Ines Falk\n2. West door: Tom Aldous\n3. Roof: Mira Osk\n"
DOORS = "Door codes\n\nCellar = D-7\nLoft = D-2\nShed = D-4\n"
FEES = "Fees by age\n\nPupils\t2,50\nAdults\t6,20\nElders\t3,80\n"
LOG = "## [2.0.1] - 2030-11-05\n### Fixed\n- A leak in the hose.\n\n## [2.0.0] - 2030-10-01\n### Fixed\n- A crack in the drum.\n"  # noqa: E501
NEWS = "## 3.1 (9 May)\n\n- Add a `hem` command.\n\n## 3.0 (2 May)\n\n- Add a `tuck` command.\n"


@pytest.fixture(scope="module")
def reader() -> ExtractiveReader:
    return ExtractiveReader()


def best(reader: ExtractiveReader, question: str, text: str) -> str:
    hit = Hit(Passage(1, "d", Span(0, len(text)), text), 1.0, {})
    return reader.groups(question, [hit])[0].best.text


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("How often is pump P-81 oiled?", PUMPS, "every Friday"),
        ("How often is pump P-82 oiled?", PUMPS, "each spring"),
        ("Who is at the west door?", DUTY, "Tom Aldous"),
        ("Who is on the roof?", DUTY, "Mira Osk"),
        ("Which code opens the loft?", DOORS, "D-2"),
        ("What is the fee for adults?", FEES, "6,20"),
        ("Which version fixed the crack in the drum?", LOG, "2.0.0"),
        ("Which version added the tuck command?", NEWS, "3.0"),
        ("Which version added the hem command?", NEWS, "3.1"),
    ],
)
def test_the_value_is_that_of_the_unit_asked_for(
    reader: ExtractiveReader, question: str, text: str, answer: str
) -> None:
    assert best(reader, question, text) == answer


def test_units_that_match_less_lose_and_the_best_does_not() -> None:
    readings = unit_readings("How often is pump P-82 oiled?", (), PUMPS)
    assert [each.loss == 0 for each in readings] == [False, True, False]


def test_nothing_is_read_alone_where_no_unit_has_a_word_of_the_question() -> None:
    assert unit_readings("Who painted the ceiling?", (), PUMPS) == []


def test_a_row_of_a_table_is_a_unit() -> None:
    text = "Kind | Weight\noats | 2 kg\nrye | 4 kg\n"
    readings = unit_readings("What is the weight of rye?", ("Kind\tWeight",), text)
    assert [each.region.of(text).strip() for each in readings if each.loss == 0] == ["rye | 4 kg"]
