import json

from eval.assertion.__main__ import main


def _written(path, *rows):
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return str(path)


def test_gold_answers_that_are_called_denied_are_counted_and_shown(tmp_path, capsys):
    context = "The kiln was not built by Ada Kern. The shed was built by Una Vik."
    rows = [
        {
            "id": str(at),
            "title": "t",
            "context": context,
            "question": question,
            "answers": [{"text": answer, "start": context.index(answer)}],
            "answerable": True,
        }
        for at, (question, answer) in enumerate(
            [("Who built the kiln?", "Ada Kern"), ("Who built the shed?", "Una Vik")]
        )
    ]
    data = _written(tmp_path / "gold.jsonl", *rows)
    assert main(["affirmed", "--data", data, "--show"]) == 0
    shown = capsys.readouterr().out
    assert "denied [not] Who built the kiln? 'Ada Kern'" in shown
    assert "1 of 2 gold answers (50.00%) not affirmed: denied 1" in shown


def test_what_is_decided_is_held_against_what_people_say(tmp_path, capsys):
    context = "The inn serves soup. It is never open on Mondays."
    rows = [
        {"context": context, "question": "Does the inn serve soup?", "answer": True},
        {"context": context, "question": "Is the inn open on Mondays?", "answer": True},
        {"context": context, "question": "Does the inn have rooms?", "answer": None},
    ]
    data = _written(tmp_path / "yes_no.jsonl", *rows)
    assert main(["yes-no", "--data", data]) == 0
    assert "2 of 3 questions decided, 1 of them right (50.0%)" in capsys.readouterr().out
