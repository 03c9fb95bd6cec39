"""`flexflows summary`: the counts, and their charts."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from commands import Account, Flexflows
from terminals import look
from wcwidth import wcswidth

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
    sandbox = account([{**flow, "account_sid": "AC1"} for flow in FLOWS])
    document = flexflows("summary", "-o", "json").json
    total = document["all"]
    identity = {"profile": None, "other_profiles": [], "account_sid": "AC1", "is_complete": True}
    assert sandbox.requests
    assert document["accounts"] == [{**identity, **total}]
    assert (document["accounts_read"], total["flows"]) == (1, 5)
    assert datetime.fromisoformat(document["date"]).tzinfo is not None
    assert counts(total, "channel_type") == [("web", 2), ("pigeon", 1), (None, 1), ({"odd": 1}, 1)]
    assert counts(total, "enabled") == [(None, 2), ("yes", 1), (False, 1), (True, 1)]
    assert counts(total, "integration_type") == [(None, 4), ("task", 1)]


def test_accounts_and_total(flexflows: Flexflows, account: Account) -> None:
    """There are counts per account and in total; the total has the number of accounts."""
    sandbox = account(accounts={"a": 5, "b": 30, "third": 9})
    result = flexflows("summary", "--all-profiles", "-o", "json")
    text = flexflows("summary", "-p", "a", "-p", "b").text
    entries = {entry.pop("profile"): entry for entry in result.json["accounts"]}
    for name, each in sandbox.accounts.items():
        assert dict(counts(entries[name], "channel_type")) == Counter(flow["channel_type"] for flow in each.flows)
        assert entries[name]["account_sid"] == each.account_sid
    assert (result.json["all"]["flows"], result.json["accounts_read"]) == (35 + 9, 3)
    assert f"a  {sandbox.account_sid} · 5 flows" in text
    assert "2 of 2 accounts read · 35 flows" in text


def test_a_broken_account(flexflows: Flexflows, account: Account) -> None:
    """An account that failed is an error in JSON and on standard error, and counts nowhere."""
    account(accounts={"good": 5, "broken": 5}, faults=["403", "403@3"])
    result = flexflows("summary", "--all-profiles", "-o", "json")
    errors = [entry["error"] for entry in result.json["accounts"] if "error" in entry]
    assert (result.code, len(errors), result.err.count("\n")) == (1, 1, 1)
    assert errors[0] in result.err
    assert (result.json["all"]["flows"], result.json["accounts_read"]) == (5, 1)
    assert "1 of 2 accounts read · 5 flows" in flexflows("summary", "--all-profiles").text


@pytest.mark.parametrize("flows", [0, 1, 300])
@pytest.mark.parametrize("width", [40, 60, 120])
def test_charts_fit_the_terminal(account: Account, width: int, flows: int) -> None:
    account(flows)
    view = look("summary", width=width)
    assert all(wcswidth(line) <= width for line in view.lines)
    assert [line for line in view.lines if line.startswith("channel_type")] == ["channel_type"] * bool(flows)
