"""Who gets a turn: by the clock of a loop whose time passes only where everybody waits."""

import asyncio
import random
import selectors

import pytest
from fastapi import Request

from api.http.admission import Admission
from api.http.inbox import Inbox
from api.http.metrics import Metrics
from api.http.overload import OverloadedError
from api.http.pace import MOST, Pace


class _Instant(selectors.SelectSelector):
    """Selects without waiting, and remembers how long it would have waited."""

    passed = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready:
            self.passed += timeout or 0.0
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._instant = _Instant()
        super().__init__(self._instant)

    def time(self):
        return self._instant.passed


async def _forever():
    await asyncio.Event().wait()


def request() -> Request:
    scope = {"type": "http", "method": "POST", "headers": []}
    Inbox(scope, _forever)
    return Request(scope)


def p99(seconds):
    ranked = sorted(seconds)
    return ranked[int(0.99 * len(ranked))]


async def asking(admission, clients, seconds, work, at_once):
    """Have clients ask for some seconds; return the times of their answers, and the refusals.

    Work takes as much longer as there is other work beside it.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    answered, refused, working = [], [], [0]

    async def client():
        while clock() < until:
            started = clock()
            try:
                async with admission.turn(request()):
                    working[0] += 1
                    left = work()
                    while left > 0:
                        step = min(left, 0.006)
                        await asyncio.sleep(step * min(working[0], at_once))
                        left -= step
                    working[0] -= 1
                answered.append(clock() - started)
            except OverloadedError as error:
                refused.append(clock() - started)
                await asyncio.sleep(error.members["retry_after"] * random.uniform(0.05, 0.2))

    await asyncio.gather(*(client() for _ in range(clients)))
    return answered, refused


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_at_saturation_an_answer_takes_at_most_four_times_as_long_as_alone(cores):
    chance = random.Random(cores)

    def work():
        return chance.choice((0.008, 0.06)) * chance.uniform(0.7, 1.5)

    async def run():
        admission = Admission(cores, None, 30, Metrics())
        alone, none = await asking(admission, 1, 15, work, cores)
        full, shed = await asking(admission, 64, 40, work, cores)
        return alone, none, full, shed

    with asyncio.Runner(loop_factory=_Loop) as runner:
        alone, none, full, shed = runner.run(run())
    assert not none
    assert shed
    assert p99(full) <= MOST * p99(alone)
    # It is kept busy all the same.
    assert len(full) / 40 > 0.7 * len(alone) / 15


def test_a_number_of_places_is_kept_however_long_it_takes():
    async def run():
        admission = Admission(1, 3, 30, Metrics())
        return await asking(admission, 4, 20, lambda: 0.5, 1)

    with asyncio.Runner(loop_factory=_Loop) as runner:
        answered, refused = runner.run(run())
    assert not refused
    assert max(answered) == pytest.approx(2.0, abs=0.1)


def test_how_long_a_turn_is_waited_for_follows_from_how_long_work_takes():
    pace = Pace(2)
    assert pace.patience() == float("inf")
    for _ in range(30):
        pace.add(0.2, alone=False)
    # Nobody had the process to himself yet.
    assert pace.patience() == pytest.approx(0.2)
    for number in range(300):
        pace.add(0.1 if number % 10 == 0 else 0.01, alone=True)
    assert pace.patience() == pytest.approx(0.7 * 4 * 0.1 - 0.1)
    assert pace.wait(3) == pytest.approx(4 * pace.mean / 2)
    for _ in range(300):
        pace.add(0.4, alone=False)
    # However slow the others make it, a turn is waited for half as long as one takes.
    assert pace.patience() == pytest.approx(pace.mean / 2) == pytest.approx(0.2)
    # One at a time slows down nobody.
    assert pace.width == 1


def test_a_small_burst_waits_before_anything_is_known():
    async def run():
        admission = Admission(2, None, 30, Metrics())
        return await asking(admission, 5, 0.01, lambda: 0.3, 2)

    with asyncio.Runner(loop_factory=_Loop) as runner:
        answered, refused = runner.run(run())
    assert (len(answered), refused) == (5, [])
