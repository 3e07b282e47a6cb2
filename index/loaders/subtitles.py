"""Subtitles (SRT, WebVTT): the words as they are spoken, each cue with its times."""

import html
import re
from collections.abc import Iterator

from index.loaders.build import Source, encoding_metadata, file_name
from index.loaders.writing import Writing
from index.text.encoding import decode
from index.types import Document, LoadProblem

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_CUE = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})")
_VOICE = re.compile(r"<v(?:\.[^>\s]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[^>]*>|\{\\[^}]*\}")
_VOICE_START = re.compile(r"(?=<v[.\s])")
_LABEL = re.compile(
    r"(?:[-\u2013\u2014>]+\s*)?[A-Z][A-Z.'\u2019-]*(?: [A-Z][A-Z.'\u2019-]*){0,3}:\s"
)
"""A name in capitals before what it says."""

_BLOCK = re.compile(r"(?:\r\n|\n|\r){2,}|(?:\r\n|\n|\r)[^\S\r\n]+(?:\r\n|\n|\r)")


class SubtitleLoader:
    """Loads subtitles; a speaker that a cue names stands before its words, on a line of its own.

    The metadata name the `speakers`.
    """

    name = "subtitles"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text.
        """
        decoded = decode(data)
        writing = Writing()
        speakers: dict[str, None] = {}
        for block in _BLOCK.split(decoded.text):
            lines = block.splitlines()
            at = next((n for n, line in enumerate(lines[:2]) if _CUE.match(line)), None)
            if at is None:
                if not lines or not lines[0].startswith(("WEBVTT", "NOTE", "STYLE", "REGION")):
                    writing.line(block.strip())
                continue
            match = _CUE.match(lines[at])
            assert match is not None, "it was matched above"
            with writing.place("time", f"{_clock(match[1])} --> {_clock(match[2])}"):
                cue = lines[at + 1 :]
                writing.line("\n".join(_spoken(cue)))
                speakers |= dict.fromkeys(_voices(cue))
        source = Source.of(data, uri, "text/vtt")
        metadata = encoding_metadata(decoded) | ({"speakers": tuple(speakers)} if speakers else {})
        yield writing.document(source, key, file_name(uri), metadata)


def _spoken(lines: list[str]) -> Iterator[str]:
    """Yield what is said in a cue, a line for each who speaks.

    >>> list(_spoken(["<v Ann>Is it", "old?", "<v Bo>It is."])), list(_spoken(["- Is it", "old?"]))
    (['Ann: Is it old?', 'Bo: It is.'], ['- Is it old?'])
    """
    turns = [""]
    for line in lines:
        for part in _VOICE_START.split(line.strip()):
            if part.startswith(("<v ", "<v.")) or _LABEL.match(part):
                turns.append("")
            turns[-1] += f" {part}"
    for turn in turns:
        words = html.unescape(_TAG.sub("", _VOICE.sub(r"\1: ", turn)))
        if words.strip():
            yield " ".join(words.split())


def _voices(lines: list[str]) -> Iterator[str]:
    """Yield the names of who speaks in a cue."""
    for match in _VOICE.finditer(" ".join(lines)):
        yield html.unescape(match[1]).strip()


def _clock(time: str) -> str:
    """Return a time as hours, minutes and seconds.

    >>> _clock("1:02,5"), _clock("00:01:02.500")
    ('00:01:02.5', '00:01:02.500')
    """
    parts = time.replace(",", ".").split(":")
    parts = ["0"] * (3 - len(parts)) + parts
    return f"{parts[0]:0>2}:{parts[1]:0>2}:{parts[2]}"
