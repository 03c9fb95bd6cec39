"""The standard streams, any of which may be missing, their encodings, and the progress while the command waits."""

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import COMMAND, Flexflows
from terminals import look

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]
COMMANDS = [["list"], ["list", "-o", "csv"], ["list", "-o", "json"], ["report"], ["summary"]]


@pytest.mark.parametrize(
    "closed",
    [pytest.param("<&-", marks=pytest.mark.slow), ">&-", pytest.param("2>&-", marks=pytest.mark.slow), "<&- >&- 2>&-"],
)
@pytest.mark.parametrize("arguments", [*COMMANDS, ["--help"], ["--version"], ["completion", "bash"]], ids=" ".join)
def test_closed_streams(account: Account, arguments: list[str], closed: str) -> None:
    """A stream that is closed is no traceback; without standard output nothing is fetched."""
    sandbox = account(3)
    script = f"{shlex.join([str(COMMAND), *arguments])} {closed}"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)  # noqa: S603, S607 - ours
    message = "flexflows: the output cannot be written: standard output is closed\n"
    if " >&-" not in f" {closed}":
        assert (result.returncode, result.stderr, bool(result.stdout)) == (0, "", True)
    elif arguments in COMMANDS:
        assert (result.returncode, result.stderr) == (1, "" if "2>&-" in closed else message)
        assert len(sandbox.requests) == 0
    else:
        assert result.stderr in {"", message}


@pytest.mark.parametrize("kind", ["table", "csv", "json", "jsonl", "tsv"])
def test_encodings(flexflows_into: Flexflows, account: Account, tmp_path: Path, kind: str) -> None:
    """Data is UTF-8 whatever the locale; text for people fits the encoding of the terminal."""
    account([{"sid": "FO1", "friendly_name": "Zürich 東京"}])
    out = tmp_path / "out"
    result = flexflows_into(out, "list", "-o", kind, encoding="ascii")
    assert (result.code, result.err) == (0, "")
    assert ("Zürich 東京" if kind != "table" else "Z\\xfcrich \\u6771\\u4eac") in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["list"], ["summary"], ["report"], ["list", "--columns", "help"]])
def test_utf_16_has_one_byte_order_mark(account: Account, arguments: list[str]) -> None:
    """Text in UTF-16 begins with a byte order mark, and has no other one, on both streams."""
    account(3)
    verbose = [] if "help" in arguments[-1] else ["-v", "--where", "sid=FO1"]
    result = subprocess.run(  # noqa: S603 - ours
        [COMMAND, *arguments, *verbose],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-16"},
    )
    for stream in (result.stdout, result.stderr if verbose else b"\xff\xfe"):
        assert stream.startswith(b"\xff\xfe")
        assert "\ufeff" not in stream.decode("utf-16")


def test_verbose(flexflows: Flexflows, account: Account) -> None:
    """-v writes each attempt, with its profile, and each pause with its reason."""
    account(accounts={"emea": 3, "us": 3}, faults=["503-html@1x2"])
    result = flexflows("list", "--all-profiles", "-o", "jsonl", "-v")
    lines = result.err.splitlines()
    assert (result.code, len(result.lines)) == (0, 6)
    assert len([line for line in lines if line.startswith(("flexflows: emea: GET ", "flexflows: us: GET "))]) == 4
    assert len([line for line in lines if ": attempt 2 of 5 follows" in line and "503" in line]) >= 1


@pytest.mark.parametrize("command", [["list"], ["summary"], ["report"]])
def test_progress_of_several_accounts(account: Account, command: list[str]) -> None:
    """The line of progress tells the flows, the accounts done, and the one that is waited for; it leaves no trace."""
    account(accounts={"one": 3, "two": 4, "three": 5}, latency=0.25, faults=["503-html@3"])
    view = look(*command, "--all-profiles")
    assert "fetching… · 0 of 3 accounts · waiting for one" in view.raw
    assert "flows · 2 of 3 accounts · waiting for t" in view.raw or "waiting for one · " in view.raw
    assert "retry 2 of 5 in 0." in view.raw
    assert " s: 503" in view.raw
    assert "waiting" not in view.text


def test_progress_beside_a_file(account: Account, tmp_path: Path) -> None:
    account(20, latency=0.2)
    with (tmp_path / "flows.jsonl").open("wb") as file:
        view = look("list", "-o", "jsonl", "--page-size", "10", stdout=file.fileno())
    assert "fetching…" in view.raw
    assert "10 flows" in view.raw
    assert view.text.strip() == ""
    assert len((tmp_path / "flows.jsonl").read_bytes().splitlines()) == 20


def test_no_progress_between_rows(account: Account) -> None:
    """A terminal that shows the rows shows no line of progress."""
    account(20, latency=0.2)
    view = look("list", "-o", "jsonl", "--page-size", "10", width=2000)
    assert (len(view.lines), "fetching" in view.raw) == (20, False)


def test_an_account_that_hangs(flexflows: Flexflows, account: Account) -> None:
    """An account that sends no response fails after --timeout, with the number of attempts."""
    account(3, faults=["stall+"])
    result = flexflows("list", "-o", "jsonl", "--timeout", "0.1")
    assert (result.code, result.out, result.err.count("\n")) == (1, b"", 1)
    assert result.err.endswith("(after 5 attempts)\n")
