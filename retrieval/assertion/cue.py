"""A cue, and what ways to find one share."""

from collections.abc import Sequence
from typing import NamedTuple

from retrieval.assertion import vocabulary as v
from retrieval.assertion.scope import clause_end
from retrieval.attribution.syntax.tokens import Token
from retrieval.types import Polarity

SHORT = 8
"""What *instead of* and the like leave out has at most so many tokens."""


class Cue(NamedTuple):
    """A cue: its token, the tokens from `begin` up to `end` in its scope, its word's use."""

    polarity: Polarity
    at: int
    begin: int
    end: int
    lexical: bool = False
    weak: bool = False


def has_verb(tokens: Sequence[Token], begin: int) -> bool:
    """Return whether a finite verb stands between `begin` and the end of its clause."""
    near = tokens[begin : clause_end(tokens, begin)]
    return any(token.lower in v.FINITE for token in near)


def clause_begin(tokens: Sequence[Token], at: int) -> int:
    """Return where the clause begins that the token at `at` stands in."""
    return next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].lower in (",", ";")), 0)
