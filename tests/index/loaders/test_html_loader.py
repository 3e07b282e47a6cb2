"""Web pages: what a reader sees of them, once, with titles, dates and headings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LoadError
from index.loaders.html import HtmlLoader
from index.text.tables import HEADER_LEVEL
from index.types import Document, LoadProblem

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Storm hits the coast</title>
<meta name="author" content="A. Writer">
<meta property="article:published_time" content="2025-11-20">
<style>p {color: red}</style><script>var hidden = "never";</script></head>
<body><nav><a href="/">Home</a></nav>
<main><h1>Storm hits<br>the coast <a class="headerlink" href="#x">¶</a></h1>
<p>The   storm, <b>named</b> <i>Ada</i>, made landfall
on Monday.</p>
<ul><li><p>Two roads closed</p></li><li>One school flooded</li></ul>
<table><tr><th>Town</th><th>Rain</th></tr><tr><td>Hull</td><td>80 mm</td></tr></table>
<h2>Aftermath</h2><pre>line one
  line two</pre><p hidden>secret</p></main>
<footer>Imprint</footer></body></html>"""

TEXT = """Storm hits
the coast

The storm, named Ada, made landfall on Monday.

- Two roads closed

- One school flooded

Town | Rain
Hull | 80 mm

Aftermath

line one
  line two

Home
Imprint

secret"""


def load(markup: str | bytes) -> Document:
    data = markup.encode() if isinstance(markup, str) else markup
    (found,) = HtmlLoader().load(data, uri="/srv/page.html", key="page")
    assert isinstance(found, Document)
    return found


def marked(page: Document, kind: str) -> list[str]:
    return [mark.span.of(page.text) for mark in page.marks if mark.kind == kind]


def test_a_page_reads_as_it_is_seen() -> None:
    page = load(PAGE)
    assert page.text == TEXT
    assert marked(page, "hidden") == ["secret"]
    assert marked(page, "boilerplate") == ["Home\nImprint"]


def test_the_page_says_what_it_is() -> None:
    page = load(PAGE)
    assert page.title == "Storm hits the coast"
    assert page.metadata["author"] == "A. Writer"
    assert page.metadata["published"] == "2025-11-20"
    assert page.metadata["language"] == "en"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ("<tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td><p>c</p>\n", "a | b\nc"),
        ("<tr> <th><div> a</div> </th> <td>b<br>c</td> </tr>", "a | b c"),
        ("<tr><td><p>a.</p><p>b.</p></td><td></td><td>c</td></tr>", "a. b. | | c"),
        ("<tr><td>a</td><td><ul><li>b</li><li><p>c</p></li></ul></td><td>d", "a | - b - c | d"),
        ("<tr><td><h1>A</h1><p>b</p></td></tr>", "A\n\nb"),
        ("<tr><td><table><tr><td><p>a</p><td>b</table>c</td></tr>", "a | b\n\nc"),
        ("<tr><td>1<td><pre>a\n  b</pre></td></tr>", "1 |\n\na\n  b"),
        (f"<tr><td><p>{'word ' * 500}</p><p>b</p>", f"{('word ' * 500).strip()}\n\nb"),
    ],
)
def test_a_row_of_a_table_is_a_line(rows: str, text: str) -> None:
    assert load(f"<p>One.</p><table>{rows}</table><p>Two.</p>").text == f"One.\n\n{text}\n\nTwo."


@pytest.mark.parametrize(
    ("style", "hides"),
    [
        ("display:none", True),
        ("color: red; DISPLAY : none !important;", True),
        ("visibility: hidden", True),
        ("display: block; visibility: visible", False),
        ("content-visibility: hidden", False),
        ("--display: none", False),
    ],
)
def test_what_a_style_hides_is_marked(style: str, hides: bool) -> None:
    page = load(f"<p>One.</p><div style='{style}'><p>Two.</p></div>Three.")
    assert page.text.split() == (
        ["One.", "Three.", "Two."] if hides else ["One.", "Two.", "Three."]
    )
    assert [mark.span.of(page.text) for mark in page.marks] == ["Two."] * hides


