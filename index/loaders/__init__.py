"""Loaders: the bytes of one file -> documents.

    text, markdown, html    one document a file
    rst, asciidoc, latex    one document a file, and so Org and manual pages
    json, jsonl             one document a record
    pdf                     one document a file, its words with their boxes
    csv, workbook           tables, each row under its header
    docx, pptx, odf, rtf    office documents and slides
    office                  those of older forms, which LibreOffice converts
    notebook                the cells of a notebook
    image                   the words recognised in a picture, by the extra `ocr`
    epub, subtitles         a book; words with their times
    eml, mbox, msg          messages, and what is attached to them
    zip, compressed         one document an inner file

`FORMATS` is the table: a row names a loader, where it is, and the suffixes and media types that
it reads, so that nothing is imported until a file of that format is met. `format_of(path)`
chooses the row, `get_loader(name)` imports its loader; `part_of_name` tells a suffix that is none.
Third parties add formats as entry points (see `formats`).
"""

import re
from functools import cache
from pathlib import Path

from index.loaders.formats import Format, FormatTable
from index.protocols import Loader

_OFFICE = "application/vnd.openxmlformats-officedocument"

_SOURCES = tuple(
    ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .scala .c .h .cc .cpp .cxx .hpp .cs .go .rs .swift "
    ".rb .php .pl .pm .lua .r .jl .hs .ml .el .lisp .clj .erl .ex .sh .bash .zsh .fish .ps1 .bat "
    ".sql .tcl .vim .proto .graphql .cmake .mk .gradle .ini .cfg .conf .properties .diff "
    ".patch".split()
)
"""Program text, read as it is."""

