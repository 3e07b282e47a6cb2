"""Formulas of web pages: read once, in the words or signs that a reader of the page sees."""

import pytest

from index.loaders.formulas import tex_text
from index.loaders.html import HtmlLoader
from index.types import Document


def text_of(markup: str) -> str:
    page = f"<meta charset='utf-8'><body>{markup}</body>".encode()
    (found,) = HtmlLoader().load(page, uri="/srv/page.html", key="page")
    assert isinstance(found, Document)
    return found.text


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ("<mi>v</mi><mo>=</mo><mn>12</mn>", "v = 12"),
        ("<mi>F</mi><mo>=</mo><mi>m</mi><mo>&#x2062;</mo><mi>a</mi>", "F = ma"),
        ("<msup><mi>r</mi><mn>2</mn></msup><mo>&lt;</mo><mn>9</mn>", "r^2 < 9"),
        ("<mo>-</mo><mn>3</mn><mo>+</mo><mi>x</mi>", "-3 + x"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a + b)/2"),
        ("<msqrt><mi>n</mi></msqrt><mo>,</mo><mroot><mi>n</mi><mn>3</mn></mroot>", "√n, n^(1/3)"),
        ("<msubsup><mi>x</mi><mn>1</mn><mi>k</mi></msubsup>", "x_1^k"),
        ("<mi>sin</mi><mo>&#x2061;</mo><mo>(</mo><mi>x</mi><mo>)</mo>", "sin(x)"),
        ("<mn>9.8</mn><mtext> m/s</mtext>", "9.8 m/s"),
        ("<mphantom><mn>1</mn></mphantom><mn>2</mn>", "2"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "(1, 2)"),
    ],
)
def test_mathml_is_written_on_one_line(marks: str, text: str) -> None:
    assert text_of(f"<p>Take <math>{marks}</math>, says Ada.</p>") == f"Take {text}, says Ada."


@pytest.mark.parametrize(
    "formula",
    [
        '<math alttext="h=40"><mi>h</mi><mo>=</mo><mn>40</mn></math>',
        '<math><semantics><mi>h</mi><annotation encoding="application/x-tex">h=40</annotation>'
        "</semantics></math>",
        '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>h</mi></mrow>'
        '<annotation encoding="application/x-tex">h=40</annotation></semantics></math></span>'
        '<span class="katex-html" aria-hidden="true"><span>h</span><span>=40</span></span></span>',
        '<span class="MathJax_Preview">h</span><span class="MathJax"><nobr>h</nobr></span>'
        '<script type="math/tex">h=40</script>',
        '<mjx-container class="MathJax"><mjx-math aria-hidden="true"></mjx-math>'
        '<mjx-assistive-mml><math alttext="h=40"></math></mjx-assistive-mml></mjx-container>',
        '<span class="mwe-math-element"><span style="display: none;"><math alttext='
        '"{\\displaystyle h=40}"></math></span><img alt="{\\displaystyle h=40}" aria-hidden="true">'
        "</span>",
        '<img class="math" src="a.png" alt="h=40">',
        '<span role="math" aria-label="h=40"></span>',
    ],
)
def test_a_formula_in_several_forms_is_read_once(formula: str) -> None:
    assert text_of(f"<p>The height is {formula} today.</p>") == "The height is h=40 today."


def test_a_picture_in_a_sentence_is_read_by_its_words() -> None:
    assert text_of("<p>Press <img alt='Save' src='s.png'>, then wait.</p>") == (
        "Press Save, then wait."
    )


@pytest.mark.parametrize("image", ["alt='Ship at sea'", "alt='Home icon'", "alt=''", ""])
def test_a_picture_beside_a_sentence_is_only_seen(image: str) -> None:
    assert text_of(f"<p>It sails. <img {image}> We wave.</p>") == "It sails. We wave."


def test_deep_and_long_formulas_end() -> None:
    deep = "<mrow>" * 1_500 + "<mn>1</mn>" + "</mrow>" * 1_500
    long = "<mn>1</mn><mo>+</mo>" * 20_000
    assert text_of(f"<p>One <math>{deep}</math> two.</p>").startswith("One")
    assert len(text_of(f"<p>One <math>{long}</math> two.</p>")) < 20_000


def test_what_only_sets_type_is_left_out_of_tex() -> None:
    assert tex_text(r"{\displaystyle 5\,\mathrm{kg}}") == "5 kg"
    assert tex_text(r"\frac{a}{b}") == r"\frac{a}{b}"
