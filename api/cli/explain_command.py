"""`excerpt explain`: where expected words were lost on the way to an answer."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import FilterOption, IndexOption, JsonOption, ReaderOption
from api.output import print_json, question_of, visible
from retrieval.answering.limits import MAX_K
from retrieval.reader.registry import DEFAULT_READER

if TYPE_CHECKING:
    from retrieval.explain import Explanation


def explain(
    question: Annotated[str, typer.Argument(help="A question; `-` reads it from stdin.")],
    expected: Annotated[
        str,
        typer.Option(
            "--expected", metavar="WORDS", help="Words of a document, or DOCUMENT#START-END."
        ),
    ],
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, max=MAX_K, help="How many answers to ask for.")
    ] = 5,
    expression: FilterOption = None,
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    as_json: JsonOption = False,
) -> None:
    """Say where expected words were lost.

    Follows them from their document through passages, filter, both arms, fusion and reading to
    the verdict, and stops at the step that they did not pass.
    """
    from api.cli.open_index import open_engine
    from retrieval.explain import explain as follow

    with open_engine(index, reader) as engine:
        explanation = follow(engine, question_of(question), expected, k, expression)
    if as_json:
        from api.schemas import explanation_json

        print_json(explanation_json(explanation))
    else:
        print_explanation(explanation)


def print_explanation(explanation: "Explanation") -> None:
    """Print one line a step, and what became of the words."""
    for step in explanation.steps:
        print(f"{'passed' if step.passed else 'LOST':<7} {step.stage:<9} {visible(step.detail)}")
    lost = explanation.lost
    print("found and given" if lost is None else f"lost at {lost.stage}")
