"""Standard output without a buffer: after every write, the number of delivered rows is known."""

import errno
import os
import select
import stat
import sys
import time
from contextlib import suppress
from io import UnsupportedOperation
from typing import Any

from ._signals import Signals

IS_WINDOWS = sys.platform == "win32"
PIPE_BATCH: int = getattr(select, "PIPE_BUF", 512)
"""The most bytes that POSIX writes to a pipe at once, all or none of them."""
POLL = 0.1
"""Seconds between two checks for a signal while the reader of a pipe is slow."""
GRACE = 2.0
"""Seconds after a signal in which a row that has begun, or a closing bracket, may still be written."""


class ReaderGoneError(Exception):
    """The reader of a pipe, such as `head` or a pager, has closed it."""


class Output:
    """A binary stream without a buffer of its own.

    Args:
        stream: The stream.
        signals: The signals; one that has arrived prevents the next write.

    Attributes:
        accepted: How many bytes the operating system has accepted.
    """

    def __init__(self, stream: Any, signals: Signals) -> None:
        stream.flush()
        self._stream = getattr(stream, "raw", stream)
        self._signals = signals
        self._number = _file_number(self._stream)
        mode = os.fstat(self._number).st_mode if self._number >= 0 else 0
        self._is_file = stat.S_ISREG(mode)
        self._is_pipe = stat.S_ISFIFO(mode)
        self._can_wait = self._number >= 0 and not self._is_file and not IS_WINDOWS
        self._end = os.fstat(self._number).st_size if self._is_file else 0
        self._closing = b""
        self.is_new_file = self._is_file and self._end == 0
        self.accepted = 0

    def write(self, data: bytes, closing: bytes = b"", *, must_finish: bool = False) -> None:
        """Write all of the data; if that fails, restore the end of a file.

        Args:
            data: The data.
            closing: Bytes that complete the output. A file ends with them after each write, until the next write
                replaces them; a pipe gets them from `finish` only.
            must_finish: Write even after a signal, as long as the reader takes it.

        Raises:
            Interrupted: A signal arrived before the first byte.
            ReaderGoneError: The reader of the pipe has closed it.
            OSError: The data cannot be written.
        """
        if not must_finish:
            self._signals.check()
        if not self._is_file:
            self._write(data, must_finish=must_finish)
            return
        before = self.accepted
        try:
            self._remove_closing()
            self._write(data + closing, must_finish=True)
        except OSError:
            self._roll_back(len(data + closing))
            self.accepted = before
            raise
        self._end, self._closing = self._end + len(data), closing

    def finish(self, closing: bytes) -> None:
        """Write the bytes that complete the output, unless it ends with them already."""
        if closing and self._closing != closing:
            self.write(closing, must_finish=True)

    def unread(self) -> int:
        """Return how many accepted bytes a pipe still holds, unread by a reader who has gone."""
        if not self._is_pipe or IS_WINDOWS:
            return 0
        import fcntl  # noqa: PLC0415 - missing on Windows
        import termios  # noqa: PLC0415 - likewise

        try:
            return int.from_bytes(fcntl.ioctl(self._number, termios.FIONREAD, bytes(4)), sys.byteorder)
        except OSError:
            return 0

    def _write(self, data: bytes, *, must_finish: bool) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(is_begun=must_finish or len(rest) < len(data))
            try:
                written = self._stream.write(rest if self._is_file else rest[:PIPE_BATCH]) or 0
            except BlockingIOError:
                continue
            except OSError as error:
                # Windows reports EINVAL for a pipe whose reader has gone.
                if error.errno == errno.EPIPE or (IS_WINDOWS and error.errno == errno.EINVAL):
                    raise ReaderGoneError from None
                raise
            rest = rest[written:]
            self.accepted += written

    def _wait(self, *, is_begun: bool) -> None:
        """Wait until a write will not block, so that a signal is noticed however slow the reader is."""
        deadline: float | None = None
        while self._can_wait and not select.select([], [self._number], [], POLL)[1]:
            if self._signals.received is None:
                continue
            deadline = deadline or time.monotonic() + (GRACE if is_begun else 0)
            if time.monotonic() >= deadline:
                self._signals.check()

    def _remove_closing(self) -> None:
        size = os.fstat(self._number).st_size
        if self._closing and size == self._end + len(self._closing):
            self._truncate()
        else:  # standard error may go to the same file
            self._end = size

    def _roll_back(self, most: int) -> None:
        # Not if the file has grown by more than this write: another process writes to it as well.
        if 0 <= os.fstat(self._number).st_size - self._end <= most:
            self._truncate()
            with suppress(OSError):
                self._stream.write(self._closing)

    def _truncate(self) -> None:
        os.ftruncate(self._number, self._end)
        os.lseek(self._number, self._end, os.SEEK_SET)


def _file_number(stream: Any) -> int:
    """Return the number of an open file, or -1 for a stream without a file."""
    try:
        number: int = stream.fileno()
    except (AttributeError, OSError, UnsupportedOperation):
        return -1
    return number
