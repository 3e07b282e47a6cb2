"""Reckons what an index of some size takes, on one machine or on many."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from eval.capacity.rates import (
    ASSUMPTIONS,
    COMPUTE,
    GIB,
    GPU,
    SERVING,
    SMALL,
    TB,
    Machine,
    Rates,
)

ASSUMED = {name: each.value for name, each in ASSUMPTIONS.items()}


@dataclass(frozen=True, slots=True)
class Size:
    """How many passages, and within how many hours they are to be indexed."""

    passages: int
    name: str
    hours: float


SIZES = (
    Size(10_000_000, "10 million", 24),
    Size(1_000_000_000, "1 billion", 168),
    Size(100_000_000_000, "100 billion", 720),
)
ONE_MACHINE = 100_000_000
"""Passages up to which one machine with a folder is planned; more go to Milvus."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What embedding takes."""

    machine: Machine
    machines: int
    hours: float
    dollars: float


@dataclass(frozen=True, slots=True)
class Serving:
    """What holding the index and answering from it takes."""

    design: str
    machine: Machine
    machines: int
    memory_bytes: float
    disk_bytes: float
    dollars_a_month: float
    answers_a_second: float


def embed(
    size: Size, machine: Machine, rates: Rates, assumed: Mapping[str, float] = ASSUMED
) -> Embedding:
    """Return what loading, cutting and embedding takes: as many machines as make it in time."""
    speed = passages_a_second(machine, rates, assumed)
    machines = ceil(size.passages / speed / (size.hours * 3600))
    hours = size.passages / speed / machines / 3600
    return Embedding(machine, machines, hours, machines * hours * machine.dollars)


def passages_a_second(
    machine: Machine, rates: Rates, assumed: Mapping[str, float] = ASSUMED
) -> float:
    """Return how many passages a machine loads, cuts and embeds."""
    cores = machine.cores * assumed["core"]
    if not machine.gpus:
        return cores / (rates.cut_seconds + rates.embed_seconds)
    # Its cores load and cut meanwhile, and the slower side decides.
    return min(cores / rates.cut_seconds, machine.gpus * gpu_passages_a_second(rates, assumed))


def gpu_passages_a_second(rates: Rates, assumed: Mapping[str, float] = ASSUMED) -> float:
    """Return how many passages a GPU embeds."""
    passage = rates.wordpieces * assumed["flop"]
    return assumed["gpu_flops"] * assumed["gpu_share"] / passage


def commit_hours(size: Size, rates: Rates) -> float:
    """Return the hours that one writer takes to write what was embedded."""
    return size.passages * rates.store_seconds / 3600


def serve(size: Size, rates: Rates, assumed: Mapping[str, float] = ASSUMED) -> Serving:
    """Return what holding an index takes: a folder on one machine, or Milvus on many."""
    if size.passages <= ONE_MACHINE:
        return _serve_folder(size, rates, assumed)
    return _serve_milvus(size, rates, assumed)


def _serve_folder(size: Size, rates: Rates, assumed: Mapping[str, float]) -> Serving:
    memory = folder_memory(size.passages, rates)
    disk = size.passages * rates.disk_bytes * assumed["room"]
    month = SMALL.dollars * assumed["month"] + disk / 1e9 * assumed["ssd"]
    speed = SMALL.cores * assumed["core"] / rates.ask_seconds
    return Serving("one folder", SMALL, 1, memory, disk, month, speed)


def folder_memory(passages: int, rates: Rates) -> float:
    """Return the bytes that are read at every search, and had better stay in memory."""
    return rates.process_bytes + passages * (rates.lists_bytes + rates.terms_bytes)


def _serve_milvus(size: Size, rates: Rates, assumed: Mapping[str, float]) -> Serving:
    each = rates.lists_bytes + rates.terms_bytes + assumed["milvus_memory"]
    memory = size.passages * each * assumed["copies"]
    disk = size.passages * rates.disk_bytes * assumed["copies"]
    by_memory = memory / (SERVING.memory_gib * GIB * assumed["memory_share"])
    machines = ceil(max(by_memory, disk / (SERVING.disk_tb * TB)))
    stored = size.passages * rates.disk_bytes / 1e9 * assumed["objects"]
    month = machines * SERVING.dollars * assumed["month"] + stored
    # Every question goes to every machine; what answers is the reader's cores, not theirs.
    speed = COMPUTE.cores * assumed["core"] / rates.ask_seconds
    return Serving("Milvus", SERVING, machines, memory, disk, month, speed)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where something stops, in passages, and what to change there."""

    what: str
    passages: float
    change: str


def stops(rates: Rates, assumed: Mapping[str, float] = ASSUMED) -> list[Stop]:
    """Return where each design stops, nearest first."""
    day = 24 * 3600
    memory = SERVING.memory_gib * GIB * assumed["memory_share"] - rates.process_bytes
    small = SMALL.memory_gib * GIB * assumed["memory_share"] - rates.process_bytes
    disk = SERVING.disk_tb * TB / assumed["room"]
    searched = rates.lists_bytes + rates.terms_bytes
    found = [
        Stop(
            "two cores that embed for a day",
            2 * assumed["core"] * day / (rates.cut_seconds + rates.embed_seconds),
            "more cores, a GPU, or `excerpt index --ray`",
        ),
        Stop(
            f"{COMPUTE.cores} cores that embed for a day",
            day * passages_a_second(COMPUTE, rates, assumed),
            "`excerpt index --ray` on several machines",
        ),
        Stop(
            f"{SMALL.memory_gib} GiB of memory for a folder's codes and words",
            small / searched,
            "more memory: nothing else changes",
        ),
        Stop(
            f"{SERVING.memory_gib} GiB of memory for the same",
            memory / searched,
            "Milvus: `excerpt export`, then `excerpt import --index milvus://…`",
        ),
        Stop(
            f"{SERVING.disk_tb} TB of disk for a folder, merges included",
            disk / rates.disk_bytes,
            "Milvus over object storage",
        ),
        Stop(
            "one writer in a day",
            day / rates.store_seconds,
            "a longer first load: later ones write what has changed",
        ),
        Stop(
            "one writer in 30 days",
            30 * day / rates.store_seconds,
            "several collections, each with a writer of its own, or Milvus's bulk import, fed from "
            "the files of `excerpt export`; neither was tried",
        ),
    ]
    return sorted(found, key=lambda each: each.passages)


def plans(size: Size, rates: Rates) -> tuple[Embedding, Embedding]:
    """Return what embedding takes on CPUs, and on GPUs."""
    return embed(size, COMPUTE, rates), embed(size, GPU, rates)
