"""What the page shows, without a browser: filters, citations, slices."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from api.page.citing import citation_in, cited, locator
from api.page.facets import facets_of, folder_tree
from api.page.reading_view import SLICE, Mark, find_inside, parse_spans, segments, slice_around
from api.page.row_views import Cell, table_row
from api.page.selection import Selection, quoted, read_selection, under_folder
from index.errors import InputError
from index.filters import document_fields, matches, parse
from index.listing import head
from index.places import Place
from index.testing import make_document
from index.types import Heading, Span


def test_folders_share_no_common_root_and_count_what_lies_under_them():
    paths = Counter(["/d/a/x.txt", "/d/a/b/y.txt", "/d/c/z.txt"])
    a, c = folder_tree(paths)
    assert [(a.path, a.name, a.count), (c.path, c.name, c.count)] == [
        ("/d/a", "a", 2), ("/d/c", "c", 1),
    ]  # fmt: skip
    assert [inner.path for inner in a.folders.values()] == ["/d/a/b"]


def test_a_folder_beside_files_is_offered():
    (only,) = folder_tree(Counter(["/d/x.txt", "/d/a/y.txt"]))
    assert (only.path, only.count) == ("/d/a", 1)


def test_a_folder_that_holds_one_alone_is_one_with_it():
    paths = Counter(["/a/b/c/x.txt", "/a/b/c/all.zip!/in/y.txt", "/w/z.txt"])
    first, second = folder_tree(paths)
    assert (first.path, first.name, first.count) == ("/a/b/c", "a/b/c", 2)
    (inner,) = first.folders.values()
    assert (inner.path, inner.name) == ("/a/b/c/all.zip!/in", "all.zip/in")
    assert (second.path, second.name) == ("/w", "w")


TABLE = """Fees

| Boat | 2024 | 2025 |
|---|---|---|
| Heron | 120 | about 95 euros |
| Curlew | | 7 |

