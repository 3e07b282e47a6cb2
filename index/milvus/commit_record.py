"""Commits and what goes with them: the rows that make a generation one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.ingest.file_sources import Root, Rules
from index.milvus.client import STRONG, Client, Row
from index.milvus.collections import (
    COMMIT,
    PIECE,
    STATE,
    STATE_PIECE,
    Collections,
    alive,
    record_row,
)
from index.milvus.packing import cut, pack, unpack
from index.milvus.row_format import problem_values
from index.types import Counts, LoadProblem

_TIMES = 512
"""Commits whose times are remembered; of more, every other older one is forgotten, which only
delays deleting."""

_RECENT = 64


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Its row is inserted whole, last of all, and makes the rest visible.

    Attributes:
        edition: counts commits; one that changes only the record of files has a generation of the
            one before.
        generation: the generation that is the newest with it.
        documents: how many documents live in it.
        passages: how many passages do.
        next_row: the first key of a row of the record that was never used.
        next_passage: the first passage id that was never used.
        seen: the timestamp at which all of its rows are there.
        committed: when, in seconds since 1970 by the writer's clock.
        collected: what died up to this generation is, or is being, deleted.
        collected_edition: the same of the record of files, which goes by editions.
        times: the last generations, each with the edition and the time of its commit.
        unread: files that could not be read.
    """

    edition: int = 0
    generation: int = 0
    documents: int = 0
    passages: int = 0
    next_row: int = 1
    next_passage: int = 1
    seen: int = STRONG
    committed: float = 0.0
    collected: int = 0
    collected_edition: int = 0
    times: tuple[tuple[int, int, float], ...] = ()
    unread: int = 0

    @property
    def counts(self) -> Counts:
        """How much its generation holds."""
        return Counts(self.generation, self.documents, self.passages, unread=self.unread)

    def row(self) -> Row:
        """Return its row."""
        return record_row(
            -self.edition, COMMIT, born=self.edition, first=self.generation, data=_json(self)
        )


def _json(commit: Commit) -> str:
    return json.dumps(asdict(commit))


def read_commit(row: Row) -> Commit:
    """Return the commit of a row."""
    facts = json.loads(row["data"])
    facts["times"] = tuple((number, edition, when) for number, edition, when in facts["times"])
    return Commit(**facts)


def last_commits(rows: Iterable[Row]) -> list[Commit]:
    """Return the last commit of each generation, oldest first, of their rows; never none."""
    found = sorted(map(read_commit, rows), key=lambda commit: commit.edition)
    return list({commit.generation: commit for commit in found}.values()) or [Commit()]


def followed(
    base: Commit, now: float, kept: int, retained: float, *, generation: int
) -> dict[str, Any]:
    """Return what of a commit that follows another is a matter of time.

    What died in a generation was last seen in the one before, which can be opened until `kept`
    more have been committed, and be read for `retained` seconds after that.
    """
    times = base.times
    if generation != base.generation:
        times = (*times, (generation, base.edition + 1, now))
    past = {number for number, _, when in times if when <= now - retained}
    over = [(number, edition) for number, edition, _ in times if number - 1 + kept in past]
    collected, edition = max(over, default=(base.collected, base.collected_edition))
    rest = tuple(each for each in times if each[0] >= collected)
    if len(rest) > _TIMES:
        rest = rest[:-_RECENT:2] + rest[-_RECENT:]
    return {"times": rest, "collected": collected, "collected_edition": edition}


@dataclass(frozen=True, slots=True)
class State:
    """What a commit says beside its numbers: read when it is asked for."""

    roots: tuple[Root, ...] = ()
    skipped: Mapping[Path, tuple[LoadProblem, ...]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    """The fields that some document had at any time."""

    def values(self) -> list[Any]:
        """Return it as JSON values."""
        roots = [[str(root.path), asdict(root.rules)] for root in self.roots]
        skipped = [[str(path), problem_values(each)] for path, each in self.skipped.items()]
        return [roots, skipped, sorted(self.fields)]


def read_state(values: Sequence[Any]) -> State:
    """Return the state of JSON values."""
    roots, skipped, fields = values
    return State(
        tuple(Root(Path(path), _rules(rules)) for path, rules in roots),
        {Path(path): tuple(LoadProblem(*each) for each in rows) for path, rows in skipped},
        frozenset(fields),
    )


def _rules(kept: Mapping[str, Any]) -> Rules:
    fields = ("include", "exclude", "text_fields", "metadata")
    lists = {name: tuple(kept.get(name, ())) for name in fields}
    return Rules(**lists, ignore_files=bool(kept["ignore_files"]))


def state_rows(state: State, row: int, born: int) -> list[Row]:
    """Return the rows of a state; the first has the key `row`, the others those behind it."""
    pieces = cut(pack(state.values()))
    first = record_row(row, STATE, parts=len(pieces) - 1, born=born, body=pieces[0])
    rest = [
        record_row(row + number, STATE_PIECE, owner=row, part=number, born=born, body=piece)
        for number, piece in enumerate(pieces[1:], 1)
    ]
    return [first, *rest]


class Record:
    """The record of one index."""

    def __init__(self, client: Client, names: Collections) -> None:
        """Take the connection and where to look."""
        self._client = client
        self._name = names.record

    def commits(self, *, surely: bool = True) -> list[Commit]:
        """Return the kept commits, the last of each generation, oldest first; never none.

        Args:
            surely: see every commit that was acknowledged, whatever the index's URL says.
        """
        read = self._client.query if surely else self._client.look
        rows = read(self._name, f"kind == {COMMIT}", ["row", "data"])
        return last_commits(rows)

    def newest(self, *, surely: bool = True) -> Commit:
        """Return the newest commit."""
        return self.commits(surely=surely)[-1]

    def state(self, commit: Commit) -> State:
        """Return the state of a commit."""
        return self.state_row(commit)[1]

    def state_row(self, commit: Commit) -> tuple[int, State]:
        """Return the key of the row of a commit's state, 0 where it has none, and the state."""
        where = f"kind == {STATE} and {alive(commit.edition)}"
        for row in self._client.query(self._name, where, ["row", "parts", "body"], commit.seen):
            pieces = self.pieces([row], commit.seen, kind=STATE_PIECE)
            return int(row["row"]), read_state(unpack(pieces[int(row["row"])]))
        return 0, State()

    def pieces(self, rows: Sequence[Row], at: int, *, kind: int = PIECE) -> dict[int, list[str]]:
        """Return all pieces of some rows, by their keys; the rows have `body` and `parts`."""
        found = {int(row["row"]): [str(row["body"])] for row in rows}
        long = [int(row["row"]) for row in rows if row["parts"]]
        columns = ["owner", "part", "body"]
        rest = self._client.query_ids(
            self._name, "owner", long, columns, where=f"kind == {kind}", at=at
        )
        for piece in sorted(rest, key=lambda row: int(row["part"])):
            found[int(piece["owner"])].append(str(piece["body"]))
        return found
