"""Standard output as bytes that are out at once: a closed pipe and a full disk are noticed where they happen."""

import errno
import os
import stat
import sys
from io import UnsupportedOperation
from typing import Any, BinaryIO, cast


class ReaderGoneError(Exception):
    """Whoever read our output has closed it: `head`, or a pager that was left."""


class Output:
    """A binary stream without a buffer of its own, so that nothing is left to fail when the interpreter ends.

    Attributes:
        is_terminal: Whether someone looks at it as it comes.
        encoding: What a terminal understands; data is UTF-8 everywhere.
    """

    def __init__(self, stream: BinaryIO, *, encoding: str = "utf-8") -> None:
        stream.flush()
        self._stream: Any = getattr(stream, "raw", stream)
        self.is_terminal = self._stream.isatty()
        self.encoding = encoding
        self._file = _regular_file(self._stream)
        self._good = 0 if self._file is None else os.fstat(self._file).st_size

    @classmethod
    def standard(cls) -> "Output":
        """Open standard output."""
        return cls(cast("BinaryIO", sys.stdout.buffer), encoding=sys.stdout.encoding or "utf-8")

    @property
    def is_new_file(self) -> bool:
        """Whether this is a file with nothing in it yet."""
        return self._file is not None and self._good == 0

    def write(self, data: bytes) -> None:
        """Write all of `data`, now.

        Raises:
            ReaderGoneError: Nobody reads it any more.
            OSError: It cannot be written. A file then ends where it did before.
        """
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._stream.write(rest) or 0 :]
            self._stream.flush()
        except OSError as error:
            # Windows says EINVAL of a pipe whose reader has gone.
            if error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL):
                raise ReaderGoneError from None
            self._cut(len(data))
            raise
        except BaseException:  # Ctrl-C in the middle: what is written of this is asked for again on resuming
            self._cut(len(data))
            raise
        if self._file is not None:
            self._good = os.fstat(self._file).st_size

    def text(self, text: str) -> None:
        """Write text for people; what the terminal's encoding has no character for is shown as an escape."""
        self.write(text.encode(self.encoding, "backslashreplace"))

    def _cut(self, most: int) -> None:
        # Not when the file has grown by more than was just written: someone else is writing to it as well.
        if self._file is not None and os.fstat(self._file).st_size - self._good <= most:
            os.ftruncate(self._file, self._good)
            os.lseek(self._file, self._good, os.SEEK_SET)


def _regular_file(stream: Any) -> int | None:
    try:
        number: int = stream.fileno()
    except (AttributeError, OSError, UnsupportedOperation):
        return None
    return number if stat.S_ISREG(os.fstat(number).st_mode) else None
