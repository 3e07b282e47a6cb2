"""docs/capacity.md is what the script prints, and its arithmetic holds."""

from dataclasses import replace
from pathlib import Path

import pytest

from eval.capacity.__main__ import main
from eval.capacity.plan import ASSUMED, SIZES, Size, embed, passages_a_second, serve, stops
from eval.capacity.rates import GIB, GPU, RATES, Machine, Rates, read_rates, write_rates

ROUND = Rates(
    command="by hand",
    machine="paper",
    passages=1000,
    wordpieces=100,
    cut_seconds=0.001,
    embed_seconds=0.009,
    store_seconds=0.0004,
    lists_seconds=0.0001,
    export_seconds=0.0001,
    import_seconds=0.0005,
    exchange_bytes=2000,
    catalog_bytes=1000,
    vectors_bytes=1500,
    lists_bytes=100,
    terms_bytes=400,
    ask_seconds=0.1,
    process_bytes=GIB,
)
TEN = Machine("ten", 10, 16, 1.0, 2.0)


def test_the_page_is_what_the_script_prints(capsys):
    assert main([]) == 0
    page = Path(__file__).parents[2] / "docs" / "capacity.md"
    assert page.read_text("utf-8") == capsys.readouterr().out, (
        "run `python -m eval.capacity > docs/capacity.md`"
    )


def test_as_many_machines_as_make_it_in_time():
    assert passages_a_second(TEN, ROUND) == pytest.approx(1000)
    one = embed(Size(3_600_000, "", 1), TEN, ROUND)
    assert (one.machines, one.hours, one.dollars) == (1, pytest.approx(1), pytest.approx(2))
    three = embed(Size(9_000_000, "", 1), TEN, ROUND)
    assert (three.machines, three.hours) == (3, pytest.approx(2.5 / 3))
    assert three.dollars == pytest.approx(2 * 2.5)


def test_a_gpu_is_no_faster_than_what_its_cores_cut():
    slow = replace(ROUND, cut_seconds=1.0)
    assert passages_a_second(GPU, slow) == pytest.approx(GPU.cores)
    few = {**ASSUMED, "gpu_share": 1e-6}
    assert passages_a_second(GPU, ROUND, few) == pytest.approx(121e6 / (100 * 24e6))


def test_ten_million_are_a_folder_and_more_are_milvus_with_copies():
    folder, many, _ = (serve(size, ROUND) for size in SIZES)
    assert (folder.design, folder.machines) == ("one folder", 1)
    assert folder.memory_bytes == GIB + 10_000_000 * 500
    assert folder.disk_bytes == 10_000_000 * 3000 * 2
    assert many.design == "Milvus"
    assert many.memory_bytes == 1e9 * (500 + 64) * 2
    assert many.machines * 256 * GIB * 0.7 >= many.memory_bytes
    assert (many.machines - 1) * 256 * GIB * 0.7 < many.memory_bytes


def test_what_costs_twice_as_much_stops_at_half():
    before = {each.what: each.passages for each in stops(ROUND)}
    after = {each.what: each.passages for each in stops(replace(ROUND, store_seconds=0.0008))}
    assert after["one writer in a day"] == pytest.approx(before["one writer in a day"] / 2)
    ordered = [each.passages for each in stops(ROUND)]
    assert ordered == sorted(ordered)


def test_rates_are_kept_and_none_may_be_missing(tmp_path):
    from dataclasses import asdict

    write_rates(asdict(ROUND), tmp_path / "rates.json")
    assert read_rates(tmp_path / "rates.json") == ROUND
    values = asdict(ROUND)
    del values["cut_seconds"]
    with pytest.raises(TypeError, match="cut_seconds"):
        write_rates(values, tmp_path / "rates.json")
    assert read_rates(RATES).passages >= 1000
