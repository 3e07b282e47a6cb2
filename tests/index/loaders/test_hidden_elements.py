"""What a page hides until it is opened is read; what nobody gets to see is not."""

import pytest

from index.loaders import get_loader


def text_of(body: str) -> str:
    page = f"<html><head><title>T</title></head><body><h1>Shop</h1>{body}</body></html>"
    (document,) = get_loader("html").load(page.encode(), uri="t.html", key="t")
    return document.text


@pytest.mark.parametrize(
    "body",
    [
        "<h3><button aria-expanded=false>Fees?</button></h3><div hidden>Ten crowns.</div>",
        "<button>Fees?</button><div style='display: none'>Ten crowns.</div>",
        "<div role=tabpanel hidden>Ten crowns.</div>",
        "<div class='collapse' hidden>Ten crowns.</div>",
        "<div hidden='until-found'>Ten crowns.</div>",
        "<p>Fee: <span aria-hidden=true>Ten crowns.</span></p>",
    ],
)
def test_what_can_be_opened_or_seen_is_read(body: str) -> None:
    assert "Ten crowns." in text_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Open daily.</p><div hidden>Ten crowns.</div>",
        "<p>Open daily.</p><div style='display:none'>Ten crowns.</div>",
        "<p>Open <i class='icon' aria-hidden=true>Ten crowns.</i></p>",
        "<p>Open <span class='katex-html' aria-hidden=true>Ten crowns.</span></p>",
    ],
)
def test_what_nobody_gets_to_see_is_not(body: str) -> None:
    assert "Ten crowns." not in text_of(body)
