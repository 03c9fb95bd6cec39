"""`flexflows summary`: the counts, and their table."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from accounts import one_host
from commands import Flexflows, Profiles
from rich.cells import cell_len
from terminals import look

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]

FLOWS: list[dict[str, Any]] = [
    {"sid": "FO1", "channel_type": "web", "enabled": True},
    {"sid": "FO2", "channel_type": "web", "enabled": False},
    {"sid": "FO3", "channel_type": "pigeon", "enabled": None},
    {"sid": "FO4", "channel_type": {"odd": 1}, "enabled": "yes", "integration_type": "task"},
    {"sid": "FO5", "date_created": 7},
]


def counts(document: dict[str, Any], attribute: str) -> list[tuple[Any, int]]:
    return [(entry["value"], entry["flows"]) for entry in document[attribute]]


def test_counts(flexflows: Flexflows, account: Account) -> None:
    """All values are counted, odd ones too, with the account and the date."""
    sandbox = account(FLOWS)
    document = flexflows("summary", "-o", "json", "--base-url", sandbox.url).json
    total = document["all"]
    identity = {"profile": None, "other_profiles": [], "account_sid": sandbox.account_sid, "is_complete": True}
    assert document["accounts"] == [{**identity, **total}]
    assert (document["accounts_read"], total["flows"]) == (1, 5)
    assert datetime.fromisoformat(document["date"]).tzinfo is not None
    assert counts(total, "channel_type") == [("web", 2), ("pigeon", 1), (None, 1), ({"odd": 1}, 1)]
    assert counts(total, "enabled") == [(None, 2), ("yes", 1), (False, 1), (True, 1)]
    assert counts(total, "integration_type") == [(None, 4), ("task", 1)]


def test_words_that_look_like_json(flexflows: Flexflows, account: Account) -> None:
    """Text such as null, true or a number differs from the value, and an empty text from null."""
    values = ["null", None, "", "true", True, "7", 7, "yes"]
    text = flexflows("summary", "--base-url", account([{"channel_type": value} for value in values]).url).text
    labels = {line.split()[0] for line in text.splitlines() if "12 %" in line}
    assert labels == {'"null"', "null", '""', '"true"', "true", '"7"', "7", "yes"}


def test_accounts_and_total(flexflows: Flexflows, profiles: Profiles) -> None:
    """There are counts per account and in total; the total has the number of accounts."""
    crowd = {name: Sandbox(flows, seed=flows) for name, flows in (("a", 5), ("b", 30), ("third", 9))}
    profiles(crowd)
    with one_host(*crowd.values()) as url:
        result = flexflows("summary", "--all-profiles", "-o", "json", "--base-url", url)
        text = flexflows("summary", "-p", "a", "-p", "b", "--base-url", url).text
    assert result.code == 0
    entries = {entry.pop("profile"): entry for entry in result.json["accounts"]}
    for name, sandbox in crowd.items():
        expected = Counter(flow["channel_type"] for flow in sandbox.flows)
        assert dict(counts(entries[name], "channel_type")) == expected
        assert entries[name]["account_sid"] == sandbox.account_sid
    assert (result.json["all"]["flows"], result.json["accounts_read"]) == (35 + 9, 3)
    assert f"a  {crowd['a'].account_sid} · 5 flows" in text
    assert "2 of 2 accounts · 35 flows · 20" in text


def test_broken_account(flexflows: Flexflows, profiles: Profiles) -> None:
    """An account that failed is an error in JSON and on standard error, and counts nowhere."""
    good, broken = Sandbox(5, seed=1), Sandbox(9, seed=2, faults=["403+"])
    profiles({"good": good, "broken": broken})
    with one_host(good, broken) as url:
        result = flexflows("summary", "--all-profiles", "-o", "json", "--base-url", url)
        drawn = flexflows("summary", "--all-profiles", "--base-url", url)
    assert (result.code, drawn.code) == (1, 1)
    assert result.json["accounts"][1]["error"].startswith("403")
    assert (result.json["all"]["flows"], result.json["accounts_read"], len(result.json["accounts"])) == (5, 1, 2)
    assert result.err.startswith("flexflows: profile 'broken': 403")
    assert "1 of 2 accounts · 5 flows" in drawn.text


def test_limit(flexflows: Flexflows, account: Account) -> None:
    """A count cut off by --limit is marked."""
    url = account(9).url
    assert "5 flows (more were left out by --limit)" in flexflows("summary", "--limit", 5, "--base-url", url).text
    assert (
        flexflows("summary", "--limit", 5, "-o", "json", "--base-url", url).json["accounts"][0]["is_complete"] is False
    )
    assert (
        flexflows("summary", "--limit", 9, "-o", "json", "--base-url", url).json["accounts"][0]["is_complete"] is True
    )


@pytest.mark.parametrize("flows", [0, 1, 300])
@pytest.mark.parametrize("width", [40, 60, 120])
def test_charts_fit_the_terminal(account: Account, width: int, flows: int) -> None:
    """The charts are no wider than the terminal."""
    sandbox = account(flows)
    seen = look("summary", "--base-url", sandbox.url, width=width)
    assert all(cell_len(line) <= width for line in seen.lines)
    assert seen.lines[0].startswith(sandbox.account_sid)
    assert [line for line in seen.lines if line.startswith("channel_type")] == ["channel_type"] * bool(flows)


def test_error(flexflows: Flexflows, account: Account) -> None:
    """A failing listing has no summary: its counts would be too low."""
    result = flexflows("summary", "--base-url", account(3, faults=["401+"]).url)
    assert (result.code, result.out, result.err.count("\n")) == (1, b"", 1)
