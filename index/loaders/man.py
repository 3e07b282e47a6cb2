"""Manual pages (man and mdoc macros): the words as a reader of the page sees them.

Sections are the outline, and the terms of lists head what is said of them. What roff computes
(conditions, registers, macros that a page defines) is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from index.errors import LoadError
from index.loaders.build import LEVELS, Source, encoding_metadata, file_name
from index.loaders.writing import Writing
from index.text.encoding import decode
from index.types import Document, Heading, LoadProblem, Span

_MANUAL = re.compile(r"(?m)^\.[ \t]*(?:TH|Dd|SH|Sh)\b")
_REQUEST = re.compile(r"[.'][ \t]*(?P<name>[A-Za-z][\w]*|\\\")?[ \t]*(?P<rest>.*)", re.DOTALL)
_ARGUMENT = re.compile(r'"((?:[^"]|"")*)"?|(\S+)')
_SIGNS = {
    "em": "—", "en": "–", "hy": "-", "bu": "•", "aq": "'", "dq": '"', "lq": "“", "rq": "”",
    "oq": "‘", "cq": "’", "co": "©", "rg": "®", "tm": "™", "mu": "×", "ti": "~", "ha": "^",
    "ga": "`", "rs": "\\", "at": "@", "sh": "#", "lB": "[", "rB": "]", "la": "⟨", "ra": "⟩",
    "->": "→", "<-": "←", ">=": "≥", "<=": "≤", "!=": "≠", "+-": "±", "de": "°", "ss": "ß",
    "Aq": "'", 'L"': "“", 'R"': "”", "C`": "‘", "C'": "’", "--": "—", "ua": "↑", "da": "↓",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:"
    r"(?P<comment>[\"#].*)"
    r"|[fmMFgkYVnR](?:\[[^\]\n]{0,80}\]|\(..|[+-]?.)"  # type, colours, registers
    r"|s(?:\[[^\]\n]{0,80}\]|\(..|[+-]?'[^'\n]{0,80}'|[+-]?\d{1,2})"
    r"|[hvwbDlLoxXZCAN]'(?P<drawn>[^'\n]{0,200})'"
    r"|\[(?P<long>[^\]\n]{0,80})\]|\((?P<two>..)"
    r"|\*(?:\[(?P<string>[^\]\n]{0,80})\]|\((?P<pair>..)|.)"
    r"|(?P<one>.)|$)"
)
_ONE = {"-": "-", "e": "\\", "\\": "\\", "'": "´", "`": "`", " ": " ", "~": " ", "0": " ", "t": " ",
        ".": "."}  # fmt: skip
_BREAKS = frozenset("PP P LP HP sp Pp Lp".split())
_SPACED = frozenset(
    "B I SM R Em Sy Li Cm Ic Pa Ev Va Vt Dv Er Fa Fn Ft Cd Ad An Dl Ql Nm Tn Ms Lk Mt Dq Sq Pq Bq "
    "Aq Qq Ar Xr No Oo Oc Xo Xc St Os Bl".split()
)
"""Macros of mdoc that only say what their words are."""
_JOINED = frozenset("BR RB BI IB IR RI SB".split())
_AROUND = {
    "Op": ("[", "]"), "Dq": ("“", "”"), "Sq": ("‘", "’"), "Ql": ("‘", "’"), "Pq": ("(", ")"),
    "Bq": ("[", "]"), "Aq": ("<", ">"), "Qq": ('"', '"'),
}  # fmt: skip
_SKIPPED = frozenset("de de1 am ig".split())
_PUNCTUATION = frozenset(".,;:?!)]")
_TERM = LEVELS + 1
_BULLETS = frozenset(("•", "o", "-", "*", "–", "—", ""))


def is_manual(text: str) -> bool:
    """Return whether a text is a manual page by its macros."""
    return _MANUAL.search(text) is not None


class ManLoader:
    """Loads manual pages; the title is their name and section."""

    name = "man"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text, or no manual page.
        """
        decoded = decode(data)
        if not is_manual(decoded.text):
            raise LoadError("it is no manual page; give it the suffix .txt")
        page = _Page()
        page.read(decoded.text)
        source = Source.of(data, uri, "text/troff")
        title = page.title or file_name(uri)
        built = page.writing.document(source, key, title, encoding_metadata(decoded))
        if isinstance(built, Document):
            yield replace(built, outline=tuple(sorted(built.outline, key=lambda each: each.span)))
        else:
            yield built


