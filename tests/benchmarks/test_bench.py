"""The benchmark compares equal work, and only figures of the same round."""

import importlib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program as a module."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return importlib.import_module("bench")


def test_a_ratio_is_the_median_of_the_ratios_of_each_round(bench: Any) -> None:
    """A ratio compares figures of one round; the first contender has none."""
    lines = str(bench.Table("Work", {"ours": [1.0, 2.0, 1.0], "theirs": [4.0, 8.0, 5.0]})).splitlines()
    assert "| ours | 1.0 | 1.0 to 2.0 |  |" in lines
    assert "| theirs | 5.0 | 4.0 to 8.0 | **4.00×** (4.00 to 4.50) |" in lines


@pytest.mark.slow
def test_contenders_that_read_different_numbers_of_records_are_an_error(bench: Any) -> None:
    """Each contender works in a process of its own, and returns how many records it read."""
    contenders = {name: (bench.decode, name) for name in ("flexflows", "orjson, dictionaries")}
    assert {len(figures) for figures in bench.measure("Pages", contenders, 2, "CPU").figures.values()} == {2}
    contenders["nothing"] = (bench.run, "--version")
    with pytest.raises(RuntimeError, match=r"different numbers of records: \{'flexflows': \d+.*'nothing': 0\}"):
        bench.measure("Pages", contenders, 2, "CPU")
