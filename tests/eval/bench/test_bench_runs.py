"""Every benchmark that needs no peer, on the tiny set: that it measures, not how fast."""

import re
import shutil
from pathlib import Path

import pytest

from eval.bench import __main__ as bench
from eval.bench.table import Table, Target
from eval.peers import side_by_side
from eval.peers.excerpts import any_split, excerpt

TINY = Path(__file__).parents[3] / "eval" / "gold" / "tiny"


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    for name in ("cranfield", "scifact"):
        shutil.copytree(TINY, folder / name)
    return folder


def test_targets_are_kept_or_missed() -> None:
    assert Target("x", 5.0, 5, at_least=True).met
    assert not Target("x", 4.9, 5, at_least=True).met
    assert Target("x", 5.0, 5).met
    assert "MISSED" in str(Target("x", 5.1, 5))


def test_columns_line_up() -> None:
    _, title, columns, row, below = str(
        Table("t", ("", "seconds"), (("a long name", "1"),), ("below",))
    ).splitlines()
    assert (title, below) == ("t", "  below")
    assert len(columns) == len(row)


def test_sync_and_add_measure_the_real_index(
    sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["sync", "add", "--data", str(sets)]) == 0
    printed = capsys.readouterr().out
    assert "passages embedded again: 0, target ≤ 0: met" in printed
    assert "median until found" in printed


def test_ingest_and_search_measure_ours_alone_when_no_peer_is_named(
    sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(sets), "--docs", "6", "--queries", "4", "--peers"]
    assert bench.main(["ingest", "search", *arguments]) == 0
    printed = capsys.readouterr().out
    assert "ingest: cranfield" in printed
    assert "search: scifact, 6 documents" in printed


def test_memory_is_read_from_the_process(sets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["memory", "--data", str(sets), "--sizes", "5", "10"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    peaks = [float(row[1]) for row in rows if row[:1] in (["5"], ["10"]) and len(row) == 4]
    assert len(peaks) == 2
    assert min(peaks) > 20


def test_tables_are_written_into_their_place_on_a_page(
    tmp_path: Path, sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "figures.md"
    page.write_text("Above.\n<!-- baselines: sync -->\nold\n<!-- end -->\nBelow.\n")
    assert bench.main(["sync", "--data", str(sets), "--write", str(page)]) == 0
    written = page.read_text()
    assert written.startswith("Above.\n<!-- baselines: sync -->\n")
    assert written.endswith("<!-- end -->\nBelow.\n")
    assert "old" not in written
    assert "\n| --- |" in written
    assert "- passages embedded again: 0, target ≤ 0: met" in written
    assert "`python -m eval.bench sync --data IR_FOLDER`: " in written


@pytest.mark.slow
def test_soak_asks_for_everything_and_looks_at_the_servers_memory(
    sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["soak", "--data", str(sets), "--requests", "400"]) == 0
    printed = capsys.readouterr().out
    rows = [
        line.split()
        for line in printed.splitlines()
        if line.split()[:1] != [] and len(line.split()) == 5
    ]
    sizes = [float(row[4]) for row in rows if row[0].isdigit()]
    assert len(sizes) == 10
    assert min(sizes) > 20
    assert "failed: 0, target" in printed


def test_overhead_asks_the_same_of_both_sides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    options = ["--data", str(tmp_path), "--pairs", "1", "--questions", "3"]
    assert bench.main(["overhead", *options]) == 0
    printed = capsys.readouterr().out
    assert "overhead: 3 questions of seeds, 1 rounds" in printed
    seconds = [float(cell) for line in printed.splitlines() if line.split()[:1] == ["processors"]
               for cell in line.split()[1:3]]  # fmt: skip
    assert len(seconds) == 2
    assert min(seconds) > 0


def test_our_worker_is_scored_by_the_judgements(tmp_path: Path) -> None:
    part = excerpt(any_split(TINY), tmp_path / "part", docs=None, queries=None)
    measured = side_by_side.measure("excerpt", part)
    assert measured.wordpieces > 0
    assert len(measured.latencies_ms) == len(part.queries)
    assert 0.5 < measured.ndcg10 <= 1


def test_a_benchmark_that_fails_is_told_and_the_rest_still_run(
    tmp_path: Path, sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(sets / "scifact", tmp_path / "scifact")
    assert bench.main(["ingest", "sync", "--data", str(tmp_path), "--peers"]) == 1
    captured = capsys.readouterr()
    assert "ingest failed" in captured.err
    assert "sync: scifact" in captured.out


def test_an_unknown_benchmark_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench.main(["speed", "--data", str(tmp_path)])


def test_ask_reads_with_the_same_network_on_both_sides(
    sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    assert bench.main(["ask", "--data", str(sets), "--questions", "2"]) == 0
    agreed = re.search(r"same best span in (\d+)% of the passages", capsys.readouterr().out)
    assert agreed is not None
    assert int(agreed[1]) >= 75
