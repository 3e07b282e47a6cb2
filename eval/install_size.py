"""`python -m eval.install_size`: what an installation of Excerpt weighs, package by package.

What Excerpt needs is followed from `pyproject.toml`, without extras, and the files of each package
that is installed here are counted. The parts that read documents stand apart: what they add to an
installation is at most 60 MB, or the exit code is 1.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from eval.bench.table import Table, Target

DOCUMENT_PARTS = (
    "lxml markdown-it-py pathspec pypdfium2 python-calamine python-oxmsg pyyaml rensa striprtf "
    "watchfiles"
).split()
_MOST = 60.0
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_MEGABYTE = 1_000_000


def declared() -> list[str]:
    """Return the names of what `pyproject.toml` says that Excerpt needs."""
    text = Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8")
    return list(_names(tomllib.loads(text)["project"]["dependencies"]))


def needed(names: Iterable[str]) -> dict[str, Distribution]:
    """Return packages and all that they need, as far as they are installed, by normal name."""
    found: dict[str, Distribution] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for another system, or an older Python
            continue
        pending += _names(found[name].requires or ())
    return found


def _names(requirements: Iterable[str]) -> Iterator[str]:
    """Yield the normal names of what is needed wherever it is installed, extras left out."""
    for line in requirements:
        requirement, _, marker = line.partition(";")
        match = _NAME.match(requirement.strip())
        if match and "extra" not in marker:
            yield re.sub(r"[-_.]+", "-", match[0]).lower()


def size(package: Distribution) -> int:
    """Return the bytes of a package's files, those that Python compiles of them left out."""
    total = 0
    for file in package.files or ():
        if file.suffix == ".pyc":
            continue
        try:
            total += Path(str(file.locate())).stat().st_size
        except OSError:  # removed by hand
            continue
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the sizes by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.install_size", description=__doc__)
    parser.add_argument("--most", type=float, default=_MOST, help="megabytes that readers may add")
    options = parser.parse_args(arguments)
    names = declared()
    packages = needed(names)
    others = needed(name for name in names if name not in DOCUMENT_PARTS)
    sizes = {name: size(package) / _MEGABYTE for name, package in packages.items()}
    added = {name: megabytes for name, megabytes in sizes.items() if name not in others}
    rows = tuple(
        (name, f"{megabytes:.1f}", "reads documents" if name in added else "")
        for name, megabytes in sorted(sizes.items(), key=lambda each: -each[1])[:20]
    )
    target = Target("added by what reads documents", sum(added.values()), options.most, unit=" MB")
    below = (f"{len(sizes)} packages, {sum(sizes.values()):.0f} MB", str(target))
    print(Table("an installation", ("package", "MB", ""), rows, below))
    return 0 if target.met else 1


if __name__ == "__main__":
    sys.exit(main())
