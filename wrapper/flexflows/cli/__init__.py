"""The command `flexflows`; it needs the extra `cli`.

Each command is one module, imported when it is run: start-up is most of the time that a short listing takes.
"""

import os
import sys

CONFIGURATION = 3
"""The exit code of an incomplete installation; `ExitCode` needs the extra."""
INTERRUPTED = 130
EXTRA = frozenset({"click", "jinja2", "wcwidth"})
"""The packages of the extra `cli`."""
MISSING_EXTRA = (
    "the command needs the extra cli; in a checkout, run pip install '.[cli]'; for a wheel, append [cli] to its path"
)


def main() -> None:
    """Run the command with the arguments of the process, and end the process."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before `run` handles the signals, or after it
        code = INTERRUPTED
    os._exit(code)  # at once, whatever the threads wait for; all output has been flushed


def run(arguments: list[str]) -> int:
    """Run the command with arguments in this process, and return its exit code."""
    from ._signals import Signals  # noqa: PLC0415 - so that `main` catches Ctrl-C
    from ._terminal import Terminal  # noqa: PLC0415 - likewise

    signals = Signals()
    with signals.handled():
        try:
            from ._app import execute  # noqa: PLC0415 - it needs the extra

            return execute(arguments, signals)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in EXTRA:
                raise
            Terminal(signals).error(MISSING_EXTRA)
            return CONFIGURATION


__all__ = ["main", "run"]
