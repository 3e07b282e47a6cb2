"""What the reader is given of documents that are asked, as rows to train on."""

import json
from pathlib import Path

from eval.training.document_rows import document_rows

PAGE = """<html><body><h1>The kiln</h1><p>The kiln is fired every
Friday by Mara Holt.</p><h1>The shed</h1><p>The shed is swept by Odo Lanner.</p></body></html>"""


def question(number: int, text: str, words: str, within: str) -> dict[str, object]:
    return {"id": f"k-{number}", "file": "kiln.html", "question": text, "kind": "name",
            "style": "plain", "twist": None, "answerable": bool(words), "yes_no": None,
            "answers": [{"text": words, "within": within}] if words else []}  # fmt: skip


def test_texts_with_the_answer_say_where_it_stands_and_others_have_none(tmp_path: Path) -> None:
    rows = [
        question(1, "Who fires the kiln?", "Mara Holt", "every Friday by Mara Holt."),
        question(2, "Who paints the kiln?", "", ""),
    ]
    (tmp_path / "kiln.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "kiln.toml").write_text(
        'name = "kiln"\nkind = "manual"\npackages = ["kiln=1"]\nfiles = ["kiln.html"]\n'
        'licence = "MIT"\nsplit = "train"\n'
    )
    (tmp_path / "kiln").mkdir()
    (tmp_path / "kiln" / "kiln.html").write_text(PAGE)
    made = list(document_rows(tmp_path, tmp_path))
    answered = [row for row in made if row.golds]
    assert {row.question for row in answered} == {"Who fires the kiln?"}
    assert {words for row in answered for words in row.answers} == {"Mara Holt"}
    assert [row for row in made if row.question == "Who paints the kiln?"]
    assert not any(row.golds for row in made if row.question == "Who paints the kiln?")
