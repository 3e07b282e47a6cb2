"""One small good file a format: what the mutations begin with."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping

_WORDS = "The ferry to Marlow sails at six. It costs 4 euros, Zoë says."
_HTML = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry</title>
<style>.a{{display:none}}</style></head><body><nav>Home</nav><main><h1>Ferry</h1><p>{_WORDS}</p>
<p hidden>gone</p><p style="color:#fff" class="a">white</p><button aria-expanded>Fees?</button>
<table><tr><th rowspan=2>Zone<th colspan=2>Price</tr><tr><th>Adult<th>Child</tr><tr><td>In|out<td>4
<td>2</tr></table><ul><li>one<li>two</ul><dl><dt>a<dd>b</dl><pre>x
 y</pre><math><msup><mi>c</mi><mn>2</mn></msup></math>10<sup>6</sup><img alt="E=1" class=math>
</main></body></html>"""
_MARKDOWN = f"""---
title: Ferry
tags: [a, b]
zip: 02134
---
# Ferry

{_WORDS} <!-- gone --> `<!-- shown -->` <span hidden>gone</span>

[//]: # (gone)

| Zone | Price |
|---|---|
| In\\|out | 4 |

- one
- two

```
code
```
"""
_RST = f"Ferry\n=====\n\n.. gone\n   too\n\nHours\n-----\n{_WORDS}\n\n.. note:: seen\n\n:a: b\n"
_ADOC = f"= Ferry\n\n// gone\n\n== Hours\n{_WORDS}\n\n----\n== no\n----\n\n////\ngone\n////\n"
_TEX = (
    f"\\title{{Ferry}}\n\\section{{Hours}}\n{_WORDS} % gone\n\\begin{{comment}}a\\end{{comment}}\n"
)
_ORG = f"#+TITLE: Ferry\n* Hours\n# gone\n{_WORDS}\n** Late\n"
_MAN = f""".TH FERRY 1
.SH NAME
ferry \\- sail
.TP
.BI \\-t " time"
\\fBSail\\fR at \\(lqsix\\(rq.
.Op Fl v Ar file
.nf
{_WORDS}
.fi
"""
_MAIL = f"""From: Ada <ada@example.org>
To: Bo <bo@example.org>
Subject: =?utf-8?q?The_ferry?=
Date: Mon, 3 Mar 2031 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

{_WORDS}
> quoted
--c
Content-Type: text/html; charset=utf-8

<p>{_WORDS}</p>
--c--
--b
Content-Type: text/csv
Content-Disposition: attachment; filename="a.csv"
Content-Transfer-Encoding: base64

YSxiCjEsMgo=
--b--
"""
_SRT = f"1\n00:00:01,000 --> 00:00:03,000\n{_WORDS}\n\n2\n00:00:04,000 --> 00:00:06,000\nAda: yes\n"
_RTF = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 The ferry {\b sails} at six.\par \'e9\u8217?}"
_XML = f"<?xml version='1.0' encoding='utf-8'?><book><title>Ferry</title><p>{_WORDS}</p></book>"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"

Parts = Mapping[str, str]

