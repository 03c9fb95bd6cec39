"""`make live`: its verdict tells what differs and what is new, and nothing that identifies an account."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flexflows import FlexFlow
from flexflows.sandbox import Sandbox

pytest.importorskip("twilio")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program as a module."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("compare")


@pytest.fixture
def run(live: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run the program on a sandbox, and return its exit code and its verdict, which has no credentials."""

    def run(**options: Any) -> tuple[int, str]:
        with Sandbox(**options) as sandbox:
            for name, value in sandbox.environment.items():
                monkeypatch.setenv(name, value)
            code = live.main()
        printed = capsys.readouterr().out
        assert not [each for each in (sandbox.account_sid, sandbox.auth_token) if each in printed]
        return code, printed

    return run


def test_it_prints_what_the_fragment_does_not_know_and_nothing_of_the_account(live: Any, run: Any) -> None:
    """Unknown fields, values and types are named if they are words; both clients read the same."""
    flow = {
        "sid": f"FO{1:032}",
        "friendly_name": "Sales of Ann",
        "channel_type": "carrier-pigeon",
        "integration_type": "+15005550006",
        "enabled": "perhaps",
        "integration": {"url": None, "loft": 3, "+15005550007": True},
    }
    code, printed = run(flows=[flow])
    findings = (
        live.SAME,
        "value carrier-pigeon of channel_type",
        "field integration.loft (int)",
        "field enabled with a value that does not fit (str)",
    )
    assert code == 0
    assert [finding for finding in findings if f"{finding}: 1\n" not in printed] == []
    assert [private for private in (flow["sid"], "Ann", "+1500", "perhaps") if private in printed] == []


@pytest.mark.parametrize(
    ("theirs", "different"),
    [
        ({"friendly_name": "Sales", "integration": {"timeout": 5, "url": None}, "_version": 1}, []),
        ({"friendly_name": None}, ["DIFFERENT: field friendly_name"]),
        ({"integration": {"timeout": 6}}, ["DIFFERENT: field integration"]),
        ({"a_new_field": 1, "another_field": 1}, ["DIFFERENT: field another_field"]),
    ],
)
def test_it_names_the_fields_that_differ(live: Any, theirs: dict[str, Any], different: list[str]) -> None:
    """A null in an object counts as missing, and what the fragment does not know is compared too."""
    ours = FlexFlow.from_dict({"friendly_name": "Sales", "integration": {"timeout": 5}, "a_new_field": 1})
    assert list(live.differences(ours, SimpleNamespace(**theirs))) == different


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("403", "FAILED: flexflows.PermissionDeniedError, status 403"),
        ("403@2", "FAILED: twilio.TwilioException"),
        ("nulls@2", "DIFFERENT: SIDs or their order: 5"),
        ("nulls@3", "DIFFERENT: small pages: 5"),
    ],
)
def test_it_fails_when_the_account_cannot_be_read_or_differs(run: Any, fault: str, failure: str) -> None:
    """The verdict has the kind of error or the difference, and the exit code is 1."""
    code, printed = run(flows=5, faults=[fault])
    assert code == 1
    assert failure in printed
