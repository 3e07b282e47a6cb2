"""Work beside its caller: at the same time where a core is to spare, and never left running."""

import threading

import pytest

from retrieval.search.spare_core import SpareCore


def test_work_is_done_at_the_same_time_where_a_core_is_to_spare() -> None:
    begun, told = threading.Event(), threading.Event()

    def work() -> int:
        begun.set()
        assert told.wait(10)
        return threading.get_ident()

    with SpareCore(2)(work) as result:
        assert begun.wait(10)
        told.set()
        assert result() != threading.get_ident()


def test_with_a_caller_for_each_core_work_waits_for_its_caller() -> None:
    spare_core, done = SpareCore(2), []
    with spare_core(lambda: None), spare_core(lambda: done.append(threading.get_ident())) as result:
        assert done == []
        result()
    assert done == [threading.get_ident()]
    with spare_core(threading.get_ident) as result:
        assert result() != threading.get_ident()


def test_on_one_core_everything_is_done_by_its_caller() -> None:
    with SpareCore(1)(threading.get_ident) as result:
        assert result() == threading.get_ident()


def test_nothing_runs_any_longer_when_the_caller_fails() -> None:
    failed, done = threading.Event(), []

    def work() -> None:
        assert failed.wait(10)
        done.append(True)

    def fail() -> None:
        failed.set()
        raise ValueError("no vector")

    with pytest.raises(ValueError, match="no vector"), SpareCore(2)(work):
        fail()
    assert done == [True]


@pytest.mark.parametrize("cores", [1, 2])
def test_a_failure_is_the_callers(cores: int) -> None:
    def work() -> None:
        raise ValueError("no terms")

    with pytest.raises(ValueError, match="no terms"), SpareCore(cores)(work) as result:
        result()
