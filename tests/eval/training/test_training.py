"""The trainer: what it reads, what it makes of it, and that a stopped run goes on the same."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from eval.training.articles import in_articles
from eval.training.checkpoint import average, save_weights
from eval.training.compress_teacher import main as compress
from eval.training.distil import main as distil
from eval.training.distillation_data import (
    DistillationSet,
    in_keywords,
    load_distillation_set,
    save_distillation_set,
)
from eval.training.edits import Editor
from eval.training.evaluate import Reading, summarise
from eval.training.example_encoding import NULL, Encoder, Example
from eval.training.export import export, export_large
from eval.training.labelled_rows import Gold, Row, read_rows, record
from eval.training.loop import Settings, Trainer, schedule
from eval.training.mining import mine
from eval.training.mix import Mixture, batches
from eval.training.model import (
    MIRROR,
    STATES,
    STEP,
    add_mirror,
    collate,
    default_encoder,
    distillation_loss,
    load_model,
    mirror_loss,
    score,
    span_loss,
    word_embeddings,
)
from eval.training.phases import DISTILLATION, MANY_EPOCHS, Phase
from eval.training.rewording import Rewording
from eval.training.teacher import Labeller, Teacher
from eval.training.train import main
from eval.training.varied_questions import Varied
from retrieval.reader.install.weight_changes import trained_weights
from retrieval.reader.model_files import default_folder
from retrieval.reader.network import Network

pytestmark = pytest.mark.slow

CITIES = [("Lima", "1535", "Peru"), ("Quito", "1534", "Ecuador"), ("Bogota", "1538", "Colombia"),
          ("Caracas", "1567", "Venezuela"), ("Santiago", "1541", "Chile")]  # fmt: skip


def rows() -> list[Row]:
    made = []
    for city, year, country in CITIES:
        context = (
            f"{city} is the capital of {country}. The city was founded in {year}. Most people "
            f"of {city} came in the last century. They live near the old town of {city}."
        )
        for question, words in [
            (f"When was {city} founded in {country}?", year),
            (f"{city} is the capital of which country?", country),
        ]:
            start = context.index(words)
            gold = Gold(start, start + len(words))
            made.append(Row("Capitals", context, question, (gold,)))
    return made


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "train").mkdir()
    for name in ("squad", "qamr"):
        lines = [json.dumps(record(row)) for row in rows()]
        (folder / "train" / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def train(
    data: Path, encoder_folder: Path, out: Path, stop_after: int | None = None, workers: int = 0
) -> dict:
    torch.manual_seed(1)
    encoder = Encoder(encoder_folder / "tokenizer.json")
    settings = Settings(out, steps=12, batch_tokens=256, stop_after=stop_after, workers=workers)
    mixture = Mixture(data, encoder, settings.seed)
    return Trainer(load_model(encoder_folder), mixture, settings, lambda model: {}).run()


def test_a_stopped_run_ends_as_one_that_never_stopped(
    data: Path, encoder_folder: Path, tmp_path: Path
) -> None:
    whole = train(data, encoder_folder, tmp_path / "whole")
    for stop in (1, 5, 11, None):
        resumed = train(data, encoder_folder, tmp_path / "stopped", stop)
    assert whole.keys() == resumed.keys()
    for name, value in whole.items():
        assert torch.equal(value, resumed[name]), name
    start = load_model(encoder_folder).state_dict()
    assert any(not torch.equal(value, start[name]) for name, value in whole.items())


def test_what_is_read_is_the_same_whoever_makes_the_epochs(
    data: Path, encoder_folder: Path, tmp_path: Path
) -> None:
    alone = train(data, encoder_folder, tmp_path / "alone")
    helped = train(data, encoder_folder, tmp_path / "helped", workers=2)
    for name, value in alone.items():
        assert torch.equal(value, helped[name]), name


def test_the_command_writes_weights_and_a_log(
    data: Path, encoder_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    arguments = ["--data", data, "--out", out, "--encoder", encoder_folder, "--steps", "3"]
    main([str(argument) for argument in arguments])
    weights = load_file(out / "reader-fp16.safetensors")
    assert weights["qa_outputs.weight"].shape == (2, 16)
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert log[-1]["progress"] == 1
    assert {"sentences", "passages", "adversarial"} >= {r["phase"] for r in log if "phase" in r}


def test_a_wrong_span_in_the_data_is_named(tmp_path: Path) -> None:
    answer = {"text": "Lima", "start": 3}
    record = {"title": "", "context": "In Peru", "question": "Where?", "answers": [answer]}
    path = tmp_path / "wrong.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong.jsonl:1"):
        read_rows(path)


@pytest.mark.parametrize("window", [None, 12, 24])
def test_gold_tokens_are_the_answers_words(encoder: Encoder, window: int | None) -> None:
    rng = np.random.default_rng(3)
    for row in rows():
        example = encoder.encode(row, rng, window)
        texts = {encoder.text(row.context, example, first, last) for first, last in example.golds}
        assert texts == set(row.answers)


def test_a_window_without_the_answer_has_no_gold(encoder: Encoder) -> None:
    rng = np.random.default_rng(3)
    made = [encoder.encode_without(row, rng, 40) for row in rows()]
    found = [example for example in made if example is not None]
    assert found
    assert all(example.golds == (NULL,) for example in found)


def test_questions_about_sentences_are_asked_of_their_articles() -> None:
    said = Row("news:7:0:1", "Ada spoke.", "Who spoke?", (Gold(0, 3),))
    before = Row("news:7:0:0", "It was hot.", "What was it?", (Gold(7, 10),))
    elsewhere = replace(said, title="Ada")
    (made,) = in_articles([said, elsewhere], [before])
    assert (made.title, made.context) == ("news:7", "It was hot. Ada spoke.")
    assert made.answers == ("Ada",)


def test_keywords_keep_the_answer_and_its_scores() -> None:
    scored = np.arange(16, dtype=np.float16).reshape(2, 8)
    #                  [CLS] when was lima ? [SEP] 1535 [SEP]
    example = Example(np.array([101, 7, 8, 9, 5, 102, 6, 102]), 6, ((6, 6),), teacher_scores=scored)
    short = in_keywords(example, frozenset([7, 5]))
    assert short.ids.tolist() == [101, 8, 9, 102, 6, 102]
    assert (short.question, short.golds) == (4, ((4, 4),))
    assert short.teacher_scores is not None
    assert short.teacher_scores.tolist() == scored[:, [0, 2, 3, 5, 6, 7]].tolist()
    assert in_keywords(example, frozenset([7, 8, 5])) is example
    assert in_keywords(replace(example, golds=(NULL,)), frozenset([7])).golds == (NULL,)


def test_rewording_puts_near_words_in_the_place_of_whole_ones() -> None:
    near = ["city", "town", "capital", "village", "place", "county", "harbour", "island"]
    years = ["1530", "1531", "1532", "1533", "1534", "1535", "1536", "1537"]
    pieces = ["[CLS]", "which", "##s", *near, *years]
    table = np.random.default_rng(0).normal(size=(len(pieces), 16)).astype(np.float32)
    rewording = Rewording(pieces, table)
    #                          which city   [CLS]  1535 city  island  ##s    1535
    example = Example(np.array([1, 3, 0, 16, 3, 10, 2, 16, 0], dtype=np.int32), 3, ((3, 3),))
    made = [rewording.reword(example, np.random.default_rng(seed)) for seed in range(200)]
    assert {tuple(one.ids[[0, 2, 5, 6, 8]]) for one in made} == {(1, 0, 10, 2, 0)}
    assert all(one.golds == example.golds for one in made)
    assert all(one.ids[1] == one.ids[4] and one.ids[3] == one.ids[7] for one in made)
    cities, dates = {int(one.ids[1]) for one in made}, {int(one.ids[3]) for one in made}
    assert len(cities) > 3 < len(dates)
    assert cities <= set(range(3, 11))
    assert dates <= set(range(11, 19))
    assert 0.05 < np.mean([one.ids[1] != 3 for one in made]) < 0.3


def test_many_epochs_are_varied_and_each_can_be_made_again(
    data: Path, encoder: Encoder, encoder_folder: Path
) -> None:
    mixture = Mixture(data, encoder, 3)
    rewording = Rewording(encoder.pieces, word_embeddings(encoder_folder))
    varied = Varied(mixture, rewording, 1.0, encoder.ids(["when", "was", "in", "?"]), 3)
    plain, first, again, second = (
        sorted(
            (example.ids.tobytes(), example.golds)
            for batch in source.epoch(MANY_EPOCHS, number, 256)
            for example in batch
        )
        for source, number in [(mixture, 0), (varied, 0), (varied, 0), (varied, 1)]
    )
    assert len(plain) == len(first)
    assert first == again
    assert first not in (plain, second)


def test_a_share_of_two_asks_everything_twice(data: Path, encoder: Encoder) -> None:
    phase = Phase("passages", 1.0, {"squad": 2.0}, cropped=0.0)
    asked = Counter(
        example.question_key
        for batch in Mixture(data, encoder, 3).epoch(phase, 0, 256)
        for example in batch
    )
    assert len(asked) == len(rows())
    assert set(asked.values()) == {2}


def test_any_accepted_answer_will_do(encoder: Encoder, encoder_folder: Path) -> None:
    rng = np.random.default_rng(0)
    one, other = (encoder.encode(row, rng, None) for row in rows()[:2])
    both = replace(other, golds=(other.golds[0], (other.golds[0][0], other.golds[0][1] + 1)))
    batch = collate([one, both])
    with torch.inference_mode():
        scored = score(load_model(encoder_folder).eval(), batch)
    start, end = scored.start, scored.end
    likely = [
        sum(float((start[at, a] + end[at, b]).exp()) for a, b in example.golds)
        for at, example in enumerate([one, both])
    ]
    assert float(span_loss(scored, batch)) == pytest.approx(-np.log(likely).mean(), rel=1e-4)


def test_mined_negatives_lack_the_answer() -> None:
    mined = mine(rows())
    assert mined
    originals = {row.question: row for row in rows()}
    for row in mined:
        original = originals[row.question]
        assert row.golds == ()
        assert row.context != original.context
        assert not any(answer in row.context for answer in original.answers)


def test_edits_put_in_what_the_passage_lacks() -> None:
    editor = Editor(rows())
    rng = np.random.default_rng(5)
    edited = [(row, editor.edit(row, rng)) for row in rows() for _ in range(10)]
    changed = [(row, new) for row, new in edited if new is not None]
    assert len(changed) > 20
    for row, new in changed:
        assert new.question != row.question
        assert (new.golds, new.context) == ((), row.context)


def test_batches_hold_every_example_once_within_the_budget(encoder: Encoder) -> None:
    rng = np.random.default_rng(1)
    examples = [encoder.encode(row, rng, None) for row in rows() * 5]
    made = batches(examples, 256, rng)
    assert sorted(id(e) for batch in made for e in batch) == sorted(id(e) for e in examples)
    assert all(max(len(e.ids) for e in batch) * len(batch) <= 256 for batch in made)


def test_the_schedule_warms_up_and_ends_at_nothing() -> None:
    assert schedule(0.0, 0.1) < 0.01
    assert schedule(0.1, 0.1) == pytest.approx(1.0)
    assert schedule(1.0, 0.1) == pytest.approx(0.0)


def test_averages_are_means(tmp_path: Path) -> None:
    for name, value in (("a", 1.0), ("b", 2.0)):
        save_weights({"w": torch.full((2,), value)}, tmp_path / f"{name}.safetensors")
    mean = average([tmp_path / "a.safetensors", tmp_path / "b.safetensors"])
    assert mean["w"].tolist() == [1.5, 1.5]


def test_summary_counts_answerable_rows_alone() -> None:
    answerable, unanswerable = rows()[0], Row("", "text", "why?", ())
    summary = summarise([Reading(answerable, "1535", 2.0), Reading(unanswerable, "text", -2.0)])
    assert summary == {"EM": 100.0, "F1": 100.0, "AUROC": 1.0}


def test_the_exported_graph_scores_as_the_trained_network(
    encoder_folder: Path, encoder: Encoder, tmp_path: Path
) -> None:
    model = load_model(encoder_folder).eval()
    save_weights(model.state_dict(), tmp_path / "reader.safetensors")
    export([tmp_path / "reader.safetensors"], tmp_path, encoder_folder, quantise=False)
    assert_scores_as(model, Network(tmp_path / "model.onnx"), encoder)


def test_the_exported_larger_graph_scores_as_the_teacher(
    teacher_folder: Path, encoder: Encoder, tmp_path: Path
) -> None:
    teacher = Teacher(teacher_folder).eval()
    # Else its position bias is nearly nothing and could be lost unseen.
    torch.nn.init.normal_(teacher.model.mpnet.encoder.relative_attention_bias.weight)
    save_weights(teacher.state_dict(), tmp_path / "teacher.safetensors")
    export_large(tmp_path / "teacher.safetensors", tmp_path, teacher_folder, quantise=False)
    assert_scores_as(teacher, Network(tmp_path / "model.onnx"), encoder)


def assert_scores_as(model: torch.nn.Module, network: Network, encoder: Encoder) -> None:
    example = encoder.encode(rows()[0], np.random.default_rng(0), None)
    with torch.inference_mode():
        expected = model(**collate([example]).inputs)
    start, end = network.scores(example.ids.astype(np.int64))
    # float16 rounds the weights; another segment would move the scores a hundred times as far.
    np.testing.assert_allclose(start, expected.start_logits[0], atol=2e-4)
    np.testing.assert_allclose(end, expected.end_logits[0], atol=2e-4)


def test_a_teachers_scores_are_trained_on(
    data: Path, encoder_folder: Path, teacher_folder: Path, tmp_path: Path
) -> None:
    start = Teacher(teacher_folder).state_dict()
    run(main, "--teacher", teacher_folder, "--frozen", 1, "--data", data, "--out", tmp_path / "t",
        "--steps", 3)  # fmt: skip
    weights, distilled = tmp_path / "t" / "reader-fp16.safetensors", tmp_path / "distilled.npz"
    kept = tmp_path / "kept.safetensors"
    moved = {n for n, v in load_file(weights).items() if not torch.equal(v, start[n].half())}
    assert any(".layer.1." in name for name in moved)
    assert not any(".layer.0." in name or ".embeddings." in name for name in moved)

    run(compress, "--teacher", teacher_folder, "--weights", weights, "--out", kept, "--rank", 4)
    with torch.compiler.set_stance("force_eager"):
        run(distil, "--teacher", teacher_folder, "--weights", kept, "--data", data,
            "--out", distilled, "--int8", "--reader", default_folder() / "model.onnx")  # fmt: skip
        scored = load_distillation_set(distilled)
        assert scored
        student = ["--encoder", encoder_folder, "--data", data,
                   "--distillation-sets", distilled, distilled]  # fmt: skip
        run(main, *student, "--steps", 3, "--mirror", 1, "--int8", "--out", tmp_path / "s")
    made = load_file(tmp_path / "s" / "reader-fp16.safetensors")
    assert made[f"{MIRROR}.weight"].shape[0] == STATES


def test_distilling_goes_on_where_it_stopped(
    data: Path, teacher_folder: Path, teacher_weights: Path, tmp_path: Path
) -> None:
    label = ["--teacher", teacher_folder, "--weights", teacher_weights, "--data", data,
             "--batch-tokens", 128]  # fmt: skip
    whole, rest = tmp_path / "whole.npz", tmp_path / "rest.npz"
    run(distil, *label, "--out", whole)
    examples = load_distillation_set(whole)
    run(distil, *label, "--out", rest, "--skip", 1)
    later = load_distillation_set(rest)
    assert 0 < len(later) < len(examples)
    for one, other in zip(examples[-len(later) :], later, strict=True):
        assert one.ids.tolist() == other.ids.tolist()
        assert (one.states == other.states).all()
    with pytest.raises(SystemExit, match="leaves nothing"):
        run(distil, *label, "--out", rest, "--skip", len(examples))


@pytest.fixture(scope="module")
def teacher_weights(teacher_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    weights = tmp_path_factory.mktemp("teacher") / "start.safetensors"
    save_weights(Teacher(teacher_folder).state_dict(), weights)
    return weights


@pytest.fixture(scope="module")
def asked_by_seed_1(
    data: Path, teacher_folder: Path, teacher_weights: Path, tmp_path_factory
) -> set[bytes]:
    out = tmp_path_factory.mktemp("first") / "first.npz"
    run(distil, "--teacher", teacher_folder, "--weights", teacher_weights, "--data", data,
        "--reworded", 0, "--out", out, "--seed", 1)  # fmt: skip
    return {one.question_key for one in load_distillation_set(out)}


@pytest.mark.parametrize("kind", ["general", "documents", "written"])
def test_what_another_seed_asked_is_left_out_whatever_is_scored(
    kind: str,
    data: Path,
    teacher_folder: Path,
    teacher_weights: Path,
    asked_by_seed_1: set[bytes],
    tmp_path: Path,
) -> None:
    source, out = tmp_path / "source.jsonl", tmp_path / "more.npz"
    # One question that the training data ask, and one of its own.
    known, own = rows()[0], replace(rows()[1], question="Whose capital is that city?")
    source.write_text("".join(json.dumps(record(one)) + "\n" for one in (known, own)))
    sources = [] if kind == "general" else [f"--{kind}", source]
    run(distil, "--teacher", teacher_folder, "--weights", teacher_weights, "--data", data,
        "--reworded", 0, "--out", out, "--seed", 2, "--exclude-seed", 1, *sources)  # fmt: skip
    others = {one.question_key for one in load_distillation_set(out)}
    assert asked_by_seed_1
    assert others
    assert not asked_by_seed_1 & others
    if sources:
        encoder = Encoder(default_encoder() / "tokenizer.json")
        assert encoder.encode(own, np.random.default_rng(0), None).question_key in others


def learnt(encoder: Path, weights: Path) -> dict[str, torch.Tensor]:
    return {n: torch.from_numpy(v) for n, v in trained_weights(encoder, weights).items()}


def test_a_teacher_is_kept_in_its_changes_and_gone_on_with(
    data: Path, teacher_folder: Path, tmp_path: Path
) -> None:
    run(main, "--teacher", teacher_folder, "--frozen", 1, "--data", data, "--out", tmp_path / "t",
        "--steps", 3, "--learning-rate", 1e-3)  # fmt: skip
    weights, kept = tmp_path / "t" / "reader-fp16.safetensors", tmp_path / "kept.safetensors"
    trained, start = load_file(weights), Teacher(teacher_folder).state_dict()
    apart = []
    for rank in (1, 16):
        run(
            compress,
            "--teacher",
            teacher_folder,
            "--weights",
            weights,
            "--out",
            kept,
            "--rank",
            rank,
        )
        again = learnt(teacher_folder, kept)
        assert again.keys() == trained.keys()
        apart.append(sum(float((again[n] - v.float()).norm()) for n, v in trained.items()))
    assert not any(".layer.0." in name for name in load_file(kept))
    moved = sum(float((start[n] - v.float()).norm()) for n, v in trained.items())
    assert apart[1] < 0.1 * apart[0] < 0.1 * moved

    run(main, "--teacher", teacher_folder, "--refine", kept, "--frozen", 1, "--data", data,
        "--out", tmp_path / "on", "--steps", 1, "--learning-rate", 1e-9)  # fmt: skip
    on = load_file(tmp_path / "on" / "reader-fp16.safetensors")
    for name, value in again.items():
        torch.testing.assert_close(on[name].float(), value, atol=1e-3, rtol=1e-3)

    save_weights(start, tmp_path / "start.safetensors")
    run(compress, "--teacher", teacher_folder, "--weights", weights, tmp_path / "start.safetensors",
        "--out", kept)  # fmt: skip
    for name, value in learnt(teacher_folder, kept).items():
        mean = (trained[name].float() + start[name].float()) / 2
        torch.testing.assert_close(value, mean, atol=1e-3, rtol=1e-3)

    files = kept, tmp_path / "again.safetensors"
    for source, out in zip((weights, kept), files, strict=True):
        run(compress, "--teacher", teacher_folder, "--weights", source, "--out", out, "--rank", 1)
    once, twice = (learnt(teacher_folder, file) for file in files)
    for name, value in twice.items():
        torch.testing.assert_close(value, once[name], atol=1e-4, rtol=1e-3)


def run(command: Callable[[Sequence[str]], None], *arguments: object) -> None:
    command([str(argument) for argument in arguments])


def test_distilled_examples_are_read_as_they_were_written(
    encoder: Encoder, teacher_folder: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    examples = [encoder.encode(row, rng, 24) for row in rows()]
    scored = list(Labeller(Teacher(teacher_folder), examples).label([examples[:3], examples[3:]]))
    save_distillation_set(scored, tmp_path / "distilled.npz")
    loaded = load_distillation_set(tmp_path / "distilled.npz")
    for one, other, asked in zip(scored, loaded, examples, strict=True):
        assert one.teacher_scores is not None
        assert one.teacher_scores.shape == (2, len(asked.ids))
        np.testing.assert_array_equal(one.teacher_scores, other.teacher_scores)
        assert one.states is not None
        assert one.states.shape == (len(asked.ids), STATES)
        np.testing.assert_array_equal(one.states, other.states)
        np.testing.assert_array_equal(asked.ids, other.ids)
        assert (asked.golds, asked.question) == (other.golds, other.question)
    epochs = [DistillationSet(loaded, 1).epoch(DISTILLATION, number, 256) for number in (0, 1)]
    orders = [[example.ids.tobytes() for b in epoch for example in b] for epoch in epochs]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(e.ids.tobytes() for e in loaded)


def test_who_scores_as_the_teacher_has_nothing_to_learn(
    encoder: Encoder, teacher_folder: Path, encoder_folder: Path
) -> None:
    rng = np.random.default_rng(0)
    teacher = Teacher(teacher_folder).eval()
    asked = [encoder.encode(row, rng, None) for row in rows()]
    scored = list(Labeller(teacher, asked).label([asked]))
    batch = collate(scored)
    assert batch.targets is not None
    with torch.inference_mode():
        same, other = (score(model, batch) for model in (teacher, load_model(encoder_folder)))
    # Scores are rounded to float16.
    apart = [float(distillation_loss(each, batch.targets)) for each in (same, other)]
    assert abs(apart[0]) < 0.001 * apart[1]


@pytest.mark.parametrize(("share", "same"), [(1.0, True), (0.7, False)])
def test_the_answers_have_what_share_the_teacher_leaves(
    share: float,
    same: bool,
    encoder: Encoder,
    encoder_folder: Path,
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    asked = [encoder.encode(row, rng, 24) for row in rows()]
    torch.manual_seed(0)
    targets = list(Labeller(load_model(encoder_folder), asked).label([asked]))
    ends = []
    for name, examples in [
        ("right", targets),
        ("none", [replace(one, golds=(NULL,)) for one in targets]),
    ]:
        torch.manual_seed(1)
        settings = Settings(tmp_path / name, steps=2, batch_tokens=256, distillation_weight=share)
        distilled = DistillationSet(examples, settings.seed)
        ends.append(Trainer(load_model(encoder_folder), distilled, settings, lambda _: {}).run())
    assert same == all(torch.equal(value, ends[1][at]) for at, value in ends[0].items())


def test_the_scores_of_a_teacher_and_a_reader_are_averaged(
    encoder: Encoder, teacher_folder: Path, encoder_folder: Path
) -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    teacher, other = Teacher(teacher_folder), load_model(encoder_folder)
    asked = [encoder.encode(row, rng, None) for row in rows()]
    one, two, both = (
        [example.teacher_scores for example in Labeller(each, asked, others).label([asked])]
        for each, others in [(teacher, ()), (other, ()), (teacher, [other])]
    )
    for a, b, mean in zip(one, two, both, strict=True):
        assert a is not None
        assert b is not None
        assert mean is not None
        answers = a > -1000
        apart = mean[answers] - (a[answers].astype(float) + b[answers]) / 2
        np.testing.assert_allclose(apart, apart.mean(), atol=0.1)
        assert not np.allclose(a[answers], b[answers], atol=0.1)
        np.testing.assert_allclose(np.exp(mean.astype(float)).sum(1), 1, atol=0.01)


def test_the_states_are_the_teachers_in_deviations(encoder: Encoder, teacher_folder: Path) -> None:
    rng = np.random.default_rng(0)
    asked = [encoder.encode(row, rng, None) for row in rows()]
    scored = Labeller(Teacher(teacher_folder), asked).label([asked])
    states = np.concatenate([example.states for example in scored]) * STEP
    assert abs(states.mean()) < 0.1
    assert 0.5 < states.std() < 1.5


def test_a_teacher_tells_at_once_what_it_would_write_down(
    encoder: Encoder, teacher_folder: Path
) -> None:
    rng = np.random.default_rng(0)
    asked = [encoder.encode(row, rng, None) for row in rows()]
    labeller = Labeller(Teacher(teacher_folder), asked)
    targets, written = (
        labeller.targets(collate(asked)),
        collate(list(labeller.label([asked]))).targets,
    )
    assert targets.states is not None
    assert written is not None
    assert written.states is not None
    torch.testing.assert_close(targets.scores, written.scores, atol=0.02, rtol=1e-3)
    kept = collate(asked).inputs["attention_mask"].bool() & (written.states.abs().amax(-1) < 3.9)
    torch.testing.assert_close(targets.states[kept], written.states[kept], atol=STEP, rtol=0)


def test_an_online_teacher_is_learnt_from(
    data: Path, encoder_folder: Path, teacher_folder: Path, tmp_path: Path
) -> None:
    save_weights(Teacher(teacher_folder).state_dict(), tmp_path / "teacher.safetensors")
    learn = ["--data", data, "--encoder", encoder_folder, "--many-epochs", "--mirror", 1,
             "--online-teacher", teacher_folder, tmp_path / "teacher.safetensors",
             "--distillation-weight", 1, "--learning-rate", 3e-3,
             "--batch-tokens", 256]  # fmt: skip
    losses = []
    for steps in (50, 150):
        out = tmp_path / str(steps)
        run(main, *learn, "--steps", steps, "--out", out)
        log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
        losses.append([line["loss"] for line in log if "loss" in line][-1])
    assert losses[1] < losses[0]


def test_distillation_sets_take_no_teacher(
    data: Path, teacher_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    online = ["--online-teacher", teacher_folder, tmp_path / "teacher.safetensors"]
    with pytest.raises(SystemExit):
        run(main, "--data", data, "--out", tmp_path, "--distillation-sets", tmp_path / "l.npz",
            *online)  # fmt: skip
    assert "leave out --online-teacher" in capsys.readouterr().err


def test_the_mirror_learns_the_teachers_states(encoder: Encoder, encoder_folder: Path) -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    batch = collate([encoder.encode(row, rng, 20) for row in rows()[:2]])
    states = torch.from_numpy(rng.normal(size=(*batch.allowed.shape, STATES)))
    model = load_model(encoder_folder)
    add_mirror(model)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    losses = []
    for _ in range(30):
        loss = mirror_loss(model, score(model, batch).hidden, states, batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]
