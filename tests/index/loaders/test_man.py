"""Manual pages as a reader sees them, in both macro packages."""

import time

import pytest

from index.errors import LoadError
from index.loaders import get_loader
from index.loaders.man import plain
from index.types import Document

MAN = r"""'\" t
.\" A comment.
.TH FERRY 1 2031\-05\-01
.de XX
.not seen
..
.SH NAME
ferry \- sail to the isle
.SH "THE OPTIONS"
Give \fBone\fR of these,
.BR \-a ,
or see
.BR dock (8).
.TP
.BI \-t " time"
Sail at
.IR time .
.IP \(bu 2
By day.
.PP
It ends.
.SS Files
.nf
/etc/ferry
  /etc/dock
.fi
"""
MDOC = r""".Dd May 1, 2031
.Dt DOCK 8
.Os
.Sh NAME
.Nm dock
.Nd tie a ferry
.Sh SYNOPSIS
.Nm
.Op Fl v
.Op Fl t Ar time
.Sh OPTIONS
.Bl -tag
.It Fl v
Say more; see
.Xr ferry 1 .
.El
It ends.
"""


def load(text: str, name: str = "man", uri: str = "/d/ferry.1") -> Document:
    (found,) = get_loader(name).load(text.encode(), uri=uri, key="a")
    assert isinstance(found, Document)
    return found


def test_a_page_of_man_macros() -> None:
    page = load(MAN)
    assert page.title == "ferry(1)"
    assert page.text == (
        "NAME\n\nferry - sail to the isle\n\nTHE OPTIONS\n\n"
        "Give one of these, -a, or see dock(8).\n\n-t time\nSail at time.\n\n"
        "- By day.\n\nIt ends.\n\nFiles\n\n/etc/ferry\n  /etc/dock"
    )
    assert [(h.level, h.text) for h in page.outline] == [
        (1, "NAME"), (1, "THE OPTIONS"), (7, "-t time"), (7, ""), (2, "Files"),
    ]  # fmt: skip
    assert all(h.span.of(page.text) == h.text for h in page.outline)


def test_a_page_of_mdoc_macros() -> None:
    page = load(MDOC)
    assert page.title == "dock(8)"
    assert page.text == (
        "NAME\n\ndock – tie a ferry\n\nSYNOPSIS\n\ndock [-v] [-t time]\n\nOPTIONS\n\n"
        "-v\nSay more; see ferry(1).\n\nIt ends."
    )


def test_a_file_without_such_macros_is_plain_text() -> None:
    assert load("Line one.\n.dotted\n", "text", "/d/syslog.1").text == "Line one.\n.dotted\n"
    assert load(MAN, "text", "/d/ferry.1").title == "ferry(1)"
    assert load(MAN, "text", "/d/ferry.txt").text == MAN
    with pytest.raises(LoadError):
        load("words")


@pytest.mark.parametrize(
    ("roff", "shown"),
    [
        (r"a\fBb\f[I]c\fPd", "abcd"),
        (r"\(lqa\(rq \[u2014] \[em]", "“a” — —"),
        (r"x\s-1y\s0z\h'2m'w", "xyzw"),
        (r"a\&b\cd\~e\ f", "abd e f"),
        (r"C:\edir \*(Aq", "C:\\dir '"),
        (r"caf\['e] # 1 \" not seen", "cafe # 1 "),
        ("end\\", "end"),
    ],
)
def test_escapes(roff: str, shown: str) -> None:
    assert plain(roff) == shown


@pytest.mark.parametrize("unit", [r"\f[", r"\h'", ".TP\n", '.B "', r"\*[", ".de x\n", ".Op Fl a\n"])
def test_what_is_never_closed_takes_time_by_its_length(unit: str) -> None:
    started = time.process_time()
    load(".SH A\nwords\n" + unit * 60_000)
    assert time.process_time() - started < 10


ASCIIDOCTOR = r"""'\" t
.TH "UL" "1" "2022-05-11" "util\-linux 2.38.1" "User Commands"
.ie \n(.g .ds Aq \(aq
.el       .ds Aq '
.de URL
\fI\\$2\fP <\\$1>\\$3
..
.als MTO URL
.if \n[.g] \{\
.  mso www.tmac
.  am URL
.    ad l
.  .
.  am MTO
.    ad l
.  .
.  LINKSTYLE blue R < >
.\}
.SH "NAME"
ul \- do underlining
.ig XX
nobody reads this
.XX
.de1 ZZ YY
nor this
..
.YY
.SH "DESCRIPTION"
It reads files.
"""


def test_what_a_macro_is_made_of_ends_where_it_ends() -> None:
    (page,) = get_loader("man").load(ASCIIDOCTOR.encode(), uri="/ul.1", key="k")
    assert isinstance(page, Document)
    assert page.text == "NAME\n\nul - do underlining\n\nDESCRIPTION\n\nIt reads files."
