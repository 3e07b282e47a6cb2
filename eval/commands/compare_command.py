"""`excerpt-eval compare`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.run_options import Json, Runs, runs_folder
from eval.commands.run_output import print_json
from eval.runs.comparison import Comparison, Flip, compare
from eval.runs.record import Row, load, run_folder


def _fields(row: Row) -> dict[str, Any]:
    return {"given": row["given"], "source": row.get("sources", {}).get("given")}


def _as_json(found: Comparison) -> dict[str, Any]:
    return {
        "a": str(found.a.folder),
        "b": str(found.b.folder),
        "n": found.a.plan.n,
        "verdict": found.verdict,
        "differences": {
            each.measure.name: {
                "a": each.a, "b": each.b, "difference": each.difference.value,
                "low": each.difference.low, "high": each.difference.high, "p": each.p_value,
            }
            for each in found.differences
        },
        "flips": [
            {"id": flip.a["id"], "question": flip.a["question"], "change": flip.change,
             "expected": flip.a["expected"], "a": _fields(flip.a), "b": _fields(flip.b)}
            for flip in found.flips
        ],
    }  # fmt: skip


def _words(row: Row) -> str:
    given = row["given"]
    if "ranking" in given:
        return ", ".join(document for document, _ in given["ranking"][:3]) or "nothing"
    if "speaker" in given and "verdict" not in given:
        return str((given["speaker"] or {}).get("text"))
    if given["text"] is None:
        return "not found"
    source = (row["sources"]["given"] or {}).get("title") or given["document_id"]
    return f"{given['text']!r} ({source} {given['start']}:{given['end']})"


def _print_flip(flip: Flip) -> None:
    print(f"  {flip.change:+.2f}  {flip.a['question']}  [{flip.a['id']}]")
    print(f"         A: {_words(flip.a)}\n         B: {_words(flip.b)}")


def run_comparison(
    a: Annotated[Path, typer.Argument(help="A saved run: its name or path.")],
    b: Annotated[Path, typer.Argument(help="Another, of the same questions.")],
    flips: Annotated[int, typer.Option("--flips", min=0, help="How many flips to print.")] = 20,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Set run B beside run A, question by question."""
    found = compare(*(load(run_folder(each, runs_folder(runs))) for each in (a, b)))
    if as_json:
        print_json(_as_json(found))
        return
    print(f"{found.a.plan.n} questions of {found.a.plan.data}: {found.verdict}")
    for each in found.differences:
        print(
            f"  {each.measure.name:20} {each.a:.4f} -> {each.b:.4f}  {each.difference.value:+.4f} "
            f"({each.difference.low:+.4f} to {each.difference.high:+.4f}, p = {each.p_value:.3f})"
        )
    print(f"{len(found.flips)} questions flipped")
    for flip in found.flips[:flips]:
        _print_flip(flip)
