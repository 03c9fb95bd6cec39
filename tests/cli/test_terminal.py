"""The standard streams, any of which may be missing, their encodings, and the progress while the command waits."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commands import COMMAND, KINDS, Account, Flexflows
from terminals import look

COMMANDS = ["list", "list -o csv", "report", "summary"]


@pytest.mark.parametrize("command", [*COMMANDS, "--help", "--version", "completion bash"])
@pytest.mark.parametrize("streams", [["stdin"], ["stdout"], ["stderr"], ["stdin", "stdout", "stderr"]], ids=" ".join)
def test_missing_streams(
    flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch, command: str, streams: list[str]
) -> None:
    """Python has None for a stream that is closed: no traceback, and without standard output nothing is fetched."""
    sandbox = account(3)
    for stream in streams:
        monkeypatch.setattr(sys, stream, None)
    result = flexflows(*command.split())
    message = "flexflows: the output cannot be written: standard output is closed\n"
    if "stdout" not in streams:
        assert (result.code, result.err, bool(result.out)) == (0, "", True)
    elif command in COMMANDS:
        assert (result.code, result.err) == (1, "" if "stderr" in streams else message)
        assert sandbox.requests == ()
    else:
        assert result.err in {"", message}


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_closed_streams(account: Account) -> None:
    sandbox = account(3)
    script = f"{shlex.quote(str(COMMAND))} list <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", script], check=False).returncode == 1  # noqa: S603, S607 - ours
    assert sandbox.requests == ()


@pytest.mark.parametrize("kind", KINDS)
def test_encodings(flexflows: Flexflows, account: Account, tmp_path: Path, kind: str) -> None:
    """Data is UTF-8 whatever the locale; text for people fits the encoding of the terminal."""
    account([{"sid": "FO1", "friendly_name": "Zürich 東京"}])
    out = tmp_path / "out"
    result = flexflows("list", "-o", kind, into=out, encoding="ascii")
    assert (result.code, result.err) == (0, "")
    assert ("Zürich 東京" if kind != "table" else "Z\\xfcrich \\u6771\\u4eac") in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["list -v --where sid=FO1", "list -v --columns help"])
def test_utf_16_has_one_byte_order_mark(account: Account, command: str) -> None:
    """Text in UTF-16 begins with a byte order mark, and has no other one, on both streams."""
    account(3)
    environ = {**os.environ, "PYTHONIOENCODING": "utf-16"}
    result = subprocess.run([COMMAND, *command.split()], capture_output=True, check=True, env=environ)  # noqa: S603 - ours
    for stream in filter(None, [result.stdout, result.stderr]):
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


def test_progress_of_several_accounts(account: Account) -> None:
    """The line of progress tells the flows, the accounts done, and the one that is waited for; it leaves no trace."""
    account(accounts={"one": 3, "two": 4, "three": 5}, latency=0.12, faults=["503-html@3"])
    view = look("list", "--all-profiles")
    assert "fetching… · 0 of 3 accounts · waiting for one" in view.raw
    assert "flows · 2 of 3 accounts · waiting for t" in view.raw or "waiting for one · " in view.raw
    assert "retry 2 of 5 in 0." in view.raw
    assert " s: 503" in view.raw
    assert "waiting" not in view.text


def test_progress_beside_a_file(account: Account, tmp_path: Path) -> None:
    """There is a line of progress while rows go to a file, and none on a terminal that shows the rows."""
    account(20, latency=0.11)
    command = ["list", "-o", "jsonl", "--page-size", "10"]
    with (tmp_path / "flows.jsonl").open("wb") as file:
        view = look(*command, stdout=file.fileno())
    assert "fetching…" in view.raw
    assert "10 flows" in view.raw
    assert view.text.strip() == ""
    assert len((tmp_path / "flows.jsonl").read_bytes().splitlines()) == 20
    view = look(*command, width=2000)
    assert (len(view.lines), "fetching" in view.raw) == (20, False)


def test_an_account_that_hangs(flexflows: Flexflows, account: Account) -> None:
    """An account that sends no response fails after --timeout, with the number of attempts."""
    account(3, faults=["stall+"])
    result = flexflows("list", "-o", "jsonl", "--timeout", "0.02")
    assert (result.code, result.out, result.err.count("\n")) == (1, b"", 1)
    assert result.err.endswith("(after 5 attempts)\n")
