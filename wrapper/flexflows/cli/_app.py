"""The group of the commands, each imported when it is run, with their exit codes and error lines."""

import importlib
import sys
from enum import IntEnum
from typing import TYPE_CHECKING

import click

from flexflows._version import __version__

from ._output import ReaderGoneError
from ._signals import Interrupted, Signals
from ._terminal import Terminal

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "list": "List flows.",
    "summary": "Count flows by channel, by integration, enabled or not.",
    "report": "Report what is left to migrate to Flex Conversations.",
    "drift": "Find what the API sends that this version does not know.",
    "sandbox": "Serve a Flex API on this machine.",
    "completion": "Print the script that completes this command in a shell.",
}
"""Each command with its short help; it is `command` in the module `_NAME`."""

HELP = """List the Flex Flows of Twilio accounts.

Credentials come from TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; else from
the Twilio CLI's active profile. --sandbox needs no credentials.

\b
Examples:
  flexflows list --sandbox
  flexflows list -o csv > flows.csv
  flexflows summary --all-profiles
  flexflows drift -p production -o json

\b
Exit codes: 0 done, 1 the API, the network or the output failed,
2 usage, 3 credentials or configuration, 4 drift found,
130, 143 or 129 interrupted by Ctrl-C, SIGTERM or SIGHUP.
"""


class ExitCode(IntEnum):
    """The exit codes of the command; a signal adds its number to 128."""

    OK = 0
    FAILED = 1
    USAGE = 2
    CONFIGURATION = 3
    DRIFT = 4


class App(click.Group):
    """The commands by name, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__package__}._{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the commands with their short help, which needs no import."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Complete the name of a command without importing any."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - for a shell's completion only

        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)


def _remove_color(context: click.Context, _option: click.Parameter, is_given: bool) -> None:  # noqa: FBT001 - click's
    terminal = context.find_object(Terminal)
    if is_given and terminal is not None:
        terminal.has_color = False


no_color_option = click.option(
    "--no-color",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_remove_color,
    help="Disable colors, like NO_COLOR in the environment.",
)


@click.group(
    cls=App,
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@no_color_option
@click.pass_context
def app(context: click.Context) -> None:
    """Write the help, when no command was named."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def execute(arguments: list[str] | None, signals: Signals) -> int:
    """Run a command line, and return its exit code; errors become one line on standard error."""
    arguments = sys.argv[1:] if arguments is None else arguments
    terminal = Terminal(signals, arguments)
    try:
        code = app.main(arguments, prog_name="flexflows", standalone_mode=False, obj=terminal)
    except (Exception, Interrupted) as error:  # noqa: BLE001 - an unexpected error is raised again
        message, code = _outcome(error)
        if isinstance(error, OSError):
            sys.stdout = None  # Python would flush its own buffer at the end of the process, and fail again
        if message:
            terminal.error(message)
    return code if isinstance(code, int) else ExitCode.OK


def _outcome(error: BaseException) -> tuple[str, int]:
    """Return the message of an error (empty: write no message) and the exit code; raise an unexpected error again."""
    from flexflows._errors import ConfigurationError, FlexFlowsError  # noqa: PLC0415 - --version needs no library

    match error:
        case Interrupted():
            return str(error), error.exit_code
        case click.UsageError():
            path = "flexflows" if error.ctx is None else error.ctx.command_path
            return f"{error.format_message()} (see `{path} --help`)", ExitCode.USAGE
        case FlexFlowsError():
            is_configuration = isinstance(error, ConfigurationError)
            return str(error), ExitCode.CONFIGURATION if is_configuration else ExitCode.FAILED
        case ReaderGoneError() | BrokenPipeError():
            return "", ExitCode.OK
        case OSError():
            return describe_write_error(error), ExitCode.FAILED
        case _:
            raise error


def describe_write_error(error: OSError) -> str:
    """Return the message about an output that cannot be written."""
    return f"the output cannot be written: {error.strerror or error}"
