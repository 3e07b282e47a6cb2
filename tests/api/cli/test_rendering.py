import pytest

from api.cli.terminal import attributed, print_response, print_search
from index.types import Counts, Hit, Passage, Span
from retrieval.answering.question import understand
from retrieval.types import Answer, Attribution, Citation, Response, SearchResponse, Words

TEXT = "Rubio claims that the cartel is led by President Nicolás Maduro and others."
START = TEXT.index("Nicolás")
SPAN = Span(START, START + len("Nicolás Maduro"))


def cited(sentence=TEXT, span=SPAN, uri="https://example.org/a"):
    return Citation(
        document_id="d",
        title="T",
        uri=uri,
        span=span,
        quote=span.of(sentence),
        utf16=span,
        utf8=span,
        line=4,
        column=9,
        sentence=Words(sentence, Span(0, len(sentence))),
    )


def responding(verdict, *answers, hits=(), notes=()):
    return Response("who?", verdict, answers, hits, Counts(1, 1, 1), {}, None, notes)


CLAIMED = Attribution("claimed", Words("Marco Rubio", Span(0, 5)))


def test_an_answer_shows_its_words_in_their_sentence_with_source_and_position(capsys):
    print_response(responding("answered", Answer("Nicolás Maduro", 0.83, cited(), CLAIMED)))
    shown = capsys.readouterr().out
    assert "Nicolás Maduro — according to Marco Rubio  83% sure" in shown
    assert "led by President «Nicolás Maduro» and others." in shown
    assert "https://example.org/a:4:9" in shown


def test_every_answer_of_the_response_is_shown(capsys):
    faint = Answer("others", 0.004, cited(span=Span(TEXT.index("others"), len(TEXT) - 1)), None)
    print_response(responding("answered", Answer("Nicolás Maduro", 0.83, cited(), None), faint))
    assert "<1% sure" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("/data/a\x1b[31m\n.txt", "/data/a\\x1b[31m .txt:4:9"),
        ("/data/page.html", "/data/page.html, line 4 of its text"),
        ("/data/ferry.1", "/data/ferry.1, line 4 of its text"),
        ("/data/ferry.3pm", "/data/ferry.3pm, line 4 of its text"),
    ],
)
def test_a_place_is_one_harmless_line_that_claims_no_line_of_a_page(capsys, uri, shown):
    print_response(responding("answered", Answer("x", 0.83, cited(uri=uri), None)))
    assert f"    {shown}\n" in capsys.readouterr().out


def test_a_record_of_a_file_is_named(capsys):
    citation = cited(uri="/data/notes.jsonl")
    print_response(responding("answered", Answer("Nicolás Maduro", 0.83, citation, None)))
    assert "/data/notes.jsonl d:4:9" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("attribution", "words"),
    [
        (None, ""),
        (Attribution("stated"), ""),
        (CLAIMED, " — according to Marco Rubio"),
        (Attribution("denied", Words("Maduro", Span(0, 5))), " — denied by Maduro"),
        (Attribution("reported", Words("officials", Span(0, 5))), " — according to officials"),
        (Attribution("reported"), " — quoted; who speaks was not found"),
        (Attribution("claimed", Words("Maduro", SPAN)), ""),
        (Attribution("stated", says=Words("claims")), ""),
    ],
)
def test_whose_words_they_are(attribution, words):
    assert attributed(attribution, SPAN) == words


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("who claims that it is led by Maduro?", "Rubio — who speaks here: “claims”  83% sure"),
        ("who is the secretary?", "Rubio  83% sure"),
    ],
)
def test_asked_who_said_something_the_answer_is_shown_as_the_speaker(capsys, question, shown):
    rubio = Attribution("stated", says=Words("claims", Span(6, 12)))
    answer = Answer("Rubio", 0.83, cited(span=Span(0, 5)), rubio)
    parsed = understand(question)
    response = Response(question, "answered", (answer,), (), Counts(1, 1, 1), parsed=parsed)
    print_response(response)
    assert shown in capsys.readouterr().out


