"""`python -m eval.filters [--documents 20000]`: filtered searches beside brute force.

Documents with random metadata are indexed. Filters of each selectivity, one in two to one in ten
thousand, are asked of both arms: what passes must be what the filter says of each document by
itself, and the ten best those of a search of everything, put through the filter afterwards. The
exit code is 1 where a single one differs.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from eval.bench.table import Table
from index.filters import document_fields, matches, parse
from index.filters.nodes import Filter
from index.protocols import Ranking, Snapshot
from index.store import FileStore
from index.testing import HashingEmbedder
from index.text.digest import text_digest
from index.types import Document, MetadataValue

SELECTIVITIES = (0.5, 0.1, 0.01, 0.001, 0.0001)
_WORDS = "weir hive mill boat lamp rope barn gate sail reed peat loom kiln quay well moss".split()
_TOP = 10
_FIRST = date(2000, 1, 1)


def documents(count: int, seed: int) -> Iterator[Document]:
    """Yield documents of some words, with numbers, dates, tags and names drawn at random."""
    chosen = random.Random(seed)
    for number in range(count):
        text = " ".join(chosen.choices(_WORDS, k=12))
        metadata: dict[str, MetadataValue] = {
            "share": chosen.random(),
            "published": str(_FIRST + timedelta(days=chosen.randrange(8000))),
            "tags": tuple(chosen.sample(("a", "b", "c", "d"), chosen.randrange(3))),
            "author": chosen.choice(("Ada", "Bo", "Cleo")),
        }
        if chosen.random() < 0.3:
            metadata["note"] = chosen.choice(_WORDS)
        name = f"{number:06}"
        yield Document(name, f"/{name}", name, text, text_digest(text), "text/plain", metadata)


def expressions(selectivity: float, count: int, seed: int) -> Iterator[str]:
    """Yield filters that about such a share of the documents pass."""
    chosen = random.Random(f"{seed} {selectivity}")
    for number in range(count):
        low = chosen.uniform(0, 1 - selectivity)
        band = f"share >= {low:.7f} and share < {low + selectivity:.7f}"
        tag = chosen.choice("abcd")
        day = _FIRST + timedelta(days=chosen.randrange(8000))
        yield (
            band,
            f"({band}) and (author != Bo or tags = {tag})",
            f"{band} and not (published < {day} and has note)",
            f"({band} or share > 2) and author in (Ada, Bo, Cleo)",
            f"{band} and (note contains e or note = null or tags in ({tag}))",
        )[number % 5]


def differences(snapshot: Snapshot, every: Sequence[Document], expression: str) -> list[str]:
    """Return in what a filter's results differ from brute force."""
    tree: Filter = parse(expression)
    passing = {each.id for each in every if matches(tree, document_fields(each))}
    selected = snapshot.select(tree)
    chosen = [passage.document_id for passage in snapshot.passages([int(i) for i in selected])]
    wrong = [] if set(chosen) == passing else ["what passes"]
    query = " ".join(_WORDS[:3])
    vector = HashingEmbedder().embed_query(query)
    total = snapshot.counts.passages
    ids = set(map(int, selected))
    arms = (
        ("dense", snapshot.vectors.search(vector, _TOP, selected),
         snapshot.vectors.search(vector, total)),
        ("lexical", snapshot.terms.search(query, _TOP, selected),
         snapshot.terms.search(query, total)),
    )  # fmt: skip
    return wrong + [name for name, found, whole in arms if _best(found, ids) != _best(whole, ids)]


def _best(ranking: Ranking, ids: set[int]) -> list[float]:
    """Return the best scores of those that pass; equal scores may come in any order."""
    pairs = zip(*ranking, strict=True)
    kept = [round(float(score), 4) for each, score in pairs if int(each) in ids]
    return sorted(kept, reverse=True)[:_TOP]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.filters", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--filters", type=int, default=20, help="of each selectivity")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    every = list(documents(options.documents, options.seed))
    rows, failures = [], []
    with tempfile.TemporaryDirectory(prefix="filters-") as place:
        embedder = HashingEmbedder()
        with FileStore.create(Path(place, "index"), embedder=embedder, model="hashing") as store:
            store.add(every)
            with store.snapshot() as snapshot:
                for selectivity in SELECTIVITIES:
                    wrong = [
                        f"{expression}: {', '.join(found)}"
                        for expression in expressions(selectivity, options.filters, options.seed)
                        if (found := differences(snapshot, every, expression))
                    ]
                    rows.append((f"{selectivity:.2%}", str(options.filters), str(len(wrong))))
                    failures += wrong
    title = f"filters over {len(every):,} documents"
    print(Table(title, ("passes", "filters", "differ"), tuple(rows), tuple(failures[:10])))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
