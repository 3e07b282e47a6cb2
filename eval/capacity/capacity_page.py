"""docs/capacity.md: what sizes take, from the rates."""

from collections.abc import Sequence
from textwrap import fill

from eval.baselines.__main__ import markdown
from eval.capacity.plan import (
    SIZES,
    commit_hours,
    gpu_passages_a_second,
    passages_a_second,
    plans,
    serve,
    stops,
)
from eval.capacity.rates import ASSUMPTIONS, COMPUTE, GIB, GPU, TB, Rates

_MEASURED = (
    ("loading and cutting", "cut_seconds", "ms"),
    ("embedding, one thread, 8-bit integers", "embed_seconds", "ms"),
    ("writing what was cut and embedded", "store_seconds", "ms"),
    ("making inverted lists, beside the writer; less in larger segments", "lists_seconds", "ms"),
    ("export to Parquet", "export_seconds", "ms"),
    ("import from Parquet", "import_seconds", "ms"),
    ("disk: text and metadata (SQLite)", "catalog_bytes", "B"),
    ("disk: exact vectors", "vectors_bytes", "B"),
    ("disk and memory: 1-bit codes and centroids; less in larger segments", "lists_bytes", "B"),
    ("disk and memory: words (tantivy)", "terms_bytes", "B"),
    ("disk: Parquet of an export", "exchange_bytes", "B"),
    ("wordpieces", "wordpieces", ""),
)

_INTRODUCTION = (
    "What an index of 10 million, 1 billion and 100 billion passages takes. `python -m "
    "eval.capacity` computes this page from rates that were measured and numbers that are assumed; "
    "both stand below: put in yours. It is arithmetic: no index of these sizes was made."
)


def page(rates: Rates) -> str:
    """Return the page."""
    parts = (
        "# Capacity",
        _INTRODUCTION,
        "## Embedding",
        _embedding(rates),
        _speeds(rates),
        "## Holding and answering",
        _serving(rates),
        _answering(rates),
        "## Where each design stops",
        _stops(rates),
        "## Measured",
        f"`{rates.command}` on {rates.machine}, of {rates.passages:,} real passages; in time of "
        "one core. They were taken beside other work, which shares the caches: they are slow "
        "rather than fast.",
        _measured(rates),
        "## Assumed",
        _assumed(),
    )
    return "\n\n".join(map(_wrapped, parts)) + "\n"


def _wrapped(part: str) -> str:
    """Return a paragraph in lines; a table or a heading as it is."""
    return part if part.startswith(("|", "#")) else fill(part, 100, break_on_hyphens=False)


def _embedding(rates: Rates) -> str:
    rows = []
    for size in SIZES:
        for kind, plan in zip(("CPU", "GPU, not measured"), plans(size, rates), strict=True):
            rows.append(
                (size.name, kind, f"{plan.machines:,} {plan.machine.name}", _hours(plan.hours),
                 _dollars(plan.dollars), _hours(commit_hours(size, rates)))
            )  # fmt: skip
    header = ("passages", "on", "machines", "time", "price", "one writer, at a folder's rate")
    return markdown(header, rows)


def _speeds(rates: Rates) -> str:
    speed = _count(passages_a_second(COMPUTE, rates))
    return (
        f"A {COMPUTE.name} embeds {speed} passages a second; an L4 would embed "
        f"{_count(gpu_passages_a_second(rates))}, and the cores of its {GPU.name} load and cut "
        f"{_count(GPU.cores / rates.cut_seconds)}. Excerpt has no GPU runtime of its own: the rows "
        "say whether one would pay."
    )


def _answering(rates: Rates) -> str:
    return (
        "Memory is what every search reads. Answering takes "
        f"{rates.ask_seconds * 1e3:.0f} ms of one core at {rates.passages:,} passages, most of it "
        "the reader's, which does not grow with the index. Answers a second are those of that one "
        "machine; with Milvus, of one "
        f"{COMPUTE.name} beside it, which is not in the price. Those of several machines add up."
    )


def _serving(rates: Rates) -> str:
    rows = []
    for size in SIZES:
        plan = serve(size, rates)
        rows.append(
            (size.name, plan.design, f"{plan.machines:,} {plan.machine.name}",
             _bytes(plan.memory_bytes), _bytes(plan.disk_bytes),
             _dollars(plan.dollars_a_month), f"{plan.answers_a_second:.0f}")
        )  # fmt: skip
    header = ("passages", "index", "machines", "memory", "disk", "price a month", "answers/s")
    return markdown(header, rows)


def _stops(rates: Rates) -> str:
    rows = [(each.what, _count(each.passages), each.change) for each in stops(rates)]
    return markdown(("what", "stops at about, passages", "what to change there"), rows)


def _measured(rates: Rates) -> str:
    rows: list[Sequence[str]] = []
    for words, name, unit in _MEASURED:
        value = getattr(rates, name)
        shown = f"{value * 1e3:.3g}" if unit == "ms" else f"{value:,.0f}"
        rows.append((words, f"{shown} {unit}".strip()))
    rows.append(("a question, not a passage", f"{rates.ask_seconds * 1e3:.3g} ms"))
    rows.append(("a process that answered one, not a passage", _bytes(rates.process_bytes)))
    return markdown(("", "a passage"), rows)


def _assumed() -> str:
    every = ASSUMPTIONS.values()
    rows = [(each.name, f"{_short(each.value)} {each.unit}", each.source) for each in every]
    return markdown(("", "value", "source"), rows)


def _count(value: float) -> str:
    """Return a number of two digits for people.

    >>> _count(1234), _count(45_600_000), _count(1.23e9)
    ('1,200', '46 million', '1.2 billion')
    """
    for least, name in ((1e9, "billion"), (1e6, "million")):
        if value >= least:
            return f"{float(f'{value / least:.2g}'):,g} {name}"
    return f"{float(f'{value:.2g}'):,.0f}"


def _short(value: float) -> str:
    """Return a number with its thousands as a power of ten.

    >>> _short(2.4e7), _short(0.2016), _short(730)
    ('24e6', '0.2016', '730')
    """
    for power in (12, 6):
        if value >= 10**power:
            return f"{value / 10**power:g}e{power}"
    return f"{value:g}"


def _hours(value: float) -> str:
    """Return hours for people.

    >>> _hours(0.5), _hours(30), _hours(24 * 40)
    ('30 min', '30 h', '40 days')
    """
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:.0f} h" if value < 72 else f"{value / 24:,.0f} days"


def _dollars(value: float) -> str:
    return f"${value:,.0f}" if value >= 10 else f"${value:.2f}"


def _bytes(value: float) -> str:
    """Return bytes for people.

    >>> _bytes(3 << 30), _bytes(2.5e12)
    ('3.0 GiB', '2.5 TB')
    """
    return f"{value / GIB:,.1f} GiB" if value < TB else f"{value / TB:,.1f} TB"
