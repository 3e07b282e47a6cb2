"""What measuring adds to asking: `excerpt-eval qa --open` beside the engine alone.

Both ask the same questions of the same index with the same reader, as many at once, in turn. The
harness's side is the whole run: reading the data, opening the index, finding where answers were
lost, scoring, saving, and the figures at the end. Processor time is that of the whole process;
other programs disturb it less than the clock.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

from eval.bench.bench_session import Session, say
from eval.bench.table import Table, Target
from eval.data import read_questions
from eval.harness.qa import QAConfig, engine_over, run_qa
from eval.harness.sample import every_nth
from eval.runs.driver import Outcome, in_order
from eval.types import Question
from retrieval.engine import Engine
from retrieval.reader.registry import open_reader

Times = tuple[float, float]
"""Seconds by the clock and of the processors."""


def run(session: Session) -> list[Table]:
    """Ask all the questions of both sides in turn, the first turn unmeasured."""
    options = session.options
    config = QAConfig(open=True, limit=options.questions)
    data = read_questions(options.qa)
    questions = every_nth(data.questions, options.questions)
    reader = open_reader("fast")
    alone: list[Times] = []
    measured: list[Times] = []
    with engine_over(data.contexts, config, reader) as engine:
        _ask(engine, questions, config)
        for number in range(options.pairs):
            say(f"round {number + 1} of {options.pairs} …")
            folder = session.workspace / f"overhead-{number}"
            alone.append(_timed(partial(_ask, engine, questions, config)))
            measured.append(_timed(partial(run_qa, options.qa, folder, config, reader=reader)))
    return [_table(alone, measured, len(questions), data.name)]


def _ask(engine: Engine, questions: Sequence[Question], config: QAConfig) -> None:
    def work(question: Question) -> Outcome:
        engine.ask(question.text, config.k)
        return {}, {}

    for _ in in_order(work, questions, config.threads):
        pass


def _timed(work: Callable[[], object]) -> Times:
    clock, processors = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processors


def _table(alone: list[Times], measured: list[Times], count: int, name: str) -> Table:
    rows, targets = [], []
    for column, what in enumerate(("clock", "processors")):
        ours, theirs = ([each[column] for each in side] for side in (measured, alone))
        added = median(one / other - 1 for one, other in zip(ours, theirs, strict=True))
        rows.append((what, f"{median(theirs):.2f}", f"{median(ours):.2f}", f"{added:+.1%}"))
        targets.append(str(Target(f"added, by the {what}", 100 * added, 10, unit=" %")))
    title = f"overhead: {count} questions of {name}, {len(alone)} rounds"
    return Table(title, ("seconds", "engine", "harness", "added"), tuple(rows), tuple(targets))
