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
from flexflows.cli import _reading, run

pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
import fcntl
import pty
import termios

STYLES = re.compile(r"\x1b\[[0-9;]*m")
REMOVE_LINE = "\x1b[2K"


@attrs.frozen
class Seen:
    """The terminal's content and the exit code of a run of the command."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """The visible text on the terminal, without styles and without what a line of progress has removed."""
        lines = re.split(r"\r*\n", STYLES.sub("", self.raw))
        return "\n".join(line.rpartition(f"\r{REMOVE_LINE}")[2] for line in lines)

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
    """Run the command in this process on a terminal; `stdout` is another file for its standard output."""
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
        mock.patch.object(_reading, "POLL", 0.02),  # a busy machine shows each line of progress, too
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
