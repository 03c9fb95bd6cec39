"""The options of all commands that read flows; the operation's filters come from the generated code."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import attrs
import click

from flexflows._generated import Parameter, list_flex_flows

from ._app import no_color_option
from ._columns import Condition, complete_columns, parse_condition
from ._source import DEFAULT_TIMEOUT, Source
from ._terminal import Terminal

P = ParamSpec("P")

RESERVED = frozenset(
    {"profile", "all-profiles", "base-url", "sandbox", "where", "limit", "timeout", "verbose", "page-size", "cursor"}
    | {"columns", "output", "header", "no-header", "with-profile", "since", "no-color", "help"}
)
"""The names of the command's own options; a filter named like one of them becomes `--filter-NAME`."""


def source_options(command: Callable[Concatenate[Source, P], int]) -> Callable[..., int]:
    """Add the options of the source to a command, and pass them to it as a `Source`."""

    @functools.wraps(command)
    def with_source(*args: Any, **options: Any) -> int:
        names = [field.name for field in attrs.fields(Source) if field.name in options]
        own = {name: options.pop(name) for name in names}
        own["profiles"] = tuple(dict.fromkeys(own["profiles"]))
        filters = {each.name: options.pop(f"filter_{each.name}") for each in list_flex_flows.parameters}
        given = {name: value for name, value in filters.items() if value not in (None, ())}
        terminal = click.get_current_context().find_object(Terminal)
        assert terminal is not None  # noqa: S101 - `execute` creates it
        return command(Source(terminal, filters=given, **own), *args, **options)

    for option in reversed(
        [*_account_options(), *map(_filter_option, list_flex_flows.parameters), *_reading_options()]
    ):
        with_source = option(with_source)
    return with_source


def output_option(description: str, *formats: str) -> Callable[..., Any]:
    """Return the option for the format of the output, the first of which is the default."""
    choice = click.Choice(formats)
    return click.option("-o", "--output", "kind", type=choice, default=formats[0], show_default=True, help=description)


def _account_options() -> list[Callable[..., Any]]:
    return [
        click.option(
            "-p",
            "--profile",
            "profiles",
            metavar="NAME",
            multiple=True,
            shell_complete=_complete_profile,
            help="A profile of the Twilio CLI. Repeat it to read several accounts.",
        ),
        click.option("--all-profiles", is_flag=True, help="Every profile of the Twilio CLI."),
        click.option("--base-url", metavar="URL", help="Another origin for the API."),
        click.option("--sandbox", is_flag=True, help="Sample account; no credentials needed."),
    ]


def _reading_options() -> list[Callable[..., Any]]:
    return [
        click.option(
            "--where",
            metavar="COLUMN=VALUE",
            multiple=True,
            callback=_parse_where,
            shell_complete=_complete_where,
            help="Only flows with this value, such as channel_type=sms or integration.flow_sid=FW...; an empty value "
            "means null or empty. Repeat it for more columns (all must match) or more values of a column (one must).",
        ),
        click.option(
            "--limit", type=click.IntRange(min=0), metavar="N", help="At most N matching flows of each account."
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            default=DEFAULT_TIMEOUT,
            show_default=True,
            help="The most seconds for an attempt; each page has up to 5 attempts.",
        ),
        click.option("-v", "--verbose", "is_verbose", is_flag=True, help="Report each attempt on standard error."),
        no_color_option,
    ]


def _filter_option(parameter: Parameter) -> Callable[..., Any]:
    """Return the option for a filter of the operation."""
    name = parameter.name.replace("_", "-")
    choices = parameter.choices or (("true", "false") if parameter.kind == "boolean" else ())
    is_closed = bool(choices) and not parameter.is_open
    metavars = {
        "string": "TEXT",
        "integer": "N",
        "number": "N",
        "date": "YYYY-MM-DD",
        "date-time": "YYYY-MM-DDTHH:MM:SSZ",
    }

    def validate(context: click.Context, option: click.Parameter, value: Any) -> Any:
        if context.resilient_parsing or value in (None, ()):
            return value
        try:
            parameter.encode(value)
        except (TypeError, ValueError) as error:
            raise click.BadParameter(str(error), context, option) from None
        return value

    def complete(_context: click.Context, _option: click.Parameter, text: str) -> list[str]:
        return [each for each in choices if each.startswith(text)]

    return click.option(
        f"--filter-{name}" if name in RESERVED else f"--{name}",
        f"filter_{parameter.name}",
        type=click.Choice(choices) if is_closed else click.FLOAT if parameter.kind == "number" else click.STRING,
        metavar=None if is_closed else "|".join([*choices, "..."]) if choices else metavars[parameter.kind],
        multiple=parameter.is_array,
        required=parameter.required,
        callback=validate,
        shell_complete=complete,
        help=parameter.description + (" Repeat it for several values." if parameter.is_array else ""),
    )


def _parse_where(context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[Condition, ...]:
    if context.resilient_parsing:
        return ()
    try:
        return tuple(map(parse_condition, texts))
    except ValueError as error:
        raise click.UsageError(str(error), context) from None


def _complete_where(context: click.Context, option: click.Parameter, incomplete: str) -> list[str]:
    return [] if "=" in incomplete else [f"{name}=" for name in complete_columns(context, option, incomplete)[1:]]


def _complete_profile(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[str]:
    import os  # noqa: PLC0415 - for a shell's completion only

    from flexflows._errors import ConfigurationError  # noqa: PLC0415 - likewise
    from flexflows._profiles import CliConfig  # noqa: PLC0415 - likewise

    try:
        return [name for name in CliConfig.read(os.environ).profiles if name.startswith(incomplete)]
    except ConfigurationError:
        return []
