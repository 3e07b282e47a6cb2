"""What a plan rests on: rates that were measured, and what is assumed, each with its source."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

RATES = Path(__file__).parent / "rates.json"

GIB = 1 << 30
TB = 10**12


@dataclass(frozen=True, slots=True)
class Rates:
    """What was measured, a passage, in seconds of one core and in bytes.

    Attributes:
        command: what measured it.
        machine: where.
        passages: of how many.
        wordpieces: tokens that the embedder reads.
        cut_seconds: loading and cutting.
        embed_seconds: embedding, one thread.
        store_seconds: writing what was cut and embedded, the one commit included.
        lists_seconds: making inverted lists.
        export_seconds: to Parquet.
        import_seconds: from Parquet.
        exchange_bytes: in Parquet.
        catalog_bytes: text and metadata, in SQLite.
        vectors_bytes: exact vectors.
        lists_bytes: 1-bit codes, which are what a search reads first.
        terms_bytes: the index of words.
        ask_seconds: one question, from search to verdict (not a passage).
        process_bytes: what a process held that answered one, mapped files included (likewise).
    """

    command: str
    machine: str
    passages: int
    wordpieces: float
    cut_seconds: float
    embed_seconds: float
    store_seconds: float
    lists_seconds: float
    export_seconds: float
    import_seconds: float
    exchange_bytes: float
    catalog_bytes: float
    vectors_bytes: float
    lists_bytes: float
    terms_bytes: float
    ask_seconds: float
    process_bytes: float

    @property
    def disk_bytes(self) -> float:
        """What a passage takes on disk in a folder."""
        return self.catalog_bytes + self.vectors_bytes + self.lists_bytes + self.terms_bytes


def read_rates(path: Path = RATES) -> Rates:
    """Return the rates that were measured last."""
    return Rates(**json.loads(path.read_text("utf-8")))


def write_rates(values: Mapping[str, object], path: Path = RATES) -> None:
    """Keep rates, four digits of each."""
    short = {k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in values.items()}
    rates = Rates(**short)  # type: ignore[arg-type]  # a missing or further one is an error here
    path.write_text(json.dumps(asdict(rates), indent=1, ensure_ascii=False) + "\n", "utf-8")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that can be had by the hour."""

    name: str
    cores: int
    memory_gib: int
    disk_tb: float
    dollars: float
    """An hour."""
    gpus: int = 0


_LIST = "list price, on demand, us-east-1, 2025; not looked up since"

SMALL = Machine("m7i.xlarge", 4, 16, 0.0, 0.2016)
COMPUTE = Machine("c7i.8xlarge", 32, 64, 0.0, 1.428)
GPU = Machine("g6.4xlarge", 16, 64, 0.6, 1.3232, gpus=1)
SERVING = Machine("i4i.8xlarge", 32, 256, 7.5, 2.746)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number that was not measured here."""

    name: str
    value: float
    unit: str
    source: str


ASSUMPTIONS = {
    "small": Assumption(f"{SMALL.name}: 4 vCPU, 16 GiB", SMALL.dollars, "$/h", _LIST),
    "compute": Assumption(f"{COMPUTE.name}: 32 vCPU, 64 GiB", COMPUTE.dollars, "$/h", _LIST),
    "gpu": Assumption(f"{GPU.name}: 16 vCPU, 64 GiB, one L4", GPU.dollars, "$/h", _LIST),
    "serving": Assumption(
        f"{SERVING.name}: 32 vCPU, 256 GiB, 7.5 TB of NVMe", SERVING.dollars, "$/h", _LIST
    ),
    "ssd": Assumption("network SSD (gp3)", 0.08, "$/GB a month", _LIST),
    "objects": Assumption("object storage (S3)", 0.023, "$/GB a month", _LIST),
    "core": Assumption(
        "a vCPU against a core measured here", 1.0, "x", "those here are vCPUs themselves"
    ),
    "flop": Assumption(
        "operations of MiniLM-L6 a wordpiece",
        24e6,
        "FLOP",
        "two for each of 10.6 M weights, and attention",
    ),
    "gpu_flops": Assumption("L4, fp16, dense", 121e12, "FLOP/s", "NVIDIA's data sheet"),
    "gpu_share": Assumption(
        "of it reached on short texts", 0.2, "x", "a guess: no GPU was at hand to measure one"
    ),
    "room": Assumption(
        "disk over what the index takes, while files merge", 2.0, "x", "a merge writes a copy"
    ),
    "memory_share": Assumption("of memory to be filled", 0.7, "x", "usual practice"),
    "milvus_memory": Assumption(
        "Milvus: bytes in memory a passage beside 1-bit codes and words",
        64,
        "B",
        "its ids and scalar fields; not measured",
    ),
    "copies": Assumption("Milvus: copies that serve", 2, "x", "one may fail; not needed for speed"),
    "month": Assumption("hours a month", 730, "h", "365 days of 24 hours over 12"),
}
