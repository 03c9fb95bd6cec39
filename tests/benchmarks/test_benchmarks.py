"""The benchmark runs, on little work; and what it makes of figures is right."""

import importlib
import xml.etree.ElementTree as ET
from typing import Any

import pytest

GROUPS = {
    "records": ("twilio", "orjson"),
    "listing": ("twilio", "orjson"),
    "latency": ("twilio",),
    "memory": (),
}


def load(module: str) -> Any:
    return importlib.import_module(module)


@pytest.fixture
def measures() -> list[Any]:
    """Two measures: one with all kinds of verdicts, one whose contenders' names need care."""
    measure, target = load("measure").Measure, load("measure").Target
    figures = {"ours": [1.0, 2.0, 1.0], "theirs": [4.0, 8.0, 5.0], "<floor> & more": [0.5, 0.5, 0.5]}
    targets = (
        target("theirs", "times less", 3, 4),
        target("<floor> & more", "times", 3, 1.5),
        target("theirs", "more", -9, -10),
    )
    return [
        measure("Work | done", "µs", figures, targets, "A note.", tuple(figures)),
        measure("Other", "s", {"ours": [1.0]}),
    ]


@pytest.mark.bench
@pytest.mark.parametrize("group", GROUPS)
def test_a_group_measures_something_on_little_work(group: str) -> None:
    """Each group gives figures for every contender, and targets that name one."""
    for needed in GROUPS[group]:
        pytest.importorskip(needed)
    measured = list(load(group).measure(load("options").Options(rounds=1, quick=True)))
    assert measured
    for measure in measured:
        assert all(figure > 0 for figures in measure.figures.values() for figure in figures)
        assert measure.verdicts()


def test_the_library_is_timed_from_records_served_beforehand() -> None:
    """A worker lists what the server of the measurements has, at any page size it rendered."""
    workers = load("workers")
    with load("pages").serving(120, page_sizes=[50, 1000]) as url:
        contenders = {
            "defaults": workers.Worker("listing", "flexflows", url=url),
            "50 a page": workers.Worker("listing", "flexflows", url=url, page_size=50),
            "async": workers.Worker("listing", "flexflows_async", url=url),
            "prefetch": workers.Worker("latency", "prefetch", url=url),
            "async prefetch": workers.Worker("latency", "prefetch_async", url=url),
        }
        samples = workers.interleave(contenders, 2)
    assert {name: [turn.records for turn in turns] for name, turns in samples.items()} == {
        "defaults": [120, 120],
        "50 a page": [120, 120],
        "async": [120, 120],
        "prefetch": [120, 120],
        "async prefetch": [120, 120],
    }


def test_contenders_that_do_other_work_are_not_compared() -> None:
    """A contender that loses records is no faster one."""
    workers = load("workers")
    contenders = {str(count): workers.Worker("latency", "work_alone", flows=count) for count in (0, -1000)}
    with pytest.raises(RuntimeError, match="did not do the same work"):
        workers.interleave(contenders, 1)


def test_verdicts_are_medians_of_ratios_within_a_round(measures: list[Any]) -> None:
    """A ratio compares figures of one round; the median and the quartiles are those of the ratios."""
    faster, floor, more = measures[0].verdicts()
    assert (faster.median, faster.low, faster.high, faster.met) == (4.0, 4.0, 4.5, "goal met")
    assert (floor.median, floor.met) == (2.0, "met, goal missed")
    assert (more.median, more.met) == (-4.0, "missed")


def test_the_page_says_what_was_missed(measures: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """RESULTS.md has a row for every target, the figures of every contender, and the notes."""
    report = load("report")
    monkeypatch.setattr(report, "version", lambda name: f"of {name}")
    page = report.page(measures, command="make bench")
    assert "| Work \\| done | theirs | **4.00× less** |" in page
    assert "| <floor> & more | **2.00×** | 2.00 to 3.00 | ≤ 3× | ≤ 1.5× | met, goal missed |" in page
    assert "| **-4.0 MiB** |" in page
    assert "missed |" in page
    assert "A note." in page


def test_the_terminal_shows_figures_and_verdicts(measures: list[Any]) -> None:
    """Every contender has its line, every target its verdict."""
    text = load("report").terminal(measures)
    assert "4.00× less than theirs  4.00 to 4.50  (at least 3×, goal 4×)  GOAL MET" in text
    assert "theirs" in text


def test_the_chart_is_one_svg_with_a_bar_for_every_contender_to_draw(measures: list[Any]) -> None:
    """The picture parses, escapes names, and has colours for a dark page."""
    svg = load("chart").draw(measures)
    root = ET.fromstring(svg)  # noqa: S314 - written a line above
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 3
    assert "prefers-color-scheme: dark" in svg