_DOCX: Parts = {
    "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
    "word/document.xml": (
        f'<w:document xmlns:w="{_W}"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r>'
        f"<w:t>Ferry</w:t></w:r></w:p><w:p><w:r><w:t>{_WORDS}</w:t></w:r></w:p><w:tbl><w:tr><w:tc>"
        "<w:p><w:r><w:t>a|b</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body>"
        "</w:document>"
    ),
}
_PPTX: Parts = {
    "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
    "ppt/presentation.xml": (
        f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst><p:sldId id="256" r:id="r1"/>'
        "</p:sldIdLst></p:presentation>"
    ),
    "ppt/_rels/presentation.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_R}/slide" '
        'Target="slides/slide1.xml"/></Relationships>'
    ),
    "ppt/slides/slide1.xml": (
        f'<p:sld xmlns:p="{_P}" xmlns:a="{_A}"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r>'
        f"<a:t>{_WORDS}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    ),
}
_XLSX: Parts = {
    "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_R}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets><sheet name="Fees" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_R}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/worksheets/sheet1.xml": (
        f'<worksheet xmlns="{_S}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Zone</t>'
        '</is></c><c r="B1" t="inlineStr"><is><t>Fee</t></is></c></row><row r="2"><c r="A2" '
        't="inlineStr"><is><t>In</t></is></c><c r="B2"><v>4</v></c></row></sheetData></worksheet>'
    ),
}
_ODT: Parts = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": (
        f'<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0">'
        '<office:body><office:text><text:h text:outline-level="1">Ferry</text:h>'
        f"<text:p>{_WORDS}</text:p></office:text></office:body></office:document-content>"
    ),
}
_EPUB: Parts = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="b.opf"/></rootfiles></container>'
    ),
    "b.opf": (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>Ferry</dc:title></metadata><manifest><item id='a' href='a.xhtml' "
        "media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine>"
        "</package>"
    ),
    "a.xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{_WORDS}</p></body></html>",
}


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip file of named parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def _tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name in ("a.txt", "b/c.md"):
            member = tarfile.TarInfo(name)
            member.size = len(_WORDS.encode())
            archive.addfile(member, io.BytesIO(_WORDS.encode()))
    return file.getvalue()


def _pdf() -> bytes:
    drawn = b"BT /F 12 Tf 20 200 Td (The ferry sails at six.) Tj 1 g 0 -20 Td (white) Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources"
        b"<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


PACKAGES: Mapping[str, tuple[str, Parts]] = {
    "docx": (".docx", _DOCX),
    "pptx": (".pptx", _PPTX),
    "workbook": (".xlsx", _XLSX),
    "odf": (".odt", _ODT),
    "epub": (".epub", _EPUB),
    "zip": (".zip", {"a.txt": _WORDS, "b/c.html": _HTML, "d.json": '{"text": "a"}'}),
}
"""Formats that are zip packages, whose parts are damaged before they are packed."""

_JSON = json.dumps([{"title": "Ferry", "text": _WORDS, "tags": ["a"], "n": 1.5}])
PLAIN: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "text": (".txt", lambda: f"Ferry\n\n{_WORDS}\n- one\n- two\n".encode()),
    "markdown": (".md", _MARKDOWN.encode),
    "html": (".html", _HTML.encode),
    "rst": (".rst", _RST.encode),
    "asciidoc": (".adoc", _ADOC.encode),
    "latex": (".tex", _TEX.encode),
    "org": (".org", _ORG.encode),
    "man": (".man", _MAN.encode),
    "json": (".json", _JSON.encode),
    "jsonl": (".jsonl", lambda: f'{{"id": "1", "text": "{_WORDS}"}}\n{{"text": "b"}}\n'.encode()),
    "csv": (".csv", lambda: f'Zone,Fee,Says\nIn|out,4,"{_WORDS}"\nFar,,x\n'.encode()),
    "settings": (".yaml", lambda: f"title: Ferry\nsays: '{_WORDS}'\nlist:\n  - a: 1\n".encode()),
    "xml": (".xml", _XML.encode),
    "rtf": (".rtf", _RTF.encode),
    "subtitles": (".srt", _SRT.encode),
    "eml": (".eml", _MAIL.encode),
    "mbox": (".mbox", lambda: b"From a@example.org Mon Mar  3 10:00:00 2031\n" + _MAIL.encode()),
    "pdf": (".pdf", _pdf),
    "compressed": (".gz", lambda: gzip.compress(_WORDS.encode())),
    "compressed-bz2": (".bz2", lambda: bz2.compress(_WORDS.encode())),
    "compressed-xz": (".xz", lambda: lzma.compress(_WORDS.encode())),
    "compressed-tar": (".tar", _tarred),
}
"""The other formats; a name ends in what tells it from others of its loader."""