def test_a_body_that_scripts_will_show_is_read() -> None:
    assert load("<body style='visibility:hidden'><p>One.</p></body>").text == "One."


@pytest.mark.parametrize(
    "markup",
    [
        "<ul class='docnav top'><li><a href='a'>Prev</a></li><li>Next</li></ul>",
        "<div class='navheader'><table><tr><th>5.1. Tables</th></tr></table><hr></div>",
        "<div class='navfooter'>Home</div>",
        "<div role='navigation'>Home</div>",
        "<div class='related'><h3>Navigation</h3><ul><li>next</li></ul></div>",
        "<div class='sphinxsidebar'><h3>Contents</h3></div>",
        "<ol class='breadcrumb'><li>Home</li></ol>",
        "<div id='breadcrumbs'><a href='/'>Home</a></div>",
        "<div id='cookie-consent'><p>We use cookies.</p></div>",
    ],
)
def test_furniture_is_known_by_its_name(markup: str) -> None:
    page = load(f"{markup}<p>One.</p>{markup}<p>Two.</p>")
    furniture = load(f"<p>{markup}").text
    assert page.text == f"One.\n\nTwo.\n\n{furniture}\n\n{furniture}"
    assert marked(page, "boilerplate") == [furniture, furniture]
    assert all(not heading.text for heading in page.outline)


def test_what_only_those_hear_who_have_it_read_to_them_is_left_out() -> None:
    assert load("<a class='skip-link sr-only' href='#m'>Skip to content</a><p>One.").text == "One."


def test_what_stands_around_the_main_element_follows_it() -> None:
    page = load(
        "<body><header><h2>Pier Museum</h2></header><main><p>Boats of all sizes are here.</p>"
        "</main><aside hidden>Nobody.</aside><footer>Open daily.</footer></body>"
    )
    assert page.text == "Boats of all sizes are here.\n\nPier Museum\n\nOpen daily."
    assert marked(page, "boilerplate") == ["Pier Museum\n\nOpen daily."]


def test_a_page_that_opens_no_body_is_read_whole() -> None:
    page = load("<title>T</title><nav>Home</nav><main><p>Boats.</p></main>")
    assert page.text == "Boats.\n\nHome"
    assert load("<title>T</title><section>Oars</section><p>Boats.</p>").text == "Oars\n\nBoats."


@pytest.mark.parametrize(
    ("button", "control"),
    [
        ("<button>Copy</button>", True),
        ("<button class=copy data-clipboard-text=x>Copy code</button>", True),
        ("<button aria-expanded=false>Opening hours</button>", False),
        ("<button>What does a berth cost?</button>", False),
        ("<h3><button>Fees</button></h3>", False),
        ("<summary><button>Fees</button></summary>", False),
        ("<button>Our fees for boats and crews</button>", False),
    ],
)
def test_a_button_that_opens_nothing_is_boilerplate(button: str, control: bool) -> None:
    page = load(f"<p>Run it.</p><pre>make</pre>{button}<p>Then wait.</p>")
    words = button.split(">")[-2 if control else -3].split("<")[0] if control else ""
    assert marked(page, "boilerplate") == ([words] if control else [])
    assert words in page.text


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='related-work'>Kept.</div>",
        "<p class='not-docnav'>Kept.</p>",
        "<p id='related'>Kept.</p>",
        "<section id='breadcrumbs'><p>Kept.</p></section>",
        "<div class='section' id='breadcrumbs'><h2>Kept.</h2></div>",
        "<div class='related'><h1>Kept.</h1></div>",
        "<body class='related'><p>Kept.</p></body>",
    ],
)
def test_what_only_resembles_furniture_is_kept(markup: str) -> None:
    assert load(markup).text == "Kept."


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ("<dt>a<dd>b<dt>c<dd>d", "a\nb\n\nc\nd"),
        ("<dt>a</dt> <dd> <p>b</p><p>c</p> </dd> <dt>d</dt><dd>e</dd>", "a\nb\n\nc\n\nd\ne"),
        ("<dt>a<dt>b<dd><div><p>c</p></div>", "a\nb\nc"),
        ("<dt><p>a</p></dt><dd><ul><li>b</li></ul></dd>", "a\n- b"),
        ("<dt>a<dd><dl><dt>b<dd><p>c</p></dl><dt>d<dd>e", "a\nb\nc\n\nd\ne"),
        ("<div><dt>a<dd>b</div><div><dt>c<dd><p>d</p></div>", "a\nb\n\nc\nd"),
        ("<dt>a<dd></dd><dt>b<dd>", "a\n\nb"),
    ],
)
def test_a_term_stands_with_its_definition(terms: str, text: str) -> None:
    assert load(f"<p>One.</p><dl>{terms}</dl><p>Two.</p>").text == f"One.\n\n{text}\n\nTwo."


