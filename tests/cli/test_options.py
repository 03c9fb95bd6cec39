"""The options that all commands share: the operation's filters, and --where."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import click
import pytest
from attrs import evolve
from commands import Flexflows

from flexflows._generated import Parameter, list_flex_flows
from flexflows.cli import _app, _options
from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]
COMMANDS = ("list", "summary", "report", "drift")
PARAMETERS = (
    Parameter(name="friendly_name", wire_name="FriendlyName", description="The name."),
    Parameter(name="channel", wire_name="Channel", choices=("web", "sms"), description="The channel."),
    Parameter(name="status", wire_name="Status", choices=("on", "off"), is_open=True, description="The status."),
    Parameter(name="enabled", wire_name="Enabled", kind="boolean", description="Whether it is enabled."),
    Parameter(name="created_after", wire_name="CreatedAfter", kind="date-time", description="Created after."),
    Parameter(name="day", wire_name="Day", kind="date", description="The day."),
    Parameter(name="priority", wire_name="Priority", kind="integer", description="The priority."),
    Parameter(name="weight", wire_name="Weight", kind="number", description="The weight."),
    Parameter(name="identity", wire_name="Identity", is_array=True, description="The identities."),
    Parameter(name="columns", wire_name="Columns", description="A name that the command has, too."),
)


@pytest.fixture
def list_command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Parse the arguments of a command over an operation that has every kind of parameter; return its filters."""
    operation = evolve(list_flex_flows, parameters=PARAMETERS)
    monkeypatch.setattr(_options, "list_flex_flows", operation)
    seen: list[dict[str, Any]] = []

    @click.command()
    @_options.source_options
    def command(source: Any) -> int:
        seen.append(dict(source.filters))
        return 0

    monkeypatch.setattr(_app.App, "get_command", lambda *_: command)

    def parse(*arguments: str) -> dict[str, Any]:
        _app.app.main(["list", *arguments], standalone_mode=False, obj=_app.Terminal(_app.Signals()))
        return seen[-1]

    return parse


def test_filters_of_every_kind(list_command: Callable[..., dict[str, Any]]) -> None:
    """Each parameter of the operation is an option, and the operation accepts its text."""
    given = list_command(
        *("--friendly-name", "Sales", "--channel", "sms", "--status", "new", "--enabled", "true", "--priority", "3"),
        *("--created-after", "2026-01-01T00:00:00Z", "--day", "2026-01-01", "--weight", "1.5"),
        *("--identity", "a", "--identity", "b", "--filter-columns", "x"),
    )
    _, query = evolve(list_flex_flows, parameters=PARAMETERS).request(given)
    assert parse_qsl(query) == [
        ("FriendlyName", "Sales"),
        ("Channel", "sms"),
        ("Status", "new"),
        ("Enabled", "true"),
        ("CreatedAfter", "2026-01-01T00:00:00Z"),
        ("Day", "2026-01-01"),
        ("Priority", "3"),
        ("Weight", "1.5"),
        ("Identity", "a"),
        ("Identity", "b"),
        ("Columns", "x"),
    ]
    assert list_command() == {}


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--channel", "fax"), "'web', 'sms'"),
        (("--enabled", "yes"), "'true', 'false'"),
        (("--created-after", "yesterday"), "2026-06-01T00:00:00Z"),
        (("--day", "2026-02-30"), "2026-06-01"),
        (("--priority", "1.5"), "an integer"),
        (("--weight", "x"), "is not a valid float"),
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
    for parameter in list_flex_flows.parameters:
        assert f"--{parameter.name.replace('_', '-')}" in text
        assert parameter.description in text
    assert "--where COLUMN=VALUE" in text
    sandbox = account([{"sid": "FO1", "friendly_name": "a"}, {"sid": "FO2", "friendly_name": "b"}])
    assert flexflows(command, "--friendly-name", "a", "--base-url", sandbox.url).code == 0
    assert "FriendlyName=a" in str(sandbox.requests[-1])


FIRST = {"flow_sid": "FW1", "priority": 1}
FLOWS: list[dict[str, Any]] = [
    {
        "sid": "FO0",
        "contact_identity": "+15005550006",
        "enabled": True,
        "integration": {"flow_sid": "FW1", "priority": 1},
    },
    {"sid": "FO1", "contact_identity": "", "enabled": False, "integration": {"flow_sid": "FW2", "priority": "1"}},
    {"sid": "FO2", "contact_identity": None, "enabled": "true", "integration": {"own": {"a": [1, None]}}},
    {"sid": "FO3", "contact_identity": "null", "enabled": "yes", "integration": None, "new": {"a": True}},
    {"sid": "FO4", "enabled": 1, "contact_identity": "a=b", "integration": {"own": ""}},
]


@pytest.mark.parametrize(
    ("conditions", "numbers"),
    [
        (["sid=FO3"], "3"),
        (["contact_identity=+15005550006"], "0"),
        (["contact_identity="], "12"),
        (['contact_identity=""'], "1"),
        (["contact_identity=null"], "3"),
        (["contact_identity=a=b"], "4"),
        (["enabled=true"], "0"),
        (["enabled=false"], "1"),
        (['enabled="true"'], "2"),
        (["enabled=yes"], ""),
        (["enabled=1"], "4"),
        (["integration.flow_sid=FW2"], "1"),
        (["integration.flow_sid="], "234"),
        (["integration.priority=1"], "0"),
        (["integration.own="], "0134"),
        (['integration.own={"a": [1, null]}'], "2"),
        (["integration="], "3"),
        ([".new.a=true"], "3"),
        (["sid=FO1", "sid=FO2"], "12"),
        (["sid=FO1", "sid=FO2", "enabled=false"], "1"),
        (["profile="], "01234"),
        (["sid=fo1"], ""),
    ],
)
def test_where(flexflows: Flexflows, account: Account, conditions: list[str], numbers: str) -> None:
    """A flow matches by its value of any type; one condition on each column must match."""
    options = [option for condition in conditions for option in ("--where", condition)]
    result = flexflows("list", "-o", "json", *options, "--base-url", account(FLOWS).url)
    assert "".join(record["sid"][2:] for record in result.json) == numbers


@pytest.mark.parametrize(("command", "path"), [("summary", ("all", "flows")), ("drift", ("flows",))])
def test_where_in_counts(flexflows: Flexflows, account: Account, command: str, path: tuple[str, ...]) -> None:
    """Flows that --where leaves out do not count, neither in totals nor for --limit."""
    flows = [{"sid": f"FO{number}", "channel_type": "sms" if number % 2 else "web"} for number in range(30)]
    url = account(flows).url
    for limit, expected in ((None, 15), (4, 4), (0, 0), (15, 15), (16, 15)):
        options = [] if limit is None else ["--limit", limit]
        result = flexflows(command, "-o", "json", "--where", "channel_type=sms", *options, "--base-url", url)
        value = result.json
        for step in path:
            value = value[step]
        assert value == expected


@pytest.mark.parametrize(
    ("condition", "hint"),
    [("sid", "COLUMN=VALUE"), ("sids=1", "did you mean sid?"), ("=1", "unknown column ''"), ("\x1b=1", "\\x1b")],
)
def test_wrong_conditions(flexflows: Flexflows, condition: str, hint: str) -> None:
    """A condition that cannot be read is a usage error before anything is fetched."""
    result = flexflows("list", "--sandbox", "--where", condition)
    assert (result.code, result.out, result.err.count("\n")) == (2, b"", 1)
    assert hint in result.err
