"""The options that all commands share: the operation's filters, and --where."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import click
import pytest
from attrs import evolve
from commands import CHANNELS, FIELDS, Account, Flexflows

from flexflows import FlexFlows
from flexflows._generated import Parameter
from flexflows.cli import _app, _options

COMMANDS = ("list", "summary", "report")
PARAMETERS = (
    Parameter(name="friendly_name", wire_name="FriendlyName", description="The name."),
    Parameter(name="channel", wire_name="Channel", choices=("web", "sms"), description="The channel."),
    Parameter(name="status", wire_name="Status", choices=("on", "off"), is_open=True, description="The status."),
    Parameter(name="enabled", wire_name="Enabled", kind="boolean", description="Whether it is enabled."),
    Parameter(name="created_after", wire_name="CreatedAfter", kind="date-time", description="Created after."),
    Parameter(name="day", wire_name="Day", kind="date", description="The day."),
    Parameter(name="priority", wire_name="Priority", kind="integer", description="The priority."),
    Parameter(name="identity", wire_name="Identity", is_array=True, description="The identities."),
    Parameter(name="columns", wire_name="Columns", description="A name that the command has, too."),
)


@pytest.fixture
def list_command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Parse the arguments of a command over an operation that has every kind of parameter; return its filters."""
    monkeypatch.setattr(_options, "PARAMETERS", PARAMETERS)
    parsed: list[dict[str, Any]] = []

    @click.command()
    @_options.source_options
    def command(source: Any) -> int:
        parsed.append(dict(source.filters))
        return 0

    monkeypatch.setattr(_app.App, "get_command", lambda *_: command)

    def parse(*arguments: str) -> dict[str, Any]:
        _app.app.main(["list", *arguments], standalone_mode=False, obj=_app.Terminal(_app.Signals()))
        return parsed[-1]

    return parse


def test_filters_of_every_kind(list_command: Callable[..., dict[str, Any]]) -> None:
    """Each parameter of the operation is an option, and the operation accepts its text."""
    filters = list_command(
        *("--friendly-name", "Sales", "--channel", "sms", "--status", "new", "--enabled", "true", "--priority", "3"),
        *("--created-after", "2026-01-01T00:00:00Z", "--day", "2026-01-01"),
        *("--identity", "a", "--identity", "b", "--filter-columns", "x"),
    )
    _, query = evolve(FlexFlows.operation, parameters=PARAMETERS).request(filters)
    assert unquote(query) == (
        "FriendlyName=Sales&Channel=sms&Status=new&Enabled=true&CreatedAfter=2026-01-01T00:00:00Z&Day=2026-01-01"
        "&Priority=3&Identity=a&Identity=b&Columns=x"
    )
    assert list_command() == {}


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--channel", "fax"), "'web', 'sms'"),
        (("--enabled", "yes"), "'true', 'false'"),
        (("--created-after", "yesterday"), "2026-06-01T00:00:00Z"),
        (("--day", "2026-02-30"), "2026-06-01"),
        (("--priority", "1.5"), "an integer"),
        (("--friendly-name", "\ud800"), "which no URL can hold"),
    ],
)
def test_wrong_filters(list_command: Callable[..., dict[str, Any]], arguments: tuple[str, ...], hint: str) -> None:
    """A value that the operation does not accept is a usage error that names the expected values."""
    with pytest.raises(click.UsageError) as error:
        list_command(*arguments)
    assert hint in error.value.format_message()
    assert arguments[0] in error.value.format_message()


@pytest.mark.parametrize("command", COMMANDS)
def test_filters_of_every_command(flexflows: Flexflows, account: Account, command: str) -> None:
    """Every command that reads has the filters of the operation, with the fragment's descriptions, and --where."""
    text = " ".join(flexflows(command, "--help").text.split())
    for parameter in FlexFlows.operation.parameters:
        assert f"--{parameter.name.replace('_', '-')}" in text
        assert parameter.description in text
    assert "--where COLUMN=VALUE" in text
    assert "exactly" in text
    sandbox = account([{"sid": "FO1", "friendly_name": "a"}, {"sid": "FO2", "friendly_name": "b"}])
    assert flexflows(command, "--friendly-name", "a").code == 0
    assert "FriendlyName=a" in sandbox.requests[-1].target