def test_terms_head_their_definitions_until_their_list_ends() -> None:
    page = load(
        "<dl><dt>a</dt><dd>One.<dl><dt>b c</dt><dd>Two.</dd></dl>Three.</dd><dt>d</dt><dd>E.</dd>"
        "</dl><h2>After</h2>"
    )
    outline = [(h.level, h.text, h.span.of(page.text)) for h in page.outline]
    nested, end = (8, "", ""), (7, "", "")
    terms = [(7, "a", "a"), (8, "b c", "b c"), nested, (7, "d", "d"), end]
    assert outline == [*terms, (2, "After", "After")]
    ends = [page.text[: h.span.start].split()[-1] for h in page.outline if not h.text]
    assert ends == ["Two.", "E."]
    assert page.title == "After"


def test_nothing_of_the_outline_lies_behind_the_text() -> None:
    page = load("<dl><dt>a</dt><dd>b</dd></dl><table><tr><th>c</th><th>d</th></tr></table>")
    assert [(h.text, h.span.end <= len(page.text)) for h in page.outline if h.text] == [
        ("a", True),
        ("c\td", True),
    ]
    assert all(h.span.end <= len(page.text) for h in page.outline)


def test_an_empty_item_has_no_marker() -> None:
    items = "<li></li><li>a</li><li><ul><li></li></ul></li>"
    assert load(f"<ul>{items}</ul><p>One.</p>").text == "- a\n\nOne."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ol><li>a<li><p>b</p></ol>", "1. a\n2. b"),
        ("<ol start='9'><li>a<li>b</ol>", "9. a\n10. b"),
        ("<ol start='x'><li>a<li value='5'>b<li>c</ol>", "1. a\n5. b\n6. c"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n\n- b\n\n2. c"),
        ("<ol><li></li><li>b</ol>", "2. b"),
        ("<ol type='a' start='26'><li>a<li>b</ol>", "z. a\naa. b"),
        ("<ol type='I' start='4'><li>a<li>b</ol>", "IV. a\nV. b"),
        ("<ol class='lowerroman simple'><li>a<li>b</ol>", "i. a\nii. b"),
        ("<ol type='i' start='0'><li>a</ol>", "0. a"),
        ("<ol style='list-style: none'><li>a</ol>", "- a"),
        ("<ol style='list-style-type:decimal'><li>a</ol>", "1. a"),
        ("<table><td>x<td><ol><li>a<li>b</ol></table>", "x | 1. a 2. b"),
        ("<li>a", "- a"),
    ],
)
def test_items_have_the_numbers_a_reader_sees(markup: str, text: str) -> None:
    assert load(markup).text == text


