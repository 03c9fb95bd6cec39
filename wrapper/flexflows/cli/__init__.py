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
        return code if isinstance(code, int) else Code.FINE
    except click.UsageError as error:
        where = "flexflows" if error.ctx is None else error.ctx.command_path
        return _said(f"{error.format_message()} (see `{where} --help`)", Code.USAGE)
    except FlexFlowsError as error:
        return _said(str(error), Code.CONFIGURATION if isinstance(error, ConfigurationError) else Code.FAILED)
    except (KeyboardInterrupt, click.Abort):
        return _said("interrupted", Code.INTERRUPTED)
    except ReaderGoneError:
        return Code.FINE
    except OSError as error:
        return _said(f"the output cannot be written: {error.strerror or error}", Code.FAILED)


def _said(text: str, code: Code) -> Code:
    say(text)
    return code


__all__ = ["run"]
