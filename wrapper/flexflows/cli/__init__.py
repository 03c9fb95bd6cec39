"""The command `flexflows`; it needs the extra `cli`.

Each command is one module, imported when it is run: start-up is most of the time that a short listing takes.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from ._signals import Interrupted, Signals

CONFIGURATION = 3
"""The exit code of an incomplete installation; `ExitCode` needs the extra."""
EXTRA = frozenset({"click", "jinja2", "wcwidth"})
"""The packages of the extra `cli`."""
MISSING_EXTRA = (
    "the command needs the extra cli; in a checkout, run pip install '.[cli]'; for a wheel, append [cli] to its path"
)


def main() -> None:
    """Run the command with the arguments of the process, and end the process."""
    signals = Signals()
    with signals.handled():
        code = _run(sys.argv[1:], signals)
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):
                stream.flush()
        os._exit(code)  # at once, whatever the threads wait for


def run(arguments: Sequence[str]) -> int:
    """Run the command with arguments in this process, and return its exit code."""
    signals = Signals()
    with signals.handled():
        return _run(arguments, signals)


def _run(arguments: Sequence[str], signals: Signals) -> int:
    try:
        with signals.deferred():
            from ._app import execute  # noqa: PLC0415 - it needs the extra

        code = execute(arguments, signals)
        signals.defer()  # the exit code is decided
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        return _fail(signals, MISSING_EXTRA, CONFIGURATION)
    except Interrupted as interruption:
        message = str(interruption)
        if arguments[:1] == ["list"]:
            from ._text import quote  # noqa: PLC0415 - for an interrupted listing

            message += f"; missing: {quote(['flexflows', *arguments])}"
        return _fail(signals, message, interruption.exit_code)
    return code


def _fail(signals: Signals, message: str, code: int) -> int:
    from ._terminal import Terminal  # noqa: PLC0415 - for an error

    Terminal(signals).error(message)
    return code


__all__ = ["main", "run"]
