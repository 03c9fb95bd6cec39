"""The signals that end the command: raised where that is safe, and deferred where output must stay exact."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Windows has no SIGHUP."""


class Interrupted(BaseException):
    """A signal to end the command; not a `KeyboardInterrupt`, which click would handle.

    Args:
        number: The signal's number.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number

    def __str__(self) -> str:
        name = signal.Signals(self.args[0]).name
        return "interrupted" if name == "SIGINT" else f"interrupted by {name}"


class Signals:
    """The handler of the signals; the first one that arrives counts.

    Attributes:
        received: The number of the signal that arrived, if one has.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._is_deferred = False
        self._previous: dict[int, Any] = {}

    def install(self) -> None:
        """Handle the signals from now on; ignored signals stay ignored, as `nohup` and background jobs need."""
        if threading.current_thread() is threading.main_thread():
            numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
            handlers = {number: signal.getsignal(number) for number in numbers}
            self._previous = {number: each for number, each in handlers.items() if each != signal.SIG_IGN}
        for number in self._previous:
            signal.signal(number, self._handle)

    def restore(self) -> None:
        """Restore the previous handlers."""
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def ignore(self) -> None:
        """Ignore the signals from now on: the exit code is decided, and Python resets its own handlers as it ends."""
        self._is_deferred = True
        for number in self._previous:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def deferred(self) -> Generator[None, None, None]:
        """Note a signal that arrives in the block, instead of raising it."""
        before, self._is_deferred = self._is_deferred, True
        try:
            yield
        finally:
            self._is_deferred = before

    def check(self) -> None:
        """Raise the signal that arrived, if any.

        Raises:
            Interrupted: A signal has arrived.
        """
        if self.received is not None:
            raise Interrupted(self.received)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self.received is None:
            self.received = number
            if not self._is_deferred:
                raise Interrupted(number)
