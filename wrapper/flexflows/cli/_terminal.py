"""The terminal: the standard streams, any of which may be missing, with their width, colors and encoding."""

import errno
import os
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ._output import Output
from ._signals import Signals
from ._text import fit, one_line

DEFAULT_WIDTH = 80
STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}
"""The styles that a text can have, and the parameter of each in an SGR sequence (ECMA-48)."""
ASCII = str.maketrans({"…": "...", "·": "-", "“": '"', "”": '"'})


class Terminal:
    """The standard streams of the command, and what can be shown on them.

    Attributes:
        arguments: The command's arguments, to print the command that resumes a listing.
        is_interactive: Whether standard output is a terminal.
        encoding: The encoding of text on standard output; data is always UTF-8.
        has_color: Whether standard output takes colors.
        shows_progress: Whether standard error is a terminal that can redraw a line.
    """

    def __init__(self, signals: Signals, arguments: Sequence[str] = ()) -> None:
        self.signals = signals
        self.arguments = arguments
        self._stdout: Any = sys.stdout
        self._stderr: Any = sys.stderr
        self._is_dumb = os.environ.get("TERM", "") in {"dumb", "unknown"}
        columns = os.environ.get("COLUMNS", "")
        self._columns = int(columns) if columns.isdecimal() else 0
        self._is_progress_shown = False
        self._lock = threading.RLock()  # a signal may interrupt the thread that holds it
        self.shows_progress = _is_interactive(self._stderr) and not self._is_dumb
        self.is_interactive = _is_interactive(self._stdout)
        self.encoding: str = getattr(self._stdout, "encoding", None) or "utf-8"
        self.has_color = self.is_interactive and not self._is_dumb and not os.environ.get("NO_COLOR")

    @cached_property
    def output(self) -> Output:
        """Standard output, as bytes.

        Raises:
            OSError: It is closed.
        """
        if self._stdout is None:
            raise OSError(errno.EBADF, "standard output is closed")
        return Output(self._stdout.buffer, self.signals)

    @property
    def columns(self) -> int | None:
        """The width from `COLUMNS` or the terminal; `None`: a pipe or a file, without a limit."""
        return self._columns or (_width(self._stdout) if self.is_interactive else None)

    @property
    def width(self) -> int:
        """The number of cells in a line of text."""
        return self.columns or DEFAULT_WIDTH

    @property
    def has_unicode(self) -> bool:
        """Whether standard output takes more than ASCII."""
        return self.encoding.lower().startswith("utf")

    @property
    def ellipsis(self) -> str:
        """The mark of a text that was cut."""
        return "…" if self.has_unicode else "..."

    def style(self, text: str, style: str) -> str:
        """Return a text in one of `STYLES`, where standard output takes colors."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.has_color and text.strip() else text

    def encode(self, *lines: str) -> bytes:
        """Return lines as bytes for standard output; characters that its encoding lacks become escapes."""
        return _encode("".join(f"{line}\n" for line in lines), self.encoding)

    def draw(self, *lines: str) -> None:
        """Write lines of text, each safe to show, to standard output.

        Raises:
            OSError: Standard output cannot be written.
        """
        self.progress("")
        self.output.write(self.encode(*lines))

    def error(self, message: str) -> None:
        """Write an error to standard error, on one line, with the command's name."""
        with self._lock:
            self._replace_progress("", f"flexflows: {one_line(message)}\n")

    def progress(self, text: str) -> None:
        """Replace the line of progress on standard error; an empty text removes it."""
        if self.shows_progress:
            with self._lock:
                line = fit(one_line(text), (self._columns or _width(self._stderr)) - 1).rstrip()
                self._replace_progress(line)

    def _replace_progress(self, progress: str, message: str = "") -> None:
        removal = "\r\x1b[2K" if self._is_progress_shown or progress else ""
        self._is_progress_shown = bool(progress)
        self._write_to_stderr(removal + message + progress)

    def _write_to_stderr(self, text: str) -> None:
        # Unbuffered, and never an error: without standard error, the exit code has to be enough.
        try:
            self._stderr.buffer.write(_encode(text, self._stderr.encoding or "utf-8"))
            self._stderr.buffer.flush()
        except (AttributeError, OSError, ValueError):
            return


def _encode(text: str, encoding: str) -> bytes:
    if not encoding.lower().startswith("utf"):
        text = text.translate(ASCII)
    return text.encode(encoding, "backslashreplace")


def _is_interactive(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, OSError, ValueError):
        return False


def _width(stream: Any) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (AttributeError, OSError, ValueError):
        return DEFAULT_WIDTH