TABLE = "Name          Role\nAda Moreau    keeper\r\nZoe Lind      pilot"
CODE = "def keeper():\n    name = 'Ada'\n    return name"
PROSE = "The keeper of the lighthouse\nis called Ada Moreau.  She\r\ncame in May."


@pytest.mark.parametrize(
    ("sentence", "quote", "shown"),
    [
        (TABLE, "keeper", ["Name          Role", "Ada Moreau    «keeper»", "Zoe Lind      pilot"]),
        (TABLE, "Role\nAda", ["Name          «Role", "Ada» Moreau    keeper"]),
        (CODE, "'Ada'", ["def keeper():", "    name = «'Ada'»", "    return name"]),
        ("| a | b |\n| c | d |", "d", ["| a | b |", "| c | «d» |"]),
        (PROSE, "Ada Moreau", ["The keeper of the lighthouse is called «Ada Moreau».  She  came"]),
    ],
)
def test_rows_stay_rows_and_wrapped_prose_is_joined(capsys, sentence, quote, shown):
    start = sentence.index(quote)
    citation = cited(sentence, Span(start, start + len(quote)))
    print_response(responding("answered", Answer(quote, 0.8, citation, None)))
    assert "\n".join(f"    {line}" for line in shown) in capsys.readouterr().out


def test_the_rows_of_a_passage_stay_rows(capsys):
    passage = Passage(1, "root/doc.txt", Span(0, 99), f"{PROSE}\n\n{TABLE}", title="Title")
    print_search(SearchResponse("q", (Hit(passage, 1.0),), Counts(1, 1, 1)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].endswith("came in May.")
    assert lines[3:6] == [f"    {row}" for row in TABLE.splitlines()]


def test_not_found_says_so_with_the_nearest_passages(capsys):
    hit = Hit(Passage(1, "root/doc.txt", Span(3, 12), "something", title="Title"), 0.5)
    print_response(responding("not_found", hits=(hit,), notes=("only 512 words were read",)))
    shown = capsys.readouterr().out
    assert "not found: these documents do not say" in shown
    assert "1. Title  0.500\n    something\n    root/doc.txt 3:12\n" in shown
    assert "Note: only 512 words were read" in shown


def test_a_long_sentence_is_cut_to_a_window_around_the_words(capsys):
    sentence = "x" * 50_000 + " needle " + "y" * 50_000
    at = sentence.index("needle")
    print_response(
        responding("uncertain", Answer("needle", 0.5, cited(sentence, Span(at, at + 6)), None))
    )
    shown = capsys.readouterr().out
    assert "x «needle» y" in shown
    assert len(shown) < 2_000


def test_a_text_is_cut_between_words(capsys):
    passage = Passage(1, "root/doc.txt", Span(0, 999), "lighthouse " * 99, title="Title")
    print_search(SearchResponse("q", (Hit(passage, 1.0),), Counts(1, 1, 1)))
    shown = capsys.readouterr().out.splitlines()[2]
    assert shown.endswith(" lighthouse …")
    assert set(shown.split()) == {"lighthouse", "…"}


def test_a_terminal_without_styles_gets_marks(monkeypatch, capsys):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_response(responding("answered", Answer("Nicolás Maduro", 0.83, cited(), CLAIMED)))
    assert "«Nicolás Maduro»" in capsys.readouterr().out


def test_markup_and_escape_sequences_in_documents_are_only_text(capsys):
    text = "[bold red]\x1b[31m:smile: \u202e"
    print_search(
        SearchResponse("q", (Hit(Passage(1, "d", Span(0, 9), text), 1.0),), Counts(1, 1, 1))
    )
    shown = capsys.readouterr().out
    assert "[bold red]\\x1b[31m:smile: \\u202e" in shown


def test_nothing_found_is_said(capsys):
    print_search(SearchResponse("q", (), Counts(1, 0, 0)))
    assert capsys.readouterr().out == "Nothing was found.\n"