def test_headings_stand_where_the_outline_says() -> None:
    page = load(PAGE)
    assert [(h.level, h.span.of(page.text)) for h in page.outline] == [
        (1, "Storm hits\nthe coast"),
        (HEADER_LEVEL, "Town | Rain"),
        (HEADER_LEVEL, ""),
        (2, "Aftermath"),
        (1, ""),
        (1, ""),
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>Größe</p>".encode(), "Größe"),
        ('<meta charset="iso-8859-1"><p>Größe</p>'.encode("latin-1"), "Größe"),
        (b"\xff\xfe" + "<p>Größe</p>".encode("utf-16-le"), "Größe"),
        ('<meta charset="utf-8"><p>“caf\u00e9”</p>'.encode("cp1252"), "“café”"),
        (b'<?xml version="1.0" encoding="utf-8"?><html><body>one</body></html>', "one"),
        (b"a &amp; b&nbsp;&lt;c&gt;\x00d", "a & b\u00a0<c>\ufffdd"),
    ],
)
def test_encodings_and_entities(data: bytes, text: str) -> None:
    assert load(data).text == text


@pytest.mark.parametrize(
    "markup", ["", "   ", "<!-- nothing -->", "<script>x()</script>", "<p></p>"]
)
def test_a_page_without_words_is_a_problem(markup: str) -> None:
    (found,) = HtmlLoader().load(markup.encode(), uri="/srv/page.html", key="page")
    assert isinstance(found, LoadProblem)
    assert "no text" in found.reason


@pytest.mark.parametrize("depth", [1_500, 2_100, 30_000])
@pytest.mark.parametrize("tag", ["div", "span", "ul", "blockquote"])
def test_a_page_may_nest_deeper_than_any_parser_reads(tag: str, depth: int) -> None:
    deep = f"<p>Top &amp; all.</p>{f'<{tag}>' * depth}Bottom{f'</{tag}>' * depth}<p>After.</p>"
    assert load(deep).text.split() == ["Top", "&", "all.", "Bottom", "After."]


def test_what_a_deep_page_hides_stays_hidden() -> None:
    inner = (
        "<script>if (a < b) x('<p>no</p>')</script><style>p {}</style><nav>no</nav>"
        "<div hidden>nor</div><i aria-hidden='true'>no</i><p>One.</p><ul><li>Two.<li>Three.</ul>"
        "<div>Four.</div><div/>Five."
    )
    page = load("<div>" * 3_000 + inner + "</div>" * 3_000 + "<h2>Last</h2>")
    assert page.text == "One.\n\n- Two.\n- Three.\nFour.\nFive.\n\nLast\n\nno\n\nnor"
    assert [heading.text for heading in page.outline] == ["Last", "", ""]
    assert marked(page, "hidden") == ["nor"]
    assert marked(page, "boilerplate") == ["no"]


def test_elements_that_are_never_closed_do_not_cut_the_page_short() -> None:
    page = load("<body>" + "".join(f"<font><b><p>Line {number}." for number in range(2_000)))
    assert page.text.split("\n\n") == [f"Line {number}." for number in range(2_000)]


def test_a_page_that_hides_words_too_deep_says_so() -> None:
    with pytest.raises(LoadError, match="nest too deep"):
        load("<nav>" * 3_000 + "words" + "</nav>" * 3_000)


