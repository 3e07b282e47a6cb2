"""`excerpt ask`: the words that answer a question, cited."""

from typing import Annotated

import typer

from api.cli.options import FilterOption, IndexOption, JsonOption, ReaderOption, RiskOption
from api.cli.run_command import NOT_FOUND
from api.output import print_json, question_of
from retrieval.answering.limits import MAX_K
from retrieval.reader.registry import DEFAULT_READER
from retrieval.types import DEFAULT_RISK


def ask(
    question: Annotated[str, typer.Argument(help="A question; `-` reads it from stdin.")],
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, max=MAX_K, help="At most this many answers.")
    ] = 5,
    expression: FilterOption = None,
    index: IndexOption = None,
    reader: ReaderOption = DEFAULT_READER,
    risk: RiskOption = DEFAULT_RISK,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with cited words.

    Prints at most K answers with their sentence, source and position, how sure Excerpt is and
    whose words they are. With a sure answer, none below 1 % is given. Exits with 3 when
    these documents do not say.
    """
    from api.cli.open_index import open_engine

    with open_engine(index, reader) as engine:
        response = engine.ask(question_of(question), k=k, filter=expression, risk=risk)
    if as_json:
        from api.schemas import response_json

        print_json(response_json(response))
    else:
        from api.cli.terminal import print_response

        print_response(response)
    if response.verdict == "not_found":
        raise typer.Exit(NOT_FOUND)
