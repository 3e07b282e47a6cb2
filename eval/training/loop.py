"""The training loop: phases in order, a budget in steps or minutes, checkpoints, a JSONL log."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from torch.utils.data import DataLoader, Dataset

from eval.training.checkpoint import Checkpoint, Position
from eval.training.example_encoding import Example
from eval.training.model import (
    collate,
    device_of,
    distillation_loss,
    mirror_loss,
    score,
    span_loss,
)
from eval.training.phases import PHASES, Phase
from eval.training.teacher import Labeller

AVERAGE_FROM = 0.85
AVERAGE_DECAY = 0.997


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train. The budget is ``steps`` where given, else ``minutes`` of training time.

    Progress through the budget sets the phase and the learning rate, so that the decay always
    ends on time. Runs by steps are reproducible; runs by minutes log the steps they made.
    ``distillation_weight`` is the share of the teacher's scores in the loss of examples that have
    them; their answers have the rest. ``workers`` processes make epochs ahead; with none each is
    made when it is needed.
    """

    out: Path
    steps: int | None = None
    minutes: float = 100.0
    learning_rate: float = 2.5e-4
    weight_decay: float = 0.01
    warmup: float = 0.03
    batch_tokens: int = 3072
    seed: int = 13
    checkpoint_minutes: float = 4.0
    measure_minutes: float = 15.0
    stop_after: int | None = None
    workers: int = 0
    distillation_weight: float = 0.7
    mirror: float = 0.0
    phases: tuple[Phase, ...] = field(default=PHASES)


class Source(Protocol):
    """Where a run's examples come from."""

    def epoch(self, phase: Phase, number: int, tokens: int) -> list[list[Example]]:
        """Return the batches of one epoch, each of at most ``tokens`` tokens with padding."""


class _Epochs(Dataset[list[list[Example]]]):
    """The epochs of a phase by number."""

    def __init__(self, source: Source, phase: Phase, tokens: int) -> None:
        self._source, self._phase, self._tokens = source, phase, tokens

    def __getitem__(self, number: int) -> list[list[Example]]:
        return self._source.epoch(self._phase, number, self._tokens)


