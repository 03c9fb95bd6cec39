"""Ways to run the command, and what comes of it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from flexflows import FlexFlow

COMMAND = Path(sys.executable).with_name("flexflows")


@attrs.frozen
class Result:
    """How a run of the command ended, and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Flexflows: TypeAlias = Callable[..., Result]
Profiles: TypeAlias = Callable[[Mapping[str, object]], None]


def as_read(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as the library gives it back, which `tests/openapi` compares with what the API sent."""
    return FlexFlow.from_dict(record).to_dict()


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait for another process or thread, for 10 s at most."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start the installed command, in a process of its own; its output can be read, unless it goes elsewhere."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*map(str, [COMMAND, *arguments])], **(pipes | options))  # noqa: S603 - ours
