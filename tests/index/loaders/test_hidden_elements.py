"""What a page hides until it is opened is read; what nobody gets to see is marked."""

import pytest

from index.loaders import get_loader
from index.types import Document


def load(body: str, head: str = "") -> Document:
    page = f"<html><head><title>T</title>{head}</head><body><h1>Shop</h1>{body}</body></html>"
    (document,) = get_loader("html").load(page.encode(), uri="t.html", key="t")
    assert isinstance(document, Document)
    return document


def hidden_in(document: Document) -> list[str]:
    return [mark.span.of(document.text) for mark in document.marks if mark.kind == "hidden"]


@pytest.mark.parametrize(
    "body",
    [
        "<h3><button aria-expanded=false>Fees?</button></h3><div hidden>Ten crowns.</div>",
        "<button>Fees?</button><div style='display: none'>Ten crowns.</div>",
        "<div role=tabpanel hidden>Ten crowns.</div>",
        "<div class='collapse' hidden>Ten crowns.</div>",
        "<div hidden='until-found'>Ten crowns.</div>",
        "<p>Fee: <span aria-hidden=true>Ten crowns.</span></p>",
        "<div><a role=button aria-expanded=false>Fees?</a></div><div hidden>Ten crowns.</div>",
        "<a href='#fee'>Fees</a><p>Or ask.</p><div id=fee style='display:none'>Ten crowns.</div>",
        "<button onclick=\"show('fee')\">Fees</button><p>Ask.</p><p id=fee hidden>Ten crowns.</p>",
        "<label for=c>Fees?</label><input type=checkbox id=c><div hidden>Ten crowns.</div>",
        "<h4 class=toggle>Fees</h4><div style='display:none'>Ten crowns.</div>",
        "<p>Or ask.</p><div x-show=open style='display: none'>Ten crowns.</div>",
        "<dialog open>Ten crowns.</dialog>",
        "<div style='opacity:0;transform:translateY(9px)'>Ten crowns.</div>",
        "<div style='background:#000'><p style='color:#fff'>Ten crowns.</p></div>",
        "<table bgcolor=navy><tr><td><font color=white>Ten crowns.</font></table>",
        "<div style='left:-9px'>Ten crowns.</div>",
        "<div style='height:0'>Ten crowns.</div>",
    ],
)
def test_what_can_be_opened_or_seen_is_read(body: str) -> None:
    page = load(body)
    assert "Ten crowns." in page.text
    assert hidden_in(page) == []


@pytest.mark.parametrize(
    "body",
    [
        "<div hidden>Ten crowns.</div>",
        "<div style='display:none'>Ten crowns.</div>",
        "<dialog>Ten crowns.</dialog>",
        "<p style='color:#FFFFFF'>Ten crowns.</p>",
        "<p style='color: white; background: #fff'>Ten crowns.</p>",
        "<p><font color='#ffffff'>Ten crowns.</font></p>",
        "<span style='font-size:0px'>Ten crowns.</span>",
        "<span style='opacity: 0'>Ten crowns.</span>",
        "<div style='position:absolute; left:-9999px'>Ten crowns.</div>",
        "<div style='text-indent:-9999px'>Ten crowns.</div>",
        "<div style='position:absolute;clip:rect(0 0 0 0)'>Ten crowns.</div>",
        "<div style='clip-path: inset(100%)'>Ten crowns.</div>",
        "<div style='height:0;overflow:hidden'>Ten crowns.</div>",
    ],
)
def test_what_nobody_gets_to_see_is_kept_behind_the_page_and_marked(body: str) -> None:
    page = load(f"<h2>Hours</h2><p>Open {body} daily.</p><p>At noon.</p>")
    assert hidden_in(page) == ["Ten crowns."]
    assert page.text.split() == "Shop Hours Open daily. At noon. Ten crowns.".split()


@pytest.mark.parametrize(
    ("rules", "body", "hides"),
    [
        (".a{display:none}", "<p class='b a'>Ten crowns.</p>", True),
        ("p#a , b {color:red; visibility: hidden}", "<p id=a>Ten crowns.</p>", True),
        ("/* .a{} */ .a{display:none!important}", "<p class=a>Ten crowns.</p>", True),
        (".a{display:none} .a.open{display:block}", "<p class=a>Ten crowns.</p>", False),
        ("@media print{.a{display:none}}", "<p class=a>Ten crowns.</p>", False),
        (".a{display:none}", "<script>show('.a')</script><p class=a>Ten crowns.</p>", False),
        (".a{display:none}", "<button>Fees</button><p class=a>Ten crowns.</p>", False),
        (".a .b{display:none}", "<p class=b>Ten crowns.</p>", False),
        (".a{display:none", "<p class=a>Ten crowns.</p>", False),
    ],
)
def test_what_the_pages_own_style_sheet_hides_is_marked(rules: str, body: str, hides: bool) -> None:
    page = load(f"<p>Open daily.</p>{body}", head=f"<style>{rules}</style>")
    assert "Ten crowns." in page.text
    assert hidden_in(page) == (["Ten crowns."] if hides else [])


def test_what_is_hidden_heads_nothing_and_stands_under_nothing() -> None:
    page = load("<h2>Hours</h2><p>At noon.</p><div hidden><h2>Fees</h2><p>Ten crowns.</p></div>")
    assert [heading.text for heading in page.outline] == ["Shop", "Hours", ""]
    assert hidden_in(page) == ["Fees\n\nTen crowns."]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Open <i class='icon' aria-hidden=true>Ten crowns.</i></p>",
    ],
)
def test_an_icon_is_no_text(body: str) -> None:
    assert "Ten crowns." not in load(body).text
