"""Where people look: what is drawn on standard output, and the lines about it on standard error."""

import os
import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import IO, cast

from rich.console import Console
from rich.text import Text

from ._output import Output
from ._text import one_line


class _Paper:
    """What rich takes for a text file, over an `Output`."""

    def __init__(self, output: Output) -> None:
        self.write = output.text
        self.isatty = lambda: output.is_terminal
        self.encoding = output.encoding

    def flush(self) -> None:
        """Do nothing: what was written is out."""


class Screen:
    """What drawings are made for.

    Args:
        output: Where they go.
        is_colored: Whether the user lets them have colors; only a terminal gets them.
    """

    def __init__(self, output: Output, *, is_colored: bool = True) -> None:
        self.output = output
        self._console = _console(cast("IO[str]", _Paper(output)), is_terminal=output.is_terminal, is_colored=is_colored)

    @property
    def width(self) -> int:
        """How many cells a line has."""
        return self._console.width

    @property
    def has_blocks(self) -> bool:
        """Whether it can show more than ASCII."""
        return self.output.encoding.lower().startswith("utf")

    def draw(self, *lines: Text | str) -> None:
        """Draw lines; none is wrapped, and none is taken for markup."""
        for line in lines:
            self._console.print(line, soft_wrap=True)


def _console(file: IO[str], *, is_terminal: bool, is_colored: bool) -> Console:
    has_color = is_colored and not os.environ.get("NO_COLOR") and not _is_dumb()
    return Console(
        file=file,
        force_terminal=is_terminal,
        color_system="auto" if has_color else None,
        width=shutil.get_terminal_size().columns,
        markup=False,
        emoji=False,
        highlight=False,
    )


def _is_dumb() -> bool:
    return os.environ.get("TERM", "") in {"dumb", "unknown"}


def say(text: str) -> None:
    """Write one line on standard error, with the command's name."""
    remark(f"flexflows: {one_line(text)}")


def remark(text: str) -> None:
    """Write lines on standard error; when even that cannot be written to, there is nobody to tell."""
    try:
        stream = cast("IO[bytes]", sys.stderr.buffer)
        stream.write(f"{text}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
        stream.flush()
    except (AttributeError, OSError, ValueError):
        pass


def has_audience() -> bool:
    """Say whether someone looks at standard error as it comes."""
    return sys.stderr.isatty() and not _is_dumb()


@contextmanager
def progress(*, is_colored: bool, is_shown: bool = True) -> Generator[Callable[[str], None], None, None]:
    """Show a line on standard error while the block runs, if that is a terminal; give the function that changes it."""
    if not (is_shown and has_audience()):
        yield lambda _: None
        return
    console = _console(sys.stderr, is_terminal=True, is_colored=is_colored)
    with console.status(Text("asking…"), spinner_style="cyan") as status:
        yield lambda text: status.update(Text(one_line(text), overflow="ellipsis", no_wrap=True))