FORMATS = FormatTable(
    (
        Format(
            "text",
            "index.loaders.plain:PlainTextLoader",
            (".txt", ".text", ".log", ".asc", ".me", ".nfo", ".ics", ".vcf", ".bib", *_SOURCES),
            ("text/plain",),
        ),
        Format(
            "markdown",
            "index.loaders.markdown:MarkdownLoader",
            (".md", ".markdown", ".mdown", ".mkd"),
            ("text/markdown",),
        ),
        Format("rst", "index.loaders.markup:RstLoader", (".rst", ".rest"), ("text/x-rst",)),
        Format(
            "asciidoc",
            "index.loaders.markup:AsciiDocLoader",
            (".adoc", ".asciidoc"),
            ("text/asciidoc",),
        ),
        Format(
            "latex",
            "index.loaders.markup:LatexLoader",
            (".tex", ".latex", ".ltx"),
            ("text/x-tex", "application/x-tex"),
        ),
        Format(
            "man",
            "index.loaders.man:ManLoader",
            (".man", ".mdoc", ".roff"),
            ("text/troff",),
        ),
        Format("org", "index.loaders.markup:OrgLoader", (".org",), ("text/org",)),
        Format(
            "html",
            "index.loaders.html:HtmlLoader",
            (".html", ".htm", ".xhtml", ".xht"),
            ("text/html", "application/xhtml+xml"),
        ),
        Format("json", "index.loaders.json:JsonLoader", (".json",), ("application/json",)),
        Format(
            "notebook",
            "index.loaders.notebook:NotebookLoader",
            (".ipynb",),
            ("application/x-ipynb+json",),
        ),
        Format(
            "jsonl",
            "index.loaders.jsonl:JsonlLoader",
            (".jsonl", ".ndjson"),
            ("application/jsonl", "application/x-ndjson"),
        ),
        Format("pdf", "index.loaders.pdf:PdfLoader", (".pdf",), ("application/pdf",)),
        Format(
            "csv",
            "index.loaders.csv:CsvLoader",
            (".csv", ".tsv", ".tab"),
            ("text/csv", "text/tab-separated-values"),
        ),
        Format(
            "workbook",
            "index.loaders.workbook:WorkbookLoader",
            (".xlsx", ".xlsm", ".xls", ".ods"),
            (
                f"{_OFFICE}.spreadsheetml.sheet",
                "application/vnd.ms-excel",
                "application/vnd.oasis.opendocument.spreadsheet",
            ),
        ),
        Format(
            "docx",
            "index.loaders.docx:DocxLoader",
            (".docx", ".docm", ".dotx"),
            (f"{_OFFICE}.wordprocessingml.document",),
        ),
        Format(
            "pptx",
            "index.loaders.pptx:PptxLoader",
            (".pptx", ".pptm", ".ppsx"),
            (f"{_OFFICE}.presentationml.presentation",),
        ),
        Format(
            "eml",
            "index.loaders.mail:EmlLoader",
            (".eml", ".mht", ".mhtml"),
            ("message/rfc822", "multipart/related"),
        ),
        Format("msg", "index.loaders.msg:MsgLoader", (".msg",), ("application/vnd.ms-outlook",)),
        Format("mbox", "index.loaders.mail:MboxLoader", (".mbox", ".mbx"), ("application/mbox",)),
        Format("epub", "index.loaders.epub:EpubLoader", (".epub",), ("application/epub+zip",)),
        Format("zip", "index.loaders.archives:ZipLoader", (".zip",), ("application/zip",)),
        Format(
            "compressed",
            "index.loaders.archives:CompressedLoader",
            (".gz", ".bz2", ".xz", ".tar", ".tgz", ".tbz2", ".txz"),
            ("application/gzip", "application/x-bzip2", "application/x-xz", "application/x-tar"),
        ),
        Format(
            "subtitles",
            "index.loaders.subtitles:SubtitleLoader",
            (".srt", ".vtt"),
            ("text/vtt", "application/x-subrip"),
        ),
        Format(
            "image",
            "index.loaders.ocr:ImageLoader [ocr]",
            (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"),
            ("image/png", "image/jpeg", "image/tiff", "image/bmp"),
        ),
        Format("rtf", "index.loaders.rtf:RtfLoader", (".rtf",), ("application/rtf", "text/rtf")),
        Format(
            "settings",
            "index.loaders.settings:SettingsLoader",
            (".yaml", ".yml", ".toml"),
            ("application/yaml", "application/toml"),
        ),
        Format(
            "xml",
            "index.loaders.xml:XmlLoader",
            (".xml", ".rss", ".atom", ".docbook", ".dbk", ".fb2", ".opml"),
            ("application/xml", "text/xml"),
        ),
        Format(
            "odf",
            "index.loaders.odf:OdfLoader",
            (".odt", ".ott", ".odp", ".otp"),
            (
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.presentation",
            ),
        ),
        Format(
            "office",
            "index.loaders.converted:ConvertedLoader",
            tuple(".doc .dot .wpd .wps .sxw .fodt .pages .ppt .pps .pot .sxi .fodp".split()),
            ("application/msword", "application/vnd.ms-powerpoint"),
        ),
    )
)


_FORMAT = re.compile(r"\.(?:[a-z][a-z0-9_+-]*|[A-Z][A-Z0-9_+-]*)")


@cache
def get_loader(name: str) -> Loader:
    """Return the loader called `name`.

    Raises:
        InputError: when there is none.
        ModelError: when it, or what it needs, is not installed; says what to install.
    """
    found = FORMATS.loaders.get(name)
    return found() if isinstance(found, type) else found


def format_of(path: Path) -> Format | None:
    """Return the format of a file by its suffix, or None when nobody reads it.

    A file without a suffix (README, LICENSE) is taken for plain text.
    """
    return FORMATS.of_suffix(path.suffix) if path.suffix else FORMATS.of_name("text")


def part_of_name(path: Path) -> bool:
    """Return whether a suffix that nobody reads says nothing of the format.

    A format's begins with a letter and is in one case. In `Apache-2.0`, `README.1st` and
    `README.Debian` it does not, and where the name is in capitals, as in `README.source`, the
    rest says what the file is about.

    >>> part_of_name(Path("GPL-2.0")), part_of_name(Path("photo.JPG")), part_of_name(Path("a.xyz"))
    (True, False, False)
    """
    described = path.stem.isupper() and path.suffix.islower()
    return described or _FORMAT.fullmatch(path.suffix) is None