class Trainer:
    """Trains ``model`` on ``source``, going on from the newest checkpoint in ``settings.out``.

    The model may be on a GPU. A ``labeller``, on the same one, scores every batch as it comes.
    """

    def __init__(
        self,
        model: nn.Module,
        source: Source,
        settings: Settings,
        measure: Callable[[nn.Module], dict[str, float]],
        labeller: Labeller | None = None,
    ) -> None:
        """Restore the newest checkpoint, if there is one."""
        self._model, self._source, self._settings = model, source, settings
        self._measure = measure
        self._labeller = labeller
        self._device = device_of(model)
        self._optimizer = AdamW(_groups(model, settings.weight_decay), fused=True)
        self._average: dict[str, Tensor] = {}
        self.position = Position()
        settings.out.mkdir(parents=True, exist_ok=True)
        checkpoint = Checkpoint.load(settings.out)
        if checkpoint is not None:
            self._restore(checkpoint)

    def run(self) -> dict[str, Tensor]:
        """Train to the end of the budget (or to ``stop_after``) and return the averaged weights."""
        settings = self._settings
        self._model.train()
        saved = measured = time.monotonic()
        loss_sum, examples, since = torch.zeros((), device=self._device), 0, time.monotonic()
        for batch in self._batches():
            begun = time.monotonic()
            loss_sum += self._step(batch)
            examples += len(batch)
            now = time.monotonic()
            self.position.step += 1
            self.position.batch += 1
            self.position.seconds += now - begun
            if self.position.step % 50 == 0:
                self._log(loss=float(loss_sum) / 50, examples_per_second=examples / (now - since))
                loss_sum, examples, since = torch.zeros_like(loss_sum), 0, now
            if now - measured > 60 * settings.measure_minutes:
                self._log(**self._measure(self._model))
                measured = now
            if now - saved > 60 * settings.checkpoint_minutes:
                self._save()
                saved = now
            if self.position.step == settings.stop_after:
                break
        self._save()
        self._log(**self._measure(self._model))
        return self._average or self._weights()

    def progress(self) -> float:
        """How much of the budget is behind, from 0 to 1."""
        settings = self._settings
        if settings.steps is not None:
            return min(1.0, self.position.step / settings.steps)
        return min(1.0, self.position.seconds / (60 * settings.minutes))

    def _batches(self) -> Iterator[list[Example]]:
        """Yield batches until the budget is spent, from the present position on."""
        at, phases = self.position, self._settings.phases
        while self.progress() < 1:
            while self.progress() >= phases[at.phase].until:
                at.phase, at.epoch, at.batch = at.phase + 1, 0, 0
            phase = phases[at.phase]
            for epoch in self._epochs(phase):
                self._log(phase=phase.name, epoch=at.epoch, batches=len(epoch))
                while at.batch < len(epoch) and self.progress() < phase.until:
                    yield epoch[at.batch]
                if self.progress() >= phase.until:
                    break
                at.epoch, at.batch = at.epoch + 1, 0

    def _epochs(self, phase: Phase) -> Iterable[list[list[Example]]]:
        """Make the epochs of a phase, from the present one on."""
        workers = self._settings.workers
        return DataLoader(
            _Epochs(self._source, phase, self._settings.batch_tokens),
            batch_size=None,
            sampler=count(self.position.epoch),
            num_workers=workers,
            collate_fn=_unchanged,
            prefetch_factor=1 if workers else None,
            multiprocessing_context="fork" if workers else None,
            generator=torch.Generator(),
        )

    def _step(self, examples: list[Example]) -> Tensor:
        rate = self._settings.learning_rate * schedule(self.progress(), self._settings.warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        batch = collate(examples).to(self._device)
        targets = self._labeller.targets(batch) if self._labeller else batch.targets
        scored = score(self._model, batch)
        loss = span_loss(scored, batch)
        if targets is not None:
            loss = loss.lerp(distillation_loss(scored, targets), self._settings.distillation_weight)
            if targets.states is not None and self._settings.mirror:
                mirrored = mirror_loss(self._model, scored.hidden, targets.states, batch)
                loss = loss + self._settings.mirror * mirrored
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        if self.progress() >= AVERAGE_FROM:
            self._update_average()
        return loss.detach()

    def _update_average(self) -> None:
        if not self._average:
            self._average = {k: v.clone() for k, v in self._weights().items()}
            return
        for name, value in self._weights().items():
            if value.is_floating_point():
                self._average[name].lerp_(value, 1 - AVERAGE_DECAY)

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self._model.state_dict().items()}

    def _save(self) -> None:
        Checkpoint(
            self.position,
            self._weights(),
            self._average,
            self._optimizer.state_dict(),
            torch.get_rng_state(),
        ).save(self._settings.out)

    def _restore(self, found: Checkpoint) -> None:
        self._model.load_state_dict(found.model)
        self._average = {name: value.to(self._device) for name, value in found.average.items()}
        self._optimizer.load_state_dict(found.optimizer)
        torch.set_rng_state(found.random)
        self.position = found.position

    def _log(self, **values: object) -> None:
        at = self.position
        record = {"step": at.step, "minutes": round(at.seconds / 60, 2), **values}
        record["progress"] = round(self.progress(), 4)
        with (self._settings.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(record) + "\n")


def schedule(progress: float, warmup: float) -> float:
    """Linear warm-up to 1, then half a cosine down to 0."""
    if progress < warmup:
        return (progress + 1e-4) / (warmup + 1e-4)
    return 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def _unchanged(epoch: list[list[Example]]) -> list[list[Example]]:
    return epoch


def _groups(model: nn.Module, decay: float) -> list[dict[str, object]]:
    """Weight decay on matrices alone, as BERT was trained."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
