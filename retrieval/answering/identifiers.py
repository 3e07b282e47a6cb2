"""Names of a machine's own in a question: options, variables, paths, symbols, file endings.

They are letters and marks that no sentence has by chance (`--deep`, `log_trace`, `$cacheSize`,
`/var/spool`), so that a passage which lacks one is about another.
"""

import re
from collections.abc import Iterator

_SHAPES = re.compile(
    r"""(?<![\w/.$%-])(?:
        --?[A-Za-z][\w-]+                                   # --deep, -name
      | [$%@][A-Za-z_]\w*                                   # $cacheSize, %z
      | /[A-Za-z][\w.+-]*(?:/[\w.+-]+)+                     # /var/spool
      | [A-Za-z]\w*(?:_\w+)+=?                              # log_trace
      | [A-Za-z]\w+(?:::\w+)+                               # Title::make
      | \.[A-Za-z]\w{1,5}(?=[\s?,]|$)                       # .flac
      | [a-z]{2,}[A-Z]\w+                                    # cacheSize
      | [A-Za-z]\w{3,}(?==)                                 # rootdelay=
    )(?![\w/])""",
    re.VERBOSE,
)
_FUZZY = 10
"""Letters from which a name may be misspelt by one."""


def identifiers(question: str) -> Iterator[str]:
    """Yield the names of a machine's own in a question.

    >>> list(identifiers("What does the option --deep of log_trace do in /var/spool?"))
    ['--deep', 'log_trace', '/var/spool']
    """
    return (match.group().rstrip("=") for match in _SHAPES.finditer(question))


def holds_identifier(text: str, name: str) -> bool:
    """Return whether a text has a name, in capitals or not, marks before it aside.

    A long one may be misspelt by a letter.
    """
    bare = _bare(name)
    folded = text.casefold()
    parts = r"[\s_-]*".join(map(re.escape, re.split(r"[_-]+", bare)))
    if re.search(rf"(?<![^\W_]){parts}(?![^\W_])", folded):
        return True
    return len(bare) >= _FUZZY and _is_misspelt(bare, folded)


def times(text: str, name: str) -> int:
    """Return how often a text has a name."""
    return text.casefold().count(_bare(name))


def _bare(name: str) -> str:
    return name.casefold().lstrip("-$%@.")


def _is_misspelt(bare: str, folded: str) -> bool:
    from rapidfuzz.distance import OSA

    near = {word for word in re.findall(r"[\w./:-]+", folded) if abs(len(word) - len(bare)) < 2}
    return any(OSA.distance(bare, word, score_cutoff=1) <= 1 for word in near)
