"""Fits the confidence of the sentence reader.

    python -m eval.training.fit_sentence --data tune/squad2.jsonl [--write]

Each question is asked of all the contexts of the file: the lexical arm's best passages are read,
and a candidate sentence is right when an accepted answer stands in it. The articles that
`splits.squad2_part` keeps for reporting are measured, the others fitted on. Needs the extra
`train`.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from eval.data.splits import squad2_part
from eval.measures.confidence_measures import auroc, expected_calibration_error, reliability
from index.lexical import TantivyLexicalIndex, create_index, term_document
from index.types import Hit, Passage, Span
from retrieval.reader.model_files import default_folder
from retrieval.reader.sentence import FEATURES, Calibration, SentenceReader

PASSAGES = 8
REFUSED_SHARE = 0.05
"""The threshold refuses this share of the questions whose best sentence is right."""

Row = dict[str, Any]
Sample = tuple[list[float], bool]
"""Features of the best sentence, and whether it is right."""


def main() -> None:
    """Fit, print the coefficients and the held-out measures, and write them if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="JSONL of questions")
    parser.add_argument("--write", action="store_true", help="replace sentence.json")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.data.read_text(encoding="utf-8").splitlines()]
    fitted: list[Sample] = []
    kept: list[Sample] = []
    for row, sample in _samples(rows):
        (kept if squad2_part(row["title"]) == "report" else fitted).append(sample)
    result = _fit(fitted) | {"fitted_on": arguments.data.name, "questions": len(fitted)}
    result["held_out"] = _measures(kept, result)
    text = json.dumps(result, indent=2) + "\n"
    print(text, end="")
    if arguments.write:
        (default_folder().parent / "sentence.json").write_text(text, encoding="utf-8")


def _samples(rows: list[Row]) -> Iterator[tuple[Row, Sample]]:
    contexts = list(dict.fromkeys((row["title"], row["context"]) for row in rows))
    passages = [
        Passage(number, str(number), Span(0, len(text)), text, title=title)
        for number, (title, text) in enumerate(contexts)
    ]
    lexical = _index(passages)
    reader = SentenceReader(Calibration(0.0, dict.fromkeys(FEATURES, 1.0), 0.0))
    for row in rows:
        ids, scores = lexical.search(row["question"], PASSAGES)
        hits = [Hit(passages[i], s) for i, s in zip(ids.tolist(), scores.tolist(), strict=True)]
        readings = reader.read(row["question"], hits, PASSAGES).readings
        if not readings:
            continue
        best = max(readings, key=lambda reading: reading.score)
        features = [best.features[name] for name in FEATURES]
        yield row, (features, _right(row, passages[best.passage_id], best.span))


def _index(passages: list[Passage]) -> TantivyLexicalIndex:
    index = create_index()
    writer: Any = index.writer(50_000_000, 1)
    for passage in passages:
        writer.add_document(term_document(passage.id, passage.title, (), passage.text))
    writer.commit()
    writer.wait_merging_threads()
    return TantivyLexicalIndex(index)


def _right(row: Row, passage: Passage, span: Span) -> bool:
    """Return whether an accepted answer of the row stands in the span of its own context."""
    return passage.text == row["context"] and any(
        span.covers(Span(answer["start"], answer["start"] + len(answer["text"])))
        for answer in row["answers"]
    )


def _fit(samples: list[Sample]) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    features = np.array([sample[0] for sample in samples])
    right = np.array([sample[1] for sample in samples])
    model = LogisticRegression(C=10.0, max_iter=1000).fit(features, right)
    confidences = model.predict_proba(features)[:, 1]
    return {
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(FEATURES, model.coef_[0].round(4).tolist(), strict=True)),
        "threshold": round(float(np.quantile(confidences[right], REFUSED_SHARE)), 4),
    }


def _measures(samples: list[Sample], fitted: dict[str, Any]) -> dict[str, float]:
    calibration = Calibration(fitted["intercept"], fitted["weights"], fitted["threshold"])
    right = np.array([sample[1] for sample in samples])
    confidences = np.array(
        [calibration.probability(dict(zip(FEATURES, sample[0], strict=True))) for sample in samples]
    )
    return {
        "questions": len(samples),
        "right": round(float(right.mean()), 4),
        "AUROC": round(auroc(right, confidences) or 0.0, 4),
        "ECE": round(expected_calibration_error(reliability(right, confidences)) or 0.0, 4),
        "refused": round(float((confidences < calibration.threshold).mean()), 4),
    }


if __name__ == "__main__":
    main()
