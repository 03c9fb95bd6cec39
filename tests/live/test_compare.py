"""`make live`: its verdict tells what differs and what is new, and nothing that identifies an account."""

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flexflows import FlexFlow
from flexflows.sandbox import Sandbox

pytest.importorskip("twilio")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The program as a module, in an environment without credentials."""
    for name in ("ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET"):
        monkeypatch.delenv(f"TWILIO_{name}", raising=False)
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("compare")


def test_it_prints_what_the_fragment_does_not_know_and_nothing_of_the_account(
    live: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown fields, values and types are named if they are words; both clients read the same."""
    flow = {
        "sid": f"FO{1:032}",
        "friendly_name": "Sales of Ann",
        "channel_type": "carrier-pigeon",
        "integration_type": "+15005550006",
        "enabled": "perhaps",
        "integration": {"url": None, "loft": 3, "+15005550007": True},
    }
    with Sandbox(flows=[flow]) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        assert live.main() == 0
    printed = capsys.readouterr().out
    assert "the same as Twilio's SDK: 1 flows" in printed
    for unknown in (
        "value carrier-pigeon of channel_type",
        "field integration.loft",
        "enabled with a value that does not",
    ):
        assert unknown in printed
    for private in (flow["sid"], "Ann", "+1500", "perhaps", sandbox.account_sid, sandbox.auth_token):
        assert private not in printed


@pytest.mark.parametrize(
    ("theirs", "different"),
    [
        ({"friendly_name": "Sales", "integration": {"timeout": 5, "url": None}, "_version": 1}, []),
        ({"friendly_name": "sales"}, ["field friendly_name"]),
        ({"friendly_name": None}, ["field friendly_name"]),
        ({"integration": {"timeout": 6}}, ["field integration"]),
        ({"a_new_field": 1}, []),
        ({"another_field": 1}, ["field another_field"]),
    ],
)
def test_it_names_the_fields_that_differ(live: Any, theirs: dict[str, Any], different: list[str]) -> None:
    """A null in an object counts as missing, and what the fragment does not know is compared too."""
    ours = FlexFlow.from_dict({"friendly_name": "Sales", "integration": {"timeout": 5}, "a_new_field": 1})
    assert list(live.differences(ours, SimpleNamespace(**theirs))) == different


@pytest.mark.parametrize(
    ("fault", "failure"),
    [("403", "FAILED: flexflows.PermissionDeniedError, status 403"), ("403@2", "FAILED: twilio.TwilioException")],
)
def test_it_fails_when_the_account_cannot_be_read(
    live: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str, failure: str
) -> None:
    """The verdict has the kind of error; the message goes to stderr."""
    with Sandbox(flows=1, faults=[fault]) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        assert live.main() == 1
    assert failure in capsys.readouterr().out


def test_it_says_which_credentials_are_missing(live: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Without credentials it sends nothing and names the variables."""
    assert live.main() == 1
    printed = capsys.readouterr()
    assert "FAILED: flexflows.MissingCredentialsError" in printed.out
    assert "TWILIO_ACCOUNT_SID" in printed.err