TIME = "2026-01-31T22:10:40Z"
FLOWS: list[dict[str, Any]] = [
    {"sid": "FO0", "channel_type": CHANNELS[0], "contact_identity": "+15005550006", "enabled": True}
    | {"integration": {"flow_sid": "FW1", "priority": 1}, "date_created": TIME},
    {"sid": "FO1", "channel_type": CHANNELS[1], "contact_identity": "", "enabled": False}
    | {"integration": {"flow_sid": "FW2", "priority": 20}},
    {"sid": "FO2", "contact_identity": None, "enabled": "true", "integration": {"own": {"a": [1, None]}}},
    {"sid": "FO3", "channel_type": "Pigeon", "contact_identity": "null", "integration": None, "new": {"a": True}},
    {"sid": "FO4", "contact_identity": "a=b", "integration": {"own": ""}, "friendly_name": " Sales"},
]


@pytest.mark.parametrize(
    ("conditions", "numbers"),
    [
        ([" sid =FO3"], "3"),
        (["contact_identity=+15005550006"], "0"),
        (["contact_identity="], "12"),
        (["contact_identity=null"], "3"),
        (["contact_identity=a=b"], "4"),
        (["friendly_name= Sales"], "4"),
        ([f"channel_type= {CHANNELS[0].upper()} "], "0"),
        (["channel_type=Pigeon"], "3"),
        (["enabled=true"], "02"),
        (["enabled= FALSE"], "1"),
        (["integration.flow_sid=FW2"], "1"),
        (["integration.flow_sid="], "234"),
        (["integration.priority= 020"], "1"),
        (["integration.own="], "0134"),
        (['integration.own={"a": [1, null]}'], "2"),
        (["integration="], "3"),
        (["date_created=2026-01-31T23:10:40+01:00"], "0"),
        (["date_created="], "1234"),
        (["sid=FO1", "sid=FO2", "enabled=false"], "1"),
        (["profile="], "01234"),
    ],
)
def test_where(flexflows: Flexflows, account: Account, conditions: list[str], numbers: str) -> None:
    """A flow matches by its value of any type; one condition on each column must match."""
    account(FLOWS)
    options = [option for condition in conditions for option in ("--where", condition)]
    result = flexflows("list", "-o", "json", *options)
    assert "".join(record["sid"][2:] for record in result.json) == numbers


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("sid", "COLUMN=VALUE"),
        ("sids=1", "--columns help"),
        ("=1", "unknown column ''"),
        ("enabled=yes", "use true or false"),
        ("enabled=1", "use true or false"),
        ("integration.priority=high", "an integer"),
        ("integration.priority=1.5", "an integer"),
        ("date_created=2026-01-31", "a time such as"),
        ("date_created=2026-01-31T22:10:40", "a time such as"),
        ("date_created=yesterday", "a time such as"),
        ("date_created=0001-01-01T00:00:00+14:00", "a time such as"),
        ('integration={"flow_sid": "FW1"}', "a field of it, such as"),
    ],
)
def test_wrong_conditions(flexflows: Flexflows, account: Account, condition: str, hint: str) -> None:
    """A condition that cannot match is a usage error that names what is taken, before anything is fetched."""
    sandbox = account(FLOWS)
    result = flexflows("list", "--where", condition)
    assert (result.code, result.out, result.err.count("\n"), sandbox.requests) == (2, b"", 1, ())
    assert hint in result.err


@pytest.mark.parametrize(
    ("options", "notes"),
    [
        (["--where", "channel_type=Pigeon"], ["it knows"]),
        (["--where", "channel_type=fax"], ["it knows", "no flow matches --where channel_type=fax; "]),
        (["--where", "friendly_name=Sales"], ["no flow matches --where friendly_name=Sales; "]),
        (["--friendly-name", "a b"], ["no flow matches --friendly-name 'a b'; "]),
        (["--where", "friendly_name= Sales"], []),
        (["--where", "friendly_name=none", "--limit", "0"], []),
    ],
)
def test_notes_on_conditions(flexflows: Flexflows, account: Account, options: list[str], notes: list[str]) -> None:
    """A value that no enum lists, and a filter that matches nothing, are noted on stderr."""
    account(FLOWS)
    lines = [line for line in flexflows("summary", *options).err.splitlines() if "the API sent" not in line]
    assert all(note in line for note, line in zip(notes, lines, strict=True))
    assert all(str(value) in lines[0] for value in FIELDS["channel_type"].values if notes and notes[0] == "it knows")


def test_a_condition_on_the_profile(flexflows: Flexflows, account: Account) -> None:
    account(accounts={"a": 2, "b": 3})
    assert len(flexflows("list", "--all-profiles", "-o", "jsonl", "--where", "profile=b").lines) == 3
