"""The page as people use it: asked, read and checked in a browser."""

import gzip
import importlib.util
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

pytestmark = pytest.mark.slow

LAMP = "How long does the lamp of Brennock Light burn?"
BELL = "Who cast the bell of Saint Orm?"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DARK = {"color_scheme": "dark"}
HANDLERS = """[...document.querySelectorAll("*")].filter(
    (each) => [...each.attributes].some(({name}) => name.startsWith("on"))).length"""
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
NO_SCRIPT = {"java_script_enabled": False}


def asked(question: str, **more: str) -> str:
    return "/?q=" + quote(question) + "".join(f"&{k}={quote(v)}" for k, v in more.items())


def span_of(url: str) -> tuple[int, int]:
    query = parse_qs(urlsplit(url).query)
    return int(query["start"][0]), int(query["end"][0])


def stored(site: str, url: str) -> str:
    identity = urlsplit(url).path.removeprefix("/read/")
    return httpx.get(f"{site}/v1/documents/{identity}", timeout=60).json()["text"]


def until(page, holds) -> None:
    """Wait until something holds; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it does not come to hold within five seconds")


def test_the_box_has_the_focus_and_the_corpus_gives_examples(browse, site):
    page = browse("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.wait_for_timeout(1500)
    page.reload()
    examples = page.locator(".examples a")
    assert examples.count() >= 1
    examples.first.click()
    assert page.locator(".verdict.answered").count() == 1


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["module", "no module"])
def test_a_question_is_answered_and_its_document_opens_at_the_quote(browse, site, options):
    page = browse("/", **options)
    page.fill("#q", LAMP)
    page.click(".go")
    assert "Answered" in page.inner_text(".verdict")
    first = page.locator(".answer.first")
    assert first.locator("h2").inner_text() == "14 hours"
    assert "The keeper's letters" in first.locator(".source").inner_text()
    assert "The lamp" in first.locator(".source").inner_text()
    first.locator("a.open").click()
    start, end = span_of(page.url)
    assert (
        "".join(page.locator("mark.quote").all_text_contents()) == stored(site, page.url)[start:end]
    )
    assert page.locator("#quote").bounding_box()["y"] < page.viewport_size["height"]


def test_the_range_of_the_mark_is_the_quote_after_emoji_and_right_to_left_text(browse, site):
    page = browse(asked(LAMP))
    page.click(".answer.first a.open")
    start, end = span_of(page.url)
    text = stored(site, page.url)
    assert "😀🔥 שלום" in text[:start]
    range_text, before = page.evaluate(
        """() => {
            const range = document.createRange();
            range.selectNodeContents(document.getElementById("quote"));
            const before = document.createRange();
            before.setStart(document.querySelector(".slice"), 0);
            before.setEnd(range.startContainer, range.startOffset);
            return [range.toString(), before.toString()];
        }"""
    )
    assert range_text == text[start:end] == "14 hours"
    assert before == text[:start]


def test_every_character_of_a_document_is_in_the_page(browse, site):
    page = browse(asked(LAMP))
    page.click(".answer.first a.open")
    assert page.text_content(".slice") == stored(site, page.url)
    assert "May.\r\n" in page.text_content(".slice")


def test_a_large_document_comes_in_slices_and_more_of_it_when_asked(browse, site):
    page = browse(asked(BELL))
    page.click(".answer a.open")
    text = stored(site, page.url)
    first = page.locator(".slice").first.text_content()
    assert "Pell Varga" in first
    assert len(first) < len(text) / 8
    page.click("[data-more=after]")
    until(page, lambda: page.locator(".slice").count() == 2)
    page.click("[data-more=before]")
    until(page, lambda: page.locator(".slice").count() == 3)
    read = "".join(page.locator(".slice").all_text_contents())
    assert read in text
    assert len(read) > 2.5 * len(first)


def test_the_earlier_and_later_text_are_links_without_the_module(browse, site):
    page = browse(asked(BELL), **NO_SCRIPT)
    page.click(".answer a.open")
    part = page.locator(".slice").get_attribute("data-to")
    page.click("[data-more=after]")
    assert page.locator(".slice").get_attribute("data-from") == part


def test_several_questions_are_asked_at_once_each_with_an_address(browse):
    page = browse("/")
    page.fill("#q", f"{LAMP}\nWho is the mayor of Atlantis?")
    page.press("#q", "Enter")
    page.wait_for_selector(".questions")
    assert page.locator(".result").count() == 2
    assert page.locator(".questions .verdict").all_inner_texts() == [
        "Answered", "Not in these documents",
    ]  # fmt: skip
    page.click(".result >> nth=1 >> .question a")
    assert page.locator(".result").count() == 1
    assert page.inner_text("h1") == "Who is the mayor of Atlantis?"


def test_what_the_documents_do_not_say_comes_with_the_nearest_passages(browse):
    page = browse(asked("Who is the mayor of Atlantis?"))
    assert page.inner_text(".verdict") == "Not in these documents"
    assert 1 <= page.locator(".result > .passages .passage").count() <= 3


def test_a_claim_is_shown_with_its_speaker(browse):
    page = browse(asked("When would the hut open again?"))
    assert "Tomas Wren" in page.locator(".answer.first .whose").inner_text()


def test_the_keyboard_alone_asks_opens_and_reaches_every_cited_span(browse):
    page = browse("/")
    page.keyboard.type("What is the low-pressure boiler kept warm by?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    press_to(page, "a.open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#quote")
    cited = page.locator(".list [aria-labelledby=cited-h] a, [aria-labelledby=cited-h] a")
    before = page.url
    assert cited.count() > 1
    press_to(page, "[aria-labelledby=cited-h] a:not([aria-current])")
    page.keyboard.press("Enter")
    until(page, lambda: page.url != before)
    page.wait_for_selector("#quote")
    assert page.locator("[aria-labelledby=cited-h] a").count() == cited.count()


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["module", "no module"])
def test_other_sources_and_copies_unfold_by_the_keyboard_and_open(browse, site, options):
    page = browse(asked("Where did the fire at the mill begin?"), **options)
    support = page.locator(".answer.first .support")
    assert support.locator("summary").inner_text().startswith("1 other source says it")
    links = support.locator("a")
    assert not links.first.is_visible()
    press_to(page, ".answer.first .support > summary")
    page.keyboard.press("Enter")
    assert links.count() == 2
    assert links.first.is_visible()
    own = page.locator(".answer.first .source .title").first.inner_text()
    shown = [own, *(each.inner_text() for each in links.all())]
    assert sorted(shown) == ["courier.txt", "diary.txt", "gazette.txt"]
    press_to(page, ".answer.first .support a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#quote")
    start, end = span_of(page.url)
    assert "drying loft" in stored(site, page.url)[start:end]


def test_a_found_passage_unfolds_its_copies(browse):
    page = browse(asked("mill burned at Corrow Weir", mode="search"))
    passage = page.locator(".passage", has_text="burned down on Sunday")
    assert passage.count() == 1
    passage.locator(".support > summary").click()
    copy = passage.locator(".support a")
    titles = {passage.locator(".source a").inner_text(), copy.inner_text()}
    assert titles == {"courier.txt", "gazette.txt"}


def press_to(page, selector: str) -> None:
    """Press Tab until something has the focus, as a person without a mouse would."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert shown != "none"
            return
    raise AssertionError(f"the Tab key does not reach {selector}")