Nobody pays 95 | 96 | 97 twice.
"""


def row_of(text, line, quote):
    head = text.index("| Boat")
    outline = (Heading(Span(0, 4), 1, "Fees"), Heading(Span(head, head + 22), 7, "Boat 2024 2025"))
    document = replace(make_document("a", text), outline=outline)
    start = text.index(line)
    at = text.index(quote, start)
    return table_row(document, Span(start, start + len(line)), Span(at, at + len(quote)))


def test_a_row_stands_under_the_names_of_its_columns():
    row = row_of(TABLE, "| Heron | 120 | about 95 euros |", "95")
    assert row == (
        Cell("Boat", "Heron"), Cell("2024", "120"), Cell("2025", "about ", "95", " euros"),
    )  # fmt: skip
    empty = row_of(TABLE, "| Curlew | | 7 |", "7")
    assert [cell.before + cell.quote for cell in empty] == ["Curlew", "", "7"]


def test_what_is_no_row_or_goes_over_cells_is_shown_as_it_is():
    assert row_of(TABLE, "| Heron | 120 | about 95 euros |", "120 | about 95") == ()
    assert row_of(TABLE, "Nobody pays 95 | 96 twice"[:14], "95") == ()
    assert row_of(TABLE.replace("| about 95 euros |", "|"), "| Heron | 120 |", "120") == ()


def test_of_a_wide_row_the_first_cell_and_the_quotes_are_shown():
    names = "| Boat | a | b | c | d | e | f |"
    text = f"Fees\n\n{names}\n| Heron | 1 | 2 | 3 | 4 | 5 | 6 |\n"
    document = replace(
        make_document("a", text), outline=(Heading(Span(6, 6 + len(names)), 7, "Boat a b c"),)
    )
    start = text.index("| Heron")
    row = table_row(
        document, Span(start, len(text) - 1), Span(text.index("4"), text.index("4") + 1)
    )
    assert [(cell.column, cell.before + cell.quote) for cell in row] == [
        ("Boat", "Heron"),
        ("d", "4"),
    ]


def test_of_very_many_folders_the_outermost_are_offered():
    paths = Counter({f"/d/{outer}/{inner}/x.txt": 1 for outer in range(40) for inner in range(40)})
    paths["/d/0/0/deep/x.txt"] = 1
    tree = folder_tree(paths)
    assert len(tree) == 40
    assert all(folder.folders == {} for folder in tree)
    assert sum(folder.count for folder in tree) == 1601


def test_a_web_sites_folders_keep_their_address():
    first, _ = folder_tree(Counter(["https://h.example/a/x", "https://h.example/b/y"]))
    assert first.path == "https://h.example/a"


@pytest.mark.parametrize(
    ("uri", "passes"),
    [("/d/a/x", True), ("/d/a/b/x", True), ("/d/ab/x", False), ("/d/a", False), ("/d/a0", False)],
)
def test_a_folders_filter_passes_what_lies_under_it(uri, passes):
    assert matches(parse(under_folder("/d/a")), {"uri": uri}) is passes


@pytest.mark.parametrize("value", ["O'Brien", "a\\", "\\'", "2024", "a\nb", "`", "x and y"])
def test_any_value_can_be_ticked(value):
    document = make_document("a", "x", {"odd name": value})
    tree = Selection(values={"odd name": (value,)}).filter()
    assert tree is not None
    assert matches(parse(tree), document_fields(document))
    other = make_document("b", "x", {"odd name": value + "!"})
    assert not matches(parse(tree), document_fields(other))


@pytest.mark.parametrize("name", ["has", "null", "contains", "In", "odd name", "2nd", "plain"])
def test_any_field_can_be_ticked(name):
    document = make_document("a", "x", {name: "v"})
    tree = Selection(values={name: ("v",)}).filter()
    assert tree is not None
    assert matches(parse(tree), document_fields(document))


def test_a_ticked_value_cannot_reach_beyond_its_quotes():
    assert quoted("x') or (year > 0 and year in ('") == "'x'') or (year > 0 and year in ('''"


def test_several_filters_hold_together_and_a_field_takes_any_of_its_values():
    selection = read_selection(
        {"only": ["team:a", "team:b"], "since": ["2024"], "filter": ["year = 1 or year = 2"]}
    )
    assert (
        selection.filter()
        == "(published >= 2024) and (team in ('a', 'b')) and (year = 1 or year = 2)"
    )


def test_what_is_no_date_is_refused():
    with pytest.raises(InputError, match="yesterday"):
        Selection(since="yesterday").filter()


def test_a_field_with_one_value_or_a_name_for_each_document_is_no_facet():
    documents = [
        head(make_document(f"d{n}", "x", {"team": "ab"[n % 2], "same": "1", "name": f"name {n}"}))
        for n in range(80)
    ]
    (facet,) = facets_of(documents).fields
    assert (facet.field, [value.count for value in facet.values]) == ("team", [40, 40])


def test_a_slice_holds_the_quote_and_whole_lines():
    text = "A line of some words.\n" * 3000
    part = slice_around(text, Span(30_000, 30_010))
    assert part.start < 30_000 < 30_010 < part.end
    assert len(part) < 1.4 * SLICE
    assert part.of(text).startswith("A line")
    assert part.of(text).endswith("words.\n")


def test_segments_keep_every_character_and_marks_may_overlap():
    document = make_document("a", "one two three four")
    marks = [Mark(Span(4, 13), "quote", "quote"), Mark(Span(8, 18), "cited", "cited-1")]
    made = segments(document, Span(0, 18), marks)
    assert "".join(each.text for each in made) == document.text
    assert "".join(each.text for each in made if "quote" in each.kinds) == "two three"
    assert "".join(each.text for each in made if "cited" in each.kinds) == "three four"


def test_words_are_found_in_any_case_over_line_ends():
    assert [hit.words for hit in find_inside("A tall\nHOUSE.", "tall house")] == ["tall\nHOUSE"]
    assert find_inside("A tall house.", "  ") == []
    assert find_inside("a.c abc", "a.c")[0].words == "a.c"


def test_spans_of_an_address_that_lie_outside_the_text_are_left_out():
    document = make_document("a", "one two")
    assert parse_spans(["0-3", "4-99", "5-5", "0-3"], document) == [Span(0, 3)]
    with pytest.raises(InputError, match="no span"):
        parse_spans(["x"], document)


def quoted_document():
    from dataclasses import replace

    text = "The lamp burns.\nSo be it. HARB 000123"
    document = make_document("the-book", text, {"author": "Ines & Co_", "published": "2024-03-02"})
    places = (Place(Span(0, len(text)), "label", "xii"), Place(Span(0, len(text)), "page", "4"))
    return replace(
        document,
        title="On {lamps} *and* 100 %",
        places=places,
        outline=(Heading(Span(0, 3), 1, "Lamps"),),
        uri="https://h.example/book#top",
    )


def test_a_citation_names_page_label_and_bates_number():
    document = quoted_document()
    assert locator(document, Span(4, 8)) == "p. xii (HARB 000123)"
    made = cited(document, Span(4, 14), "http://here/read/the-book?start=4&end=14")
    assert citation_in("plain", made) == (
        "“lamp burns” — Ines & Co_, On {lamps} *and* 100 %, 2024-03-02, p. xii (HARB 000123). "
        "https://h.example/book#:~:text=lamp%20burns"
    )
    assert citation_in("link", made) == "https://h.example/book#:~:text=lamp%20burns"


def test_bibtex_and_markdown_escape_what_they_would_read_as_commands():
    made = cited(quoted_document(), Span(4, 14), "")
    bibtex = citation_in("bibtex", made)
    assert r"title = {{On \{lamps\} *and* 100 \%}}" in bibtex
    assert r"author = {{Ines \& Co\_}}" in bibtex
    assert "year = {2024}" in bibtex
    assert r"[On \{lamps\} \*and\* 100 %](<https://" in citation_in("markdown", made)


def test_csl_json_is_read_by_programs():
    (item,) = json.loads(citation_in("csl", cited(quoted_document(), Span(4, 14), "")))
    assert item["issued"] == {"date-parts": [[2024, 3, 2]]}
    assert (item["locator"], item["label"]) == ("xii (HARB 000123)", "page")
    assert item["author"] == [{"literal": "Ines & Co_"}]