class _Page:
    """Reads a manual page line by line."""

    def __init__(self) -> None:
        self.writing = Writing()
        self.title = ""
        self._name = ""
        self._words: list[str] = []
        self._waits = ""
        self._verbatim = False
        self._tight = False
        self._in_list = False

    def read(self, text: str) -> None:
        """Write what the page says."""
        ending = ""
        for line in text.replace("\\\n", "").split("\n"):
            line = line.rstrip("\r")
            if ending:
                request = re.match(r"[.'][ \t]*(\S*)", line)
                ending = "" if request and request[1] == ending else ending
            elif line[:1] in (".", "'"):
                match = _REQUEST.match(line)
                name = (match["name"] or "") if match else ""
                if match and name in _SKIPPED:
                    ending = _end_of(name, match["rest"])
                elif match:
                    self._request(name, match["rest"])
            else:
                self._line(line)
        self._flush()

    def _line(self, line: str) -> None:
        words = plain(line)
        if self._waits:
            self._head(words)
        elif self._verbatim:
            self.writing.add(("\n" if self.writing.length else "") + words)
        elif not words.strip():
            self._flush()
        else:
            self._words.append(words.strip())

    def _request(self, name: str, rest: str) -> None:
        arguments = [plain(each) for each in _arguments(rest)]
        if name in ("TH", "Dt"):
            self.title = f"{arguments[0].lower()}({arguments[1]})" if len(arguments) > 1 else ""
        elif name in ("Dd", "Os", "Bl"):
            pass
        elif name in ("SH", "SS", "Sh", "Ss"):
            self._flush()
            self._end_list()
            self._waits = name.upper()
            if arguments:
                self._head(" ".join(arguments))
        elif name in _BREAKS:
            self._flush()
            self._end_list()
        elif name == "TP":
            self._flush()
            self._waits = "TERM"
        elif name in ("IP", "It"):
            self._flush()
            self._term(_mdoc(arguments) if name == "It" else "".join(arguments[:1]))
        elif name in ("nf", "EX", "Bd"):
            self._flush()
            self.writing.add("\n" * bool(self.writing.length))
            self._verbatim = True
        elif name in ("fi", "EE", "Ed"):
            self._verbatim = False
        elif name == "br":
            self._flush(line=True)
        elif name == "El":
            self._flush()
            self._end_list()
        else:
            self._say(name, arguments)

    def _say(self, name: str, arguments: list[str]) -> None:
        """Add the words of a request that sets them in some type, or names what they are."""
        if name == "Nm":
            self._name = self._name or "".join(arguments[:1])
            words = " ".join(arguments) or self._name
        elif name == "Nd":
            words = "– " + " ".join(arguments)
        elif name in _JOINED:
            words = "".join(arguments)
        elif name in ("UR", "MT"):
            words = " ".join(arguments[:1])
        elif name == "OP":
            words = f"[{' '.join(arguments)}]"
        elif name in ("SY", "B", "I", "SM", "R"):
            words = " ".join(arguments)
        elif name[:1].isupper() and len(name) == 2 and name[1:].islower():
            words = _mdoc([name, *arguments])
        else:
            return
        if self._waits:
            self._head(words)
        elif words:
            self._line(words.replace("\\", "\\e"))

    def _head(self, words: str) -> None:
        """Write the heading or term that was waited for."""
        kind, self._waits = self._waits, ""
        if kind == "TERM":
            self._term(words)
        else:
            self.writing.heading(words, 1 if kind == "SH" else 2)

    def _term(self, words: str) -> None:
        words = " ".join(words.split())
        if words in _BULLETS:
            self._tight = False
            self._words += ["-"] * bool(words)
            return
        span = self.writing.paragraph(words)
        if len(span):
            self.writing.outline.append(Heading(span, _TERM, words))
            self._tight = self._in_list = True

    def _end_list(self) -> None:
        if self._in_list:
            end = Span(self.writing.length, self.writing.length)
            self.writing.outline.append(Heading(end, _TERM, ""))
        self._in_list = self._tight = False

    def _flush(self, *, line: bool = False) -> None:
        """Write the words that were collected, as a paragraph, or a line below a term."""
        words = " ".join(self._words)
        self._words = []
        if words:
            (self.writing.line if self._tight else self.writing.paragraph)(words)
            self._tight = line


def _end_of(name: str, rest: str) -> str:
    """Return the request that ends a macro's definition, or what is ignored: `..`, or its own."""
    arguments = list(_arguments(rest))
    own = arguments[:1] if name == "ig" else arguments[1:2]
    return own[0] if own else "."


def _arguments(rest: str) -> Iterator[str]:
    """Yield the arguments of a request; those in quotation marks may hold spaces."""
    rest = re.split(r'(?<!\\)\\"', rest, maxsplit=1)[0]
    for quoted, bare in _ARGUMENT.findall(rest):
        yield quoted.replace('""', '"') if quoted else bare


def _mdoc(words: list[str]) -> str:
    """Return the words of a line of mdoc, whose macros may stand among the arguments."""
    written = ""
    closing: list[str] = []
    tight = True
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else ""
        if word in _AROUND:
            opening, closes = _AROUND[word]
            written += " " * (not tight) + opening
            closing.append(closes)
            tight = True
        elif word == "Fl":
            written += " " * (not tight) + "-"
            tight = bool(following) and not following[0].isupper()
        elif word in ("Ns", "Pf"):
            tight = True
        elif word == "Ar" and (not following or following in _AROUND or following == "Fl"):
            written += " " * (not tight) + "file …"
            tight = False
        elif word in _SPACED:
            continue
        elif number > 1 and words[number - 2] == "Xr" and word.isalnum():
            written += f"({word})"
        else:
            attached = tight or word in _PUNCTUATION
            written += " " * (not attached) + word
            tight = word in ("(", "[")
    return written + "".join(reversed(closing))


def plain(line: str) -> str:
    r"""Return a line of roff as it is shown.

    >>> plain(r"\fBls\fR \- list \(bu \[u00E9]t\('e")
    'ls - list • éte'
    """
    return _ESCAPE.sub(_shown, line) if "\\" in line else line


def _shown(match: re.Match[str]) -> str:
    for name in ("long", "two", "string", "pair"):
        if (sign := match[name]) is not None:
            return _sign(sign)
    one = match["one"]
    return _ONE.get(one, "") if one else ""


def _sign(name: str) -> str:
    if name in _SIGNS:
        return _SIGNS[name]
    code = re.fullmatch(r"u([0-9A-F]{4,6})", name)
    if code and int(code[1], 16) < 0xD800:
        return chr(int(code[1], 16))
    accented = re.fullmatch(r"[':`^~,](\w)|(\w)[':`^~,]", name)
    return (accented[1] or accented[2]) if accented else ""