def test_words_are_found_inside_a_document(browse):
    page = browse(asked(BELL))
    page.click(".answer a.open")
    page.fill("#find", "mark 3999 THAT")
    page.press("#find", "Enter")
    page.wait_for_selector("#hits-h")
    assert page.inner_text("#hits-h") == "1 place"
    tools = page.locator(".tools").bounding_box()
    for inside in page.locator(".tools :is(a, input, button):visible").all():
        box = inside.bounding_box()
        assert box["x"] + box["width"] <= tools["x"] + tools["width"] + 1
    page.click("[aria-labelledby=hits-h] a")
    until(page, lambda: page.locator("#quote").text_content() == "mark 3999 that")
    assert page.locator("[aria-labelledby=cited-h] a").count() >= 2


def test_passages_are_searched_with_the_words_marked(browse):
    page = browse(asked("painted gates", mode="search"))
    first = page.locator(".passage").first
    assert "painted green" in first.inner_text()
    assert {"painted", "gate"} <= set(first.locator("mark").all_inner_texts())


def test_filters_narrow_what_is_asked(browse):
    page = browse("/")
    page.fill("#q", "the")
    page.check("input[name=mode][value=search]")
    page.click(".filters summary")
    page.check("input[name=only][value='media_type:application/pdf']")
    page.click(".apply button")
    titles = page.locator(".passage .source").all_inner_texts()
    assert titles
    assert all(title.startswith("The Marlow Ferry") for title in titles)
    assert "media_type" in page.url
    page.click(".passage .source a >> nth=0")
    page.fill("#find", "ferry")
    page.press("#find", "Enter")
    page.click(".back a")
    assert page.locator(".passage .source").all_inner_texts() == titles
    page.check("input[name=folder] >> nth=1")
    page.click(".apply button")
    assert page.locator(".passage").count() == 0


