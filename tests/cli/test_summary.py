"""`flexflows summary`: what is counted, and how it is drawn."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from accounts import one_host
from commands import Flexflows, Profiles
from rich.cells import cell_len
from terminals import look

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]

FLOWS: list[dict[str, Any]] = [
    {
        "sid": "FO1",
        "friendly_name": "new",
        "channel_type": "web",
        "enabled": True,
        "date_created": "2022-01-01T00:00:00Z",
    },
    {"sid": "FO2", "channel_type": "web", "enabled": False, "date_created": "2016-08-01T00:30:00+01:00"},
    {"sid": "FO3", "channel_type": "pigeon", "enabled": None, "date_created": "2016-08-01T00:00:00Z"},
    {
        "sid": "FO4",
        "channel_type": {"odd": 1},
        "enabled": "yes",
        "date_created": "yesterday",
        "integration_type": "task",
    },
    {"sid": "FO5", "date_created": 7},
]


def counts(document: dict[str, Any], attribute: str) -> list[tuple[Any, int]]:
    return [(entry["value"], entry["flows"]) for entry in document[attribute]]


def test_counts(flexflows: Flexflows, account: Account) -> None:
    """Values are counted as they came, odd ones too; dates in whatever zone say which flow is oldest and newest."""
    document = flexflows("summary", "-o", "json", "--base-url", account(FLOWS).url).json
    total = document["all"]
    assert document["accounts"] == [{"profile": None, **total}]
    assert total["flows"] == 5
    assert counts(total, "channel_type") == [("web", 2), ("pigeon", 1), (None, 1), ({"odd": 1}, 1)]
    assert counts(total, "enabled") == [(None, 2), ("yes", 1), (False, 1), (True, 1)]
    assert counts(total, "integration_type") == [(None, 4), ("task", 1)]
    assert (total["oldest"]["sid"], total["newest"]["sid"]) == ("FO2", "FO1")


def test_accounts_and_all(flexflows: Flexflows, profiles: Profiles) -> None:
    """Each account is counted, and all of them together."""
    sandboxes = {name: Sandbox(flows, seed=flows) for name, flows in (("a", 5), ("b", 30))}
    third = Sandbox(9, seed=1)
    profiles({**sandboxes, "third": third})
    with one_host(*sandboxes.values(), third) as url:
        result = flexflows("summary", "--all-profiles", "-o", "json", "--base-url", url)
        text = flexflows("summary", "-p", "a", "-p", "b", "--base-url", url).text
    assert result.code == 0
    entries = {entry.pop("profile"): entry for entry in result.json["accounts"]}
    for name, sandbox in sandboxes.items():
        expected = Counter(flow["channel_type"] for flow in sandbox.flows)
        assert dict(counts(entries[name], "channel_type")) == expected
    assert result.json["all"]["flows"] == 35 + 9
    titles = [line for line in text.splitlines() if line.endswith(" flows")]
    assert titles == ["a  5 flows", "b  30 flows", "all accounts  35 flows"]


def test_broken_account(flexflows: Flexflows, profiles: Profiles) -> None:
    """An account that failed is an error in JSON and on standard error, and counts nowhere."""
    good, broken = Sandbox(5, seed=1), Sandbox(9, seed=2, faults=["403+"])
    profiles({"good": good, "broken": broken})
    with one_host(good, broken) as url:
        result = flexflows("summary", "--all-profiles", "-o", "json", "--base-url", url)
        drawn = flexflows("summary", "--all-profiles", "--base-url", url)
    assert (result.code, drawn.code) == (1, 1)
    assert list(result.json["accounts"][1]) == ["profile", "error"]
    assert result.json["all"]["flows"] == 5
    assert result.err.startswith("flexflows: profile 'broken': 403")
    assert "all accounts  5 flows" in drawn.lines


@pytest.mark.parametrize("flows", [0, 1, 300])
@pytest.mark.parametrize("width", [40, 60, 99, 100, 200])
def test_drawing(account: Account, width: int, flows: int) -> None:
    """The charts take the room of the terminal and no more: below each other, or side by side where that is wide."""
    seen = look("summary", "--base-url", account(flows).url, width=width)
    assert all(cell_len(line) <= width for line in seen.lines)
    assert seen.lines[0] == f"Flex Flows  {flows} flow{'' if flows == 1 else 's'}"
    if flows:
        titles = [line.split() for line in seen.lines if line.startswith("channel")]
        assert titles == [["channel"] if width < 100 else ["channel", "integration", "enabled"]]


def test_error(flexflows: Flexflows, account: Account) -> None:
    """A listing that breaks gives no summary: it would count too few."""
    result = flexflows("summary", "--base-url", account(3, faults=["401+"]).url)
    assert (result.code, result.out, result.err.count("\n")) == (1, b"", 1)
