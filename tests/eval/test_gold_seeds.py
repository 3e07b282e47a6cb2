"""The gold questions stand on the shipped article, word for word."""

import json
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

GOLD = [
    json.loads(line)
    for line in (files("eval") / "gold" / "seeds.jsonl").read_text("utf-8").splitlines()
]


def article(row: dict[str, Any]) -> str:
    return (files("seeds") / row["document"]).read_bytes().decode("utf-8")


@pytest.mark.parametrize("row", GOLD, ids=[row["id"] for row in GOLD])
def test_every_span_is_the_articles(row: dict[str, Any]) -> None:
    text = article(row)
    spans = row["answers"] + ([row["speaker"]] if row["speaker"] else [])
    for span in spans:
        assert text[span["start"] : span["start"] + len(span["text"])] == span["text"]
    assert bool(row["answers"]) == row["answerable"] == (row["sentence"] is not None)
    if row["answerable"]:
        start, end = row["sentence"]["start"], row["sentence"]["end"]
        assert text[start:end].endswith(".")
        assert start == 0 or text[start - 1].isspace()
        assert any(start <= span["start"] < end for span in row["answers"])
        assert row["stance"] in {"stated", "claimed", "denied", "reported"}
    else:
        assert row["speaker"] is None
        assert row["stance"] is None


def test_it_is_large_and_mixed_enough() -> None:
    kinds = Counter(row["kind"] for row in GOLD)
    assert len({row["id"] for row in GOLD}) == len({row["question"] for row in GOLD}) == len(GOLD)
    assert len(GOLD) >= 85
    assert sum(not row["answerable"] for row in GOLD) >= 28
    assert min(kinds.values()) >= 8
    assert set(kinds) == {
        "direct", "paraphrased", "multi_sentence", "who_said",
        "misspelt", "false_premise", "unanswerable",
    }  # fmt: skip