@pytest.mark.parametrize("form", ["Plain text", "Markdown", "BibTeX", "CSL-JSON"])
def test_a_quote_is_copied_as_a_citation(browse, site, form):
    page = browse(asked(LAMP), permissions=["clipboard-read", "clipboard-write"])
    page.click(".answer.first .copy summary")
    page.click(f".answer.first .copy a:text-is('{form}')")
    until(page, lambda: page.locator("#said").inner_text().startswith("Copied"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "14 hours" in copied
    assert "The keeper's letters" in copied


WORDS_OVER_PAGES = "kept warm by the engineer on watch"


def pages_of_the_ferry(browse, site, words: str, **options):
    found = httpx.post(f"{site}/v1/search", json={"query": words, "k": 9}, timeout=60).json()
    hit = next(each for each in found["passages"] if each["title"] == "The Marlow Ferry")
    text = httpx.get(f"{site}/v1/documents/{hit['document_id']}", timeout=60).json()["text"]
    start = text.index(words)
    url = f"/read/{hit['document_id']}?start={start}&end={start + len(words)}"
    return browse(url, **options)


def test_a_quote_over_a_page_break_is_marked_on_both_pages(browse, site):
    page = pages_of_the_ferry(browse, site, WORDS_OVER_PAGES)
    assert page.locator("svg[data-page]").count() == 2
    for number in ("1", "2"):
        assert page.locator(f"svg[data-page='{number}'] rect.quote").count() == 1


def test_marks_cover_the_boxes_of_the_words_on_the_picture(browse, site):
    pdfplumber = pytest.importorskip("pdfplumber")
    page = pages_of_the_ferry(browse, site, "low-pressure boiler")
    with pdfplumber.open(Path(__file__).parents[2] / "index/loaders/files/ferry.pdf") as pdf:
        printed = [
            w for w in pdf.pages[0].extract_words() if w["text"] in ("low-pressure", "boiler")
        ]
        width = float(pdf.pages[0].width)
    assert len(printed) == 2
    picture = page.locator("svg[data-page='1'] image").bounding_box()
    marks = [mark.bounding_box() for mark in page.locator("rect.quote").all()]
    scale = picture["width"] / width
    for word in printed:
        middle = picture["y"] + scale * (word["top"] + word["bottom"]) / 2
        left, right = (picture["x"] + scale * word[side] for side in ("x0", "x1"))
        assert any(
            mark["x"] <= left + 1
            and right - 1 <= mark["x"] + mark["width"]
            and mark["y"] <= middle <= mark["y"] + mark["height"]
            for mark in marks
        )


def test_the_words_over_a_picture_can_be_selected(browse, site):
    page = pages_of_the_ferry(browse, site, "low-pressure boiler")
    selected = page.evaluate(
        """() => {
            const words = [...document.querySelectorAll(".layer tspan")];
            const first = words.findIndex((word) => word.textContent.startsWith("low-"));
            const range = document.createRange();
            range.setStartBefore(words[first]);
            range.setEndAfter(words[first + 1]);
            getSelection().addRange(range);
            return getSelection().toString();
        }"""
    )
    assert " ".join(selected.split()) == "low-pressure boiler"
    word = page.locator(".layer tspan", has_text="boiler").first.bounding_box()
    mark = page.locator("rect.quote").first.bounding_box()
    assert mark["x"] <= word["x"] + 1
    assert word["x"] + word["width"] <= mark["x"] + mark["width"] + 1


SELECT = """(words) => {
    const slice = document.querySelector(".slice");
    const walker = document.createTreeWalker(slice, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.data.indexOf(words);
        if (at < 0) continue;
        getSelection().setBaseAndExtent(node, at, node, at + words.length);
        return;
    }
}"""


def test_selected_words_get_an_address_and_a_citation(browse, site):
    page = browse(asked(LAMP), permissions=["clipboard-read", "clipboard-write"])
    page.click(".answer.first a.open")
    assert page.locator("#selection").is_hidden()
    page.evaluate(SELECT, "that the hut would")
    page.click("#selection summary")
    page.click("#selection a:text-is('Plain text')")
    until(page, lambda: page.locator("#said").inner_text().startswith("Copied"))
    assert "“that the hut would”" in page.evaluate("navigator.clipboard.readText()")
    page.click("#selection a.open")
    until(page, lambda: page.locator("#quote").text_content() == "that the hut would")


def test_words_that_are_selected_on_a_picture_get_an_address(browse, site):
    page = pages_of_the_ferry(browse, site, "low-pressure boiler")
    page.evaluate(SELECT, "estuary")
    page.click("#selection a.open")
    page.wait_for_url("**start=*")
    start, end = span_of(page.url)
    assert stored(site, page.url)[start:end] == "estuary"
    assert page.locator("rect.quote").count() == 1


def test_the_contents_lead_to_their_headings(browse, site):
    page = browse(asked(LAMP))
    page.click(".answer.first a.open")
    page.click(".contents summary")
    page.click(".contents a:text-is('The hut')")
    until(page, lambda: page.locator(".slice").text_content().startswith("## The hut"))
    assert "start=" in page.url


def test_the_reader_stays_in_the_pictures_of_the_pages(browse, site):
    page = pages_of_the_ferry(browse, site, "low-pressure boiler")
    page.click("[data-more=after]")
    page.wait_for_selector("svg[data-page='2']")
    assert page.locator("svg[data-page='1'] rect.quote").count() == 1
    page.click(".views a")
    assert page.locator("mark.quote").text_content() == "low-pressure boiler"


@pytest.mark.parametrize("options", [{}, PHONE, DARK, {**PHONE, **DARK}],
                         ids=["desk", "phone", "dark", "dark phone"])  # fmt: skip
def test_axe_finds_nothing_serious_and_nothing_overflows(browse, site, options):
    axe = axe_source()
    paths = ["/", asked(LAMP), asked(f"{LAMP}\n{BELL}"), asked("Who is the mayor of Atlantis?")]
    paths += [
        "/skipped",
        "/documents",
        "/read/nosuch",
        asked("the tide", mode="search"),
        reading(site, LAMP),
        ferry_url(site),
    ]
    page = browse("/", **options)
    for path in paths:
        page.goto(path)
        for details in page.locator("details > summary:visible").all()[:4]:
            details.click()
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, path
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {runOnly: " + RULES + "})")
        serious = [
            (path, each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"])
            for each in found["violations"]
        ]
        assert serious == []
    # The browser says of the page that is not there that it is not.
    assert [each for each in browse.complaints if "404" not in each] == []
    browse.complaints.clear()


def axe_source() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python, which carries axe-core, is not installed")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def reading(site: str, question: str) -> str:
    body = {"question": question, "k": 1}
    citation = httpx.post(f"{site}/v1/ask", json=body, timeout=60).json()["answers"][0]["citation"]
    return f"/read/{citation['document_id']}?start={citation['start']}&end={citation['end']}"


def ferry_url(site: str) -> str:
    return reading(site, "Where does the ferry to Marlow leave?")


def test_hostile_text_stays_text_wherever_it_stands(browse, site):
    page = browse("/")
    found = httpx.post(f"{site}/v1/search", json={"query": "password of room", "k": 40}).json()
    strikes = {p["document_id"] for p in found["passages"] if p["title"].startswith("Strike")}
    assert len(strikes) >= 12
    question = "What is the password of room 1 <script>window.struck=1</script>?"
    paths = [
        asked("password of room", mode="search"),
        asked(question),
        asked(question, mode="search"),
        "/?q=x&only=" + quote("author:<script>window.struck=1</script>"),
        *(f"/read/{identity}?start=0&end=30&find=" + quote("<script>") for identity in strikes),
    ]
    for path in paths:
        page.goto(path)
        for each in page.locator("summary:visible").all():
            each.click()
        assert page.evaluate("window.struck") is None, path
        assert page.locator("main script, main iframe, main base, main img").count() == 0
        assert page.evaluate(HANDLERS) == 0
        assert page.locator("a[href^='javascript:']").count() == 0


def test_the_first_paint_of_every_kind_of_page_is_small(site):
    for path in ("/", asked(LAMP), reading(site, LAMP), reading(site, BELL)):
        answer = httpx.get(site + path, timeout=60)
        assert answer.headers["content-encoding"] == "gzip"
        loaded = re.findall(r'(?:href|src)="(/assets/[^"]+)"', answer.text)
        assert len(loaded) == 3
        files = [httpx.get(site + url).content for url in loaded]
        size = sum(len(gzip.compress(part)) for part in (answer.content, *files))
        assert size < 50_000, (path, size)


def test_the_policy_forbids_inline_code_and_anything_from_elsewhere(browse, site):
    policy = httpx.get(site).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    page = browse("/")
    blocked = page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }"
    )
    assert blocked
    assert "TrustedHTML" in browse.complaints.pop()
