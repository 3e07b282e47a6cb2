"""Training examples scored by a teacher, as `distil` is asked for them."""

import argparse
import time
from collections.abc import Iterable, Iterator
from itertools import accumulate, takewhile
from typing import TypeVar

import numpy as np
import torch

from eval.training.distillation_data import save_distillation_set
from eval.training.example_encoding import Encoder, Example
from eval.training.int8_training import in_integers
from eval.training.mix import Mixture
from eval.training.model import default_encoder, word_embeddings
from eval.training.phases import DISTILLATION, DOCUMENTS, GENERATED, MORE_DISTILLATION
from eval.training.rewording import Rewording
from eval.training.teacher import SAMPLES, Labeller, trained_teacher
from eval.training.trained_weights import trained_reader

_T = TypeVar("_T")

_Batches = list[list[Example]]


def distil(options: argparse.Namespace) -> None:
    """Score one epoch of examples, or what there is time for, by the options of `distil`."""
    torch.set_num_threads(options.threads)
    encoder = Encoder(default_encoder() / "tokenizer.json")
    teacher = trained_teacher(options.teacher, options.weights)
    readers = [trained_reader(path) for path in options.reader]
    if options.int8:
        for network in (teacher, *readers):
            in_integers(network)
    batches = _reworded(_batches(options, encoder), encoder, options)
    labeller = Labeller(teacher, [batch[0] for batch in batches[:SAMPLES]], readers)
    left = _from(batches, options.skip)
    if not left:
        raise SystemExit(f"--skip {options.skip} leaves nothing: take another --seed")
    total = sum(map(len, left))
    save_distillation_set(_in_time(labeller.label(left), total, options.minutes), options.out)


def _batches(options: argparse.Namespace, encoder: Encoder) -> _Batches:
    """Return the epoch to score.

    Batches are in random order, so that what there is no time for is a random part.
    """
    tokens, excluded = options.batch_tokens, options.exclude_seed
    known: set[bytes] = set()
    if excluded is not None:
        epoch = Mixture(options.data, encoder, excluded).epoch(DISTILLATION, 0, tokens)
        known = {example.question_key for batch in epoch for example in batch}
    phase, others = (DISTILLATION if excluded is None else MORE_DISTILLATION), {}
    if options.written:
        phase, others = GENERATED, {"written": options.written}
    if options.documents:
        phase, others = DOCUMENTS, {"documents": options.documents}
    batches = Mixture(options.data, encoder, options.seed, others).epoch(phase, 0, tokens)
    new = ([one for one in batch if one.question_key not in known] for batch in batches)
    return [batch for batch in new if batch]


def _reworded(batches: _Batches, encoder: Encoder, options: argparse.Namespace) -> _Batches:
    rewording = Rewording(encoder.pieces, word_embeddings(default_encoder()))
    rng = np.random.default_rng(options.seed)
    return [
        [rewording.reword(one, rng) if rng.random() < options.reworded else one for one in batch]
        for batch in batches
    ]


def _from(batches: _Batches, skipped: int) -> _Batches:
    """Return the batches that begin after so many examples."""
    begins = accumulate(map(len, batches), initial=0)
    return [batch for begin, batch in zip(begins, batches, strict=False) if begin >= skipped]


def _in_time(scored: Iterable[_T], total: int, minutes: float) -> Iterator[_T]:
    """Yield until the time is over, and print how far it is."""
    end = time.monotonic() + 60 * minutes
    in_time = takewhile(lambda _: time.monotonic() < end, scored)
    for at, example in enumerate(in_time):
        if at % 1000 == 0:
            print(f"{at} of {total} examples", flush=True)
        yield example