def test_navigation_is_kept_when_there_is_nothing_else() -> None:
    assert load("<body><div><a href='a'>First</a> <a href='b'>Second</a></div></body>").text == (
        "First Second"
    )


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup> kW", "10⁶ kW"),
        ("10<sup>-9</sup> s", "10⁻⁹ s"),
        ("10 <sup>6</sup>", "10 ⁶"),
        ("x<sup>n+1</sup>, <i>x</i><sup><i>k</i></sup>", "xⁿ⁺¹, x^k"),
        ("2<sup>a/b</sup>", "2^(a/b)"),
        ("2<sup>2<sup>n</sup></sup>.", "2^(2ⁿ)."),
        ("10<sup>6<!-- c --></sup>.", "10^(6)."),
        ("the 1<sup>st</sup>, XIX<sup>e</sup>", "the 1st, XIXe"),
        ("A<sup>TM</sup>, B<sup>*</sup>, 20<sup>o</sup>C", "A™, B*, 20ºC"),
        ("Smith<sup>1,2</sup>", "Smith¹,²"),
        ("<sup>a</sup> A note", "a A note"),
        ("of 1984<sup><a href='#fn1'>1</a></sup>.", "of 1984[1]."),
        ("of 1984<sup><a href='#fn1'>[1]</a></sup>.", "of 1984[1]."),
        ("of 1984<a href='#fn1'><sup>1</sup></a>.", "of 1984[1]."),
        ("<a href='x'>10<sup>6</sup> trees</a>", "10⁶ trees"),
        ("a<sup></sup>b", "ab"),
        ("<sup><p>One.</p><p>2</p></sup>", "One.\n\n2"),
        ("CO<sub>2</sub>, N<sub>k</sub>", "CO₂, Nₖ"),
        ("V<sub>max</sub>, V<sub>B</sub>", "Vmax, VB"),
        ("10<sub>1,2</sub>", "10_1,2"),
    ],
)
def test_exponents_indices_and_notes_add_no_digits(markup: str, text: str) -> None:
    assert load(f"<meta charset='utf-8'><div>{markup}</div>").text == text


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
def test_a_paragraph_keeps_its_words(words: str) -> None:
    from html import escape

    if not words.strip():
        return
    page = load(f"<meta charset='utf-8'><body><p>{escape(words)}</p></body>")
    assert page.text.split() == words.split()


@pytest.mark.parametrize("tag", ["center", "hgroup", "search", "listing", "xmp"])
def test_words_of_two_blocks_are_not_joined(tag: str) -> None:
    assert load(f"Left<{tag}>Middle</{tag}>Right").text.split() == ["Left", "Middle", "Right"]


def test_a_picture_parts_words_and_a_drawing_titles_no_page() -> None:
    page = load("<svg><title>Logo</title></svg><h1>Harbour</h1><p>One<img src=x>two</p>")
    assert (page.title, page.text) == ("Harbour", "Harbour\n\nOne two")


def test_what_nobody_sees_makes_no_main_element() -> None:
    script = f"<script>{'word ' * 60}</script>"
    page = load(f"<div><h1>Ferry</h1><p>It sails at six.</p></div><main>{script}Wait.</main>")
    assert "It sails at six." in page.text


def test_words_in_a_button_are_read() -> None:
    assert load("<h2><button>Who pays?</button></h2><p>We do.</p>").text == "Who pays?\n\nWe do."


@pytest.mark.parametrize(
    "page",
    [
        '<span style="display:block">Ada</span><span style="display: block">Bo</span>',
        '<div style="display:flex"><b>Ada</b><b>Bo</b></div>',
        "<style>.line { display: block }</style><i class=line>Ada</i><i class=line>Bo</i>",
        "<name-card>Ada</name-card><name-card>Bo</name-card>",
        "<a href=/a>Ada</a><a href=/b>Bo</a>",
        "<label>Ada</label><label>Bo</label>",
        "Ada<marquee>Bo</marquee>",
    ],
)
def test_what_a_style_or_an_element_of_its_own_sets_apart_is_no_one_word(page: str) -> None:
    assert load(page).text.split() == ["Ada", "Bo"]


def test_an_unknown_element_inside_a_word_parts_nothing() -> None:
    assert load("<p>be<x-mark>eke</x-mark>eper, <x-tip>Ada</x-tip>.</p>").text == "beekeeper, Ada."


def test_links_to_the_parts_of_a_name_stay_one_name() -> None:
    page = load("<p>Call <a href=/a>hive</a><a href=/b>::hum</a>.</p>")
    assert page.text == "Call hive::hum."


def test_a_page_may_be_named_by_its_metadata_alone() -> None:
    assert load("<head><meta name=title content='Bees'></head><body><p>They hum.").title == "Bees"
