"""The terms of passages and questions for servers that score them: stemmed here, split there."""

from collections.abc import Sequence

from index.milvus.packing import ROOM


def terms_text(title: str, headings: Sequence[str], text: str) -> str:
    """Return the terms of a passage, a space between two."""
    return stems("\n".join((title, *headings, text)))[:ROOM]


def stems(text: str) -> str:
    """Return the stems of a text's words without stop words, a space between two.

    >>> stems("The bees are humming.")
    'bee hum'
    """
    from index.lexical.analysis import content_terms

    return " ".join(term.stem for term in content_terms(text))
