"""The installed command on a pseudo-terminal."""

import os
import re
import signal
import struct
from collections.abc import Callable, Mapping

import attrs
import pytest
from commands import start

pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
import fcntl
import pty
import termios

STYLES = re.compile(r"\x1b\[[0-9;]*m")
CONTROLS = re.compile(r"\r|\n|\x1b\[(?:2K|1A|\?25[lh])|[^\r\n\x1b]+|.")


@attrs.frozen
class Seen:
    """The terminal's content and the exit code of a run of the command."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """The visible text on the terminal, without styles; it supports the control characters of a progress line."""
        lines, row, column = [""], 0, 0
        for part in CONTROLS.findall(STYLES.sub("", self.raw)):
            if part == "\n":
                row += 1
                lines += [""] * (row == len(lines))
            elif part == "\r":
                column = 0
            elif part == "\x1b[2K":
                lines[row] = ""
            elif part == "\x1b[1A":
                row -= 1
            elif not part.startswith("\x1b[?25"):
                lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part) :]
                column += len(part)
        return "\n".join(lines)

    @property
    def lines(self) -> list[str]:
        return self.text.rstrip("\n").split("\n")


def look(
    *arguments: object,
    width: int = 80,
    environ: Mapping[str, str] | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    interrupt_when: Callable[[str], bool] = lambda _: False,
) -> Seen:
    """Run the command on a terminal, standard output and error alike.

    Args:
        arguments: The command's.
        width: The terminal's, in cells.
        environ: What to add to the environment.
        stdout: Where standard output goes instead.
        stderr: Where standard error goes instead.
        interrupt_when: Says of what the terminal shows whether to press Ctrl-C.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = start(
        *arguments,
        stdin=theirs,
        stdout=theirs if stdout is None else stdout,
        stderr=theirs if stderr is None else stderr,
        env={**os.environ, **(environ or {})},
    )
    os.close(theirs)
    seen = b""
    is_interrupted = False
    while data := _read(ours):
        seen += data
        if not is_interrupted and interrupt_when(seen.decode("utf-8", "replace")):
            process.send_signal(signal.SIGINT)
            is_interrupted = True
    os.close(ours)
    return Seen(process.wait(30), seen.decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux raises EIO once no process has the terminal open
        return b""
