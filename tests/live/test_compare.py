"""`make live`: its verdict tells what differs and what is new, and nothing that identifies an account."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flexflows.sandbox import Sandbox

pytest.importorskip("twilio")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Run the program on a sandbox, and return its exit code and the lines after the first."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    compare = importlib.import_module("compare")

    def run(**options: Any) -> tuple[int, list[str]]:
        with Sandbox(**options) as sandbox:
            for name, value in sandbox.environment.items():
                monkeypatch.setenv(name, value)
            return compare.main(), capsys.readouterr().out.splitlines()[1:]

    return run


def test_it_names_what_is_new_and_nothing_of_the_account(run: Any) -> None:
    """Unknown fields, types and values are named if they are words; a null in an object counts as missing."""
    flow = {
        "sid": f"FO{1:032}",
        "friendly_name": "Ann",
        "channel_type": "carrier-pigeon",
        "integration_type": "+15005550006",
        "enabled": "perhaps",
        "date_created": "2019-11-05T16:21:39Z",
        "integration": {"url": None, "timeout": 5, "loft": 3, "+15005550007": True},
    }
    assert run(flows=[flow]) == (
        0,
        [
            "flows: 1, which both read the same",
            "unknown: type of field enabled, str: 1",
            "unknown: field integration.loft, int: 1",
            "unknown: field (not printed), bool: 1",
            "unknown: value carrier-pigeon of channel_type: 1",
            "unknown: value (not printed) of integration_type: 1",
        ],
    )


@pytest.mark.parametrize(
    ("fault", "difference"),
    [
        ("nulls@2", "DIFFERENT: the list, or its small pages: 1"),
        ("nulls@5", "DIFFERENT: the list, or its small pages: 1"),
        ("unknown-values@5", "DIFFERENT: field channel_type: 5"),
    ],
    ids=["small pages", "Twilio's SDK", "fields of Twilio's SDK"],
)
def test_it_fails_when_the_clients_read_differently(run: Any, fault: str, difference: str) -> None:
    """The exit code is 1, and the verdict says where the difference is."""
    code, lines = run(flows=5, faults=[fault])
    assert code == 1
    assert lines[0] == "flows: 5, which both read differently"
    assert difference in lines
