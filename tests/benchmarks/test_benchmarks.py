"""The benchmark runs with little work, and compares only equal work."""

import importlib
import xml.etree.ElementTree as ET
from typing import Any

import pytest


def load(module: str) -> Any:
    return importlib.import_module(module)


@pytest.mark.slow
@pytest.mark.bench
def test_a_group_runs_with_little_work() -> None:
    """Clients list all flows of the benchmark's server, with their default page sizes and with equal ones."""
    pytest.importorskip("twilio")
    pytest.importorskip("orjson")
    measure = load("measure")
    measured = list(load("library").listing(measure.Options(rounds=1, quick=True)))
    assert ["default" in each.title for each in measured] == [True, False]
    for each in measured:
        assert all(figure > 0 for figures in each.figures.values() for figure in figures)


@pytest.mark.parametrize(("flows", "size", "pages"), [(5, 2, 3), (4, 2, 2), (2_501, 1000, 3), (0, 50, 1)])
def test_the_server_has_the_requested_number_of_flows(flows: int, size: int, pages: int) -> None:
    """The pages have all flows; a list longer than a full account repeats the account's flows."""
    server = load("server")
    seen: list[dict[str, Any]] = []
    for number in range(pages):
        page = load("json").loads(server.body(flows, size, number, "http://here"))
        seen += page["flex_flows"]
        following = page["meta"]["next_page_url"]
        assert following is None if number == pages - 1 else f"Page={number + 1}&" in following
    assert len(seen) == flows
    assert seen[2_500:] == seen[: max(0, flows - 2_500)]


def test_only_equal_work_is_compared(tmp_path: Any) -> None:
    """Contenders that return different numbers of records are an error."""
    pytest.importorskip("orjson")
    page = tmp_path / "page.json"
    page.write_text('{"flex_flows": [{}, {}]}')
    contenders = {str(times): ("orjson_page", {"page": str(page), "times": times}) for times in (1, 2)}
    with pytest.raises(RuntimeError, match=r"did not do the same work: \{'1': 2, '2': 4\}"):
        load("measure").measure("ms", contenders, 1)


def test_ratios_compare_figures_of_one_round() -> None:
    """A ratio is the median of the rounds' ratios with its quartiles, in RESULTS.md and on the terminal."""
    figures = {"ours": [1.0, 2.0, 1.0], "theirs": [4.0, 8.0, 5.0]}
    measure = load("measure").Measure("Work", "µs", figures)
    assert measure.ratios("theirs") == (4.0, 4.0, 4.5)
    assert "| theirs | 5.00 | 4.00 to 8.00 | **4.00×** (4.00 to 4.50) |" in load("report").section(measure)


def test_the_chart_has_a_bar_for_every_contender() -> None:
    """The SVG parses, escapes names, has only the selected figures, and has colors for a dark page."""
    measure = load("measure").Measure
    measures = [
        measure("Drawn", "ms", {"ours": [1.0], "<theirs> & more": [0.5]}),
        measure("Not drawn", "ms", {"ours": [1.0]}, drawn=False),
    ]
    svg = load("chart").draw(measures)
    root = ET.fromstring(svg)  # noqa: S314 - written a line above
    assert len(root.findall("{http://www.w3.org/2000/svg}rect")) == 2
    assert "prefers-color-scheme: dark" in svg
