"""The command `flexflows`; it needs the extra `cli`.

Each command is one module, imported when it is run: start-up is most of the time that a short listing takes.
"""

import gc
import sys

from ._signals import Interrupted, Signals

CONFIGURATION = 3
"""The exit code of an incomplete installation; `ExitCode` needs the extra."""
EXTRA = frozenset({"click", "jinja2", "rich"})
"""The packages of the extra `cli`."""
MISSING_EXTRA = (
    "the command needs the extra cli; in a checkout, run pip install '.[cli]'; for a wheel, append [cli] to its path"
)
GC_THRESHOLD = 100_000
"""The number of new objects that starts a garbage collection; the imports alone create half as many."""
UNUSED = ("httpx._main", "trio")
"""Optional modules that httpx and httpcore import and no command needs: httpx's command line, which imports click, rich
and pygments (40 ms), and trio (40 ms). Together they take a third of the time of a short listing."""


def main() -> None:
    """Run the command with the arguments of the process, and exit."""
    signals = Signals()
    signals.install()
    gc.set_threshold(GC_THRESHOLD)
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    code = _run(None, signals)
    gc.freeze()  # no garbage collection at the end of the process: saves 25 ms
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command, and return its exit code.

    Args:
        arguments: The arguments after the command's name; default: those of the process.
    """
    signals = Signals()
    signals.install()
    try:
        return _run(arguments, signals)
    finally:
        signals.restore()


def _run(arguments: list[str] | None, signals: Signals) -> int:
    try:
        from ._app import execute  # noqa: PLC0415 - it needs the extra

        return execute(arguments, signals)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        return _fail(MISSING_EXTRA, CONFIGURATION)
    except Interrupted as interruption:
        return _fail(str(interruption), interruption.exit_code)
    finally:
        signals.ignore()


def _fail(message: str, code: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"flexflows: {message}\n")
    return code


__all__ = ["main", "run"]
