"""A training run as `train` is asked for it: the network, what it reads, and the loop."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import PreTrainedModel

from eval.training.checkpoint import save_weights
from eval.training.depth import deepened, layers_of
from eval.training.distillation_data import DistillationSet, load_distillation_set
from eval.training.evaluate import read, sample, summarise
from eval.training.example_encoding import Encoder
from eval.training.int8_training import in_integers
from eval.training.loop import Settings, Source, Trainer
from eval.training.mix import Mixture
from eval.training.model import add_mirror, default_encoder, load_model, words
from eval.training.phases import (
    DISTILLATION,
    DOCUMENTS,
    MANY_EPOCHS,
    PHASES,
    REFINING,
    TEACHER,
    Phase,
)
from eval.training.rewording import Rewording
from eval.training.shipped_weights import shipped_weights
from eval.training.teacher import SAMPLES, Labeller, Teacher, trained_teacher
from eval.training.varied_questions import Varied
from retrieval.answering.wording import QUESTION_WORDS

_MEASURED = 300
"""How many questions the network is measured by as it trains."""


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a run reads, in which phases, and what scores it on the way."""

    source: Source
    phases: tuple[Phase, ...]
    labeller: Labeller | None = None


def train(options: argparse.Namespace) -> None:
    """Train by the options of `train` and write the averaged weights as float16."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    folder = options.encoder or default_encoder()
    encoder = Encoder(folder / "tokenizer.json")
    if options.teacher:
        large = _teacher(options)
        model: nn.Module = large
        embeddings = large.words()
    else:
        model = student = _student(options)
        embeddings = words(student)
    if options.int8:
        in_integers(model)
    reads = _reads(options, encoder, embeddings)
    model.to(options.device)
    settings = _settings(options, reads.phases)
    measure = _measure(options, encoder)
    weights = Trainer(model, reads.source, settings, measure, reads.labeller).run()
    save_weights(weights, options.out / "reader-fp16.safetensors")


def _teacher(options: argparse.Namespace) -> Teacher:
    sizes = options.frozen, options.dropout
    if options.refine:
        return trained_teacher(options.teacher, options.refine, *sizes)
    return Teacher(options.teacher, *sizes)


def _student(options: argparse.Namespace) -> PreTrainedModel:
    weights = shipped_weights(options.refine) if options.refine else {}
    if options.layers:
        weights = deepened(weights, options.layers)
    folder = options.encoder or default_encoder()
    student = load_model(folder, options.dropout, layers_of(weights), options.device)
    if options.mirror:
        add_mirror(student)
    student.load_state_dict(weights, strict=False)
    return student


def _reads(
    options: argparse.Namespace, encoder: Encoder, embeddings: NDArray[np.float32]
) -> _Reads:
    """Return what the options say is read; `embeddings` are the words' `[pieces, width]`."""
    small = encoder.ids(QUESTION_WORDS | {"?"})
    if options.distillation_sets:
        sets = options.distillation_sets
        examples = [example for path in sets for example in load_distillation_set(path)]
        return _Reads(DistillationSet(examples, options.seed, small), (DISTILLATION,))
    others = {"documents": options.documents} if options.documents else {}
    source: Source
    source = mixture = Mixture(options.data, encoder, options.seed, others)
    phases = _phases(options)
    if options.many_epochs:
        rewording = Rewording(encoder.pieces, embeddings)
        source = Varied(mixture, rewording, options.reworded, small, options.seed)
    if not options.online_teacher:
        return _Reads(source, phases)
    teacher = trained_teacher(*options.online_teacher).to(options.device)
    return _Reads(source, phases, Labeller(teacher, mixture.some(SAMPLES)))


def _phases(options: argparse.Namespace) -> tuple[Phase, ...]:
    if options.many_epochs:
        return (MANY_EPOCHS,)
    if options.documents:
        return (DOCUMENTS,)
    if options.teacher:
        return TEACHER
    return REFINING if options.refine else PHASES


def _measure(
    options: argparse.Namespace, encoder: Encoder
) -> Callable[[nn.Module], dict[str, float]]:
    questions = options.data / "tune" / "squad2.jsonl"
    rows = sample(questions, "calibrate", _MEASURED) if questions.exists() else []
    return lambda model: summarise(read(model, encoder, rows)) if rows else {}


def _settings(options: argparse.Namespace, phases: tuple[Phase, ...]) -> Settings:
    return Settings(
        options.out,
        steps=options.steps,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        batch_tokens=options.batch_tokens,
        seed=options.seed,
        measure_minutes=options.measure_minutes,
        phases=phases,
        distillation_weight=options.distillation_weight,
        mirror=options.mirror,
        workers=options.workers,
    )
