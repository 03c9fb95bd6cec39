"""Ways to run the command, and the results of a run."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from flexflows import record_fields
from flexflows.sandbox import Sandbox

COMMAND = Path(sys.executable).with_name("flexflows")
FIELDS = {field.name: field for field in record_fields()}
COLUMNS = [name for name in FIELDS if "." not in name]
CHANNELS = FIELDS["channel_type"].values
KINDS = ("table", "json", "jsonl", "csv", "tsv")
SID = re.compile(r"FO[0-9a-f]{32}")


@attrs.frozen
class Result:
    """The exit code and the output of a run of the command."""

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


Account: TypeAlias = Callable[..., Sandbox]
Flexflows: TypeAlias = Callable[..., Result]
Profiles: TypeAlias = Callable[[Mapping[str, object]], None]


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sids(kind: str, data: bytes) -> list[str]:
    """Return the SIDs of the rows that an output has; the output has to be valid for its format."""
    text = data.decode("utf-8-sig")
    assert text == "" or text.endswith("\n")
    if kind == "json":
        return [record["sid"] for record in json.loads(text or "[]")]
    if kind == "jsonl":
        return [json.loads(line)["sid"] for line in text.splitlines()]
    if kind == "csv":
        return [row["sid"] for row in read_csv(data)]
    return [match[0] for line in text.splitlines() if (match := SID.search(line))]


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for another process or thread, for 10 s at most."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start the installed command in a process of its own; its output goes to pipes by default."""
    # Without `env`, a process gets the environment of C, to which the module readline adds COLUMNS.
    defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": os.environ}
    return subprocess.Popen([*map(str, [COMMAND, *arguments])], **(defaults | options))  # noqa: S603 - ours
