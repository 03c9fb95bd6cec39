"""The command, `flexflows`; it needs the extra `flexflows[cli]`."""

import click

from flexflows._errors import ConfigurationError, FlexFlowsError

from ._app import app
from ._outcome import Code
from ._output import ReaderGoneError
from ._screen import say


def run(arguments: list[str] | None = None) -> int:
    """Run the command, and give the code to exit with.

    Args:
        arguments: What stands behind the command's name; default: what the process was started with.
    """
    try:
        code = app.main(arguments, prog_name="flexflows", standalone_mode=False)
    except click.UsageError as error:
        where = "flexflows" if error.ctx is None else error.ctx.command_path
        say(f"{error.format_message()} (see `{where} --help`)")
        return Code.USAGE
    except ConfigurationError as error:
        say(str(error))
        return Code.CONFIGURATION
    except FlexFlowsError as error:
        say(str(error))
        return Code.FAILED
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return Code.INTERRUPTED
    except ReaderGoneError:
        return Code.FINE
    except OSError as error:
        say(f"the output cannot be written: {error.strerror or error}")
        return Code.FAILED
    return code if isinstance(code, int) else Code.FINE


__all__ = ["run"]
