"""The command on a pseudo-terminal."""

import os
import re
import struct
import sys
import threading
from collections.abc import Mapping
from unittest import mock

import attrs
import pytest

from flexflows import _retries
from flexflows.cli import run

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
    encoding: str = "utf-8",
    stdout: int | None = None,
) -> Seen:
    """Run the command in this process, with standard output and standard error on a terminal.

    Args:
        arguments: The command's arguments.
        width: The terminal's width in cells.
        environ: Variables to add to the environment.
        encoding: The terminal's encoding.
        stdout: The file descriptor for standard output, if not the terminal.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(iter(lambda: _read(ours), b"")))
    reader.start()
    with (
        os.fdopen(os.dup(theirs if stdout is None else stdout), "w", encoding=encoding) as out,
        os.fdopen(theirs, "w", encoding=encoding) as err,
        mock.patch.multiple(sys, stdout=out, stderr=err),
        mock.patch.dict(os.environ, environ or {}),
        mock.patch.object(_retries, "_pauses_are_skipped", new=False),  # other tests of the process skip them
    ):
        code = run(list(map(str, arguments)))
    reader.join()
    os.close(ours)
    return Seen(code, b"".join(shown).decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux raises EIO once no process has the terminal open
        return b""
