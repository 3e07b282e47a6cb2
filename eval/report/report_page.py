"""The report: one page that needs nothing but itself."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from eval.errors import RunError
from eval.measures import MEASURES
from eval.report import charts
from eval.report.cards import MOST, Failures, failures
from eval.runs.comparison import check_paired
from eval.runs.record import Run
from eval.runs.statistics import difference, interval
from eval.types import Columns, Kind, Measure

MOST_RUNS = 4


def _resource(name: str) -> str:
    return (files("eval.report") / name).read_text("utf-8")


def run_names(runs: Sequence[Run]) -> list[str]:
    """Return a short name for each run: what its configuration has of its own, or its folder."""
    settings = [{**run.plan.config, **run.plan.code} for run in runs]
    keys = [key for key in settings[0] if len({str(each.get(key)) for each in settings}) > 1]
    names = [", ".join(f"{key} {each.get(key)}" for key in keys) for each in settings]
    distinct = all(names) and len(set(names)) == len(names)
    return names if distinct else [run.folder.name for run in runs]


def _figure(measure: Measure, columns: Columns) -> str:
    found = interval(measure, columns)
    if found is None:
        return "<td>–</td>"
    return f"<td><b>{found.value:.3f}</b> <small>{found.low:.3f} to {found.high:.3f}</small></td>"


def _change(measure: Measure, first: Columns, other: Columns) -> str:
    found = difference(measure, first, other)
    if found is None:
        return "<td>–</td>"
    css = {True: "better", False: "worse", None: ""}[found.better]
    interval_words = f"{found.difference.low:+.3f} to {found.difference.high:+.3f}"
    return (
        f'<td class="{css}"><b>{found.difference.value:+.3f}</b> '
        f"<small>{interval_words}, p = {found.p_value:.3f}</small></td>"
    )


def _headline(kind: Kind, names: Sequence[str], all_columns: Sequence[Columns]) -> str:
    heads = "".join(
        f'<th><span class="key run{number}">{escape(name)}</span></th>'
        for number, name in enumerate(names)
    )
    heads += "".join(f"<th>{escape(name)} less the first</th>" for name in names[1:])
    if len(names) == 1:
        heads += '<th class="meaning">what it means</th>'
    rows = []
    for measure in MEASURES[kind]:
        cells = "".join(_figure(measure, columns) for columns in all_columns)
        cells += "".join(_change(measure, all_columns[0], other) for other in all_columns[1:])
        better = "higher" if measure.higher_is_better else "lower"
        title = escape(f"{measure.meaning}; {better} is better. {measure.source}")
        if len(names) == 1:
            cells += f'<td class="meaning">{escape(measure.meaning)}; {better} is better</td>'
        name = measure.name.replace("_", "_<wbr>")
        rows.append(f'<tr><th scope="row" title="{title}">{name}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table><thead><tr><th>measure</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _charts(
    runs: Sequence[Run],
    names: Sequence[str],
    all_columns: Sequence[Columns],
    wrong: Sequence[Failures],
) -> str:
    made = []
    kind = runs[0].plan.kind
    if kind == "qa":
        made += [charts.reliability_diagram(all_columns), charts.risk_coverage_curve(all_columns)]
    for name, columns in zip(names, all_columns, strict=True):
        if kind == "qa":
            made.append(charts.score_histogram(columns, name))
        elif kind == "retrieval":
            made.append(charts.value_histogram(columns["nDCG@10"], "nDCG@10", name))
    for name, run, lost in zip(names, runs, wrong, strict=True):
        if any(lost.stages):
            made.append(charts.losses(lost.stages, name))
        made.append(charts.latency(run, name))
    return f'<div class="charts">{"".join(made)}</div>'


def _facts(run: Run) -> str:
    plan = run.plan
    facts = {
        "data": f"{plan.data}, {plan.n} questions, sha256 {plan.data_sha256[:12]}",
        "started": run.started,
        "configuration": ", ".join(f"{key} {value}" for key, value in plan.config.items()),
        "models": ", ".join(f"{key} {value}" for key, value in plan.models.items()),
        "index": ", ".join(f"{key} {value}" for key, value in plan.index.items()),
        "code": ", ".join(f"{key} {value}" for key, value in plan.code.items()),
    }
    rows = "".join(
        f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text
    )
    return f"<details><summary>{escape(run.folder.name)}</summary><dl>{rows}</dl></details>"


def _measures(run: Run) -> str:
    rows = "".join(
        f"<dt>{each.name}</dt><dd>{escape(each.meaning)} <cite>{escape(each.source)}</cite></dd>"
        for each in MEASURES[run.plan.kind]
    )
    return f"<details><summary>What the measures mean</summary><dl>{rows}</dl></details>"


def _failures(runs: Sequence[Run], names: Sequence[str], wrong: Sequence[Failures]) -> str:
    cards = [card for each in wrong for card in each.cards]
    asked, total = sum(run.plan.n for run in runs), sum(each.count for each in wrong)
    said = f"{total:,} of {asked:,} questions were not answered as expected."
    said += " The worst come first, and of equally wrong ones the surest."
    if total > len(cards):
        said += f" The first {MOST:,} of each run are listed."
    options = "".join(
        f'<option value="{n}">{escape(name)}</option>' for n, name in enumerate(names)
    )
    chooser = f'<select id="run"><option value="">every run</option>{options}</select>'
    return (
        f'<p>{said}</p><form><input id="words" type="search" placeholder="Words to find" '
        f'aria-label="Words to find">{chooser}<select id="stage"><option value="">lost at any '
        f'stage</option></select><output id="shown"></output></form>'
        f'<div id="cards">{"".join(cards)}</div>'
    )


def render(runs: Sequence[Run]) -> str:
    """Return the page for one run, or for several of the same questions (the first is compared to).

    Raises:
        RunError: when there are more than four or they asked different questions.
    """
    if len(runs) > MOST_RUNS:
        raise RunError(f"a report holds at most {MOST_RUNS} runs, {len(runs)} were given")
    for run in runs[1:]:
        check_paired(runs[0], run)
    all_columns, names = [run.columns for run in runs], run_names(runs)
    first = runs[0].plan
    title = f"{first.data}: {first.kind}, {first.n:,} questions"
    note = "95 % bootstrap intervals over questions. What the measures mean is said below."
    wrong = [failures(run, number) for number, run in enumerate(runs)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{_resource('page.css')}</style></head>"
        f'<body class="{"one" if len(runs) == 1 else "several"}"><main>'
        f"<h1>{escape(title)}</h1><p>{note}</p>{_headline(first.kind, names, all_columns)}"
        f"{_charts(runs, names, all_columns, wrong)}"
        f"<h2>What went wrong</h2>{_failures(runs, names, wrong)}"
        f"<h2>How this was made</h2>{''.join(_facts(run) for run in runs)}{_measures(runs[0])}"
        f"</main><script>{_resource('page.js')}</script></body></html>\n"
    )
