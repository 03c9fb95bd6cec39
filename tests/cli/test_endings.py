"""Whatever ends a listing: the output has whole accounts and is valid, and the command on stderr lists the rest."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from commands import COMMAND, KINDS, Account, Flexflows, sids, start, wait_until

from flexflows.cli._app import ExitCode
from flexflows.sandbox import Sandbox

pytest.importorskip("fcntl", reason="Windows has other signals, pipes and disks")
import fcntl
import resource
import termios

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIZES = {"a b": 30, "b": 7, "c": 1, "d": 0, "it's": 40, "-f": 12}
ONE = {"only": 50}


def whole_accounts(sandbox: Sandbox, rows: list[str]) -> list[str]:
    """Return the accounts that rows are made of, each whole, in their order."""
    names: list[str] = []
    for name, account in sandbox.accounts.items():
        flows = [flow["sid"] for flow in account.flows]
        if flows and rows[: len(flows)] == flows:
            names.append(name)
            rows = rows[len(flows) :]
    assert rows == []
    return names


def unread(pipe: Any) -> int:
    """Return how many bytes are in a pipe."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def complete(err: str, out: Path) -> None:
    """Run the command that an error line prints, in a shell, its output appended."""
    line = err.rpartition("missing: ")[2].replace("flexflows", shlex.quote(str(COMMAND)), 1).strip()
    subprocess.run(["bash", "-c", f"{line} >> {shlex.quote(str(out))}"], check=True)  # noqa: S603, S607 - ours


MOMENTS = [pytest.param(moment, marks=[pytest.mark.slow] * (moment != 10)) for moment in range(20)]
SOME_KINDS = [pytest.param(kind, marks=[pytest.mark.slow] * (kind not in {"json", "csv"})) for kind in KINDS]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("sizes", [pytest.param(ONE, id="one", marks=pytest.mark.slow), pytest.param(SIZES, id="six")])
@pytest.mark.parametrize("kind", SOME_KINDS)
def test_signals(
    flexflows: Flexflows, account: Account, tmp_path: Path, sizes: dict[str, int], kind: str, moment: int
) -> None:
    """A signal at any moment, while accounts hang, leaves whole accounts, and a command that completes the output."""
    number = SIGNALS[(moment + KINDS.index(kind)) % 3]
    out, options = tmp_path / "out", ["list", "-o", kind, *(["--all-profiles"] if sizes is SIZES else [])]
    hanging = account(accounts=sizes, latency=0.01, faults=[f"stall@{1 + moment % 7}+"])
    with out.open("wb") as file, start(*options, stdout=file) as process:
        wait_until(lambda: hanging.requests)
        time.sleep(0.01 * moment)
        sent = time.monotonic()
        process.send_signal(number)
        err = process.communicate(timeout=30)[1].decode()
        seconds = time.monotonic() - sent
    good = account(accounts=sizes)
    everything = [flow["sid"] for each in good.accounts.values() for flow in each.flows]
    rows = sids(kind, out.read_bytes())
    names = whole_accounts(good, rows)
    assert process.returncode == (128 + number if err else 0)
    assert seconds < 1
    if "missing: " not in err:  # all was written before
        assert rows == everything
        return
    assert re.fullmatch(r"flexflows: interrupted( by SIG[A-Z]+)?; .*missing: .*\n", err)
    if kind == "json" and rows:
        assert all(repr(name) in err for name in sizes if name not in names and sizes[name])
        return
    complete(err, out)
    assert sorted(sids(kind, out.read_bytes())) == sorted(everything)
    if kind in {"csv", "tsv"}:  # one header, too
        assert sorted(out.read_text(encoding="utf-8-sig").splitlines()) == sorted(flexflows(*options).lines)


def test_a_signal_ends_a_command_that_draws_at_the_end(account: Account) -> None:
    sandbox = account(faults=["stall+"])
    with start("summary") as process:
        wait_until(lambda: sandbox.requests)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"flexflows: interrupted\n")
    assert process.returncode == 130


def test_a_hang_up_that_is_ignored(account: Account) -> None:
    """Under nohup, a hang-up does not end the command."""
    sandbox = account(3, latency=0.1)
    nohup = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with start("list", "-o", "jsonl", **nohup) as process:
        wait_until(lambda: sandbox.requests)
        process.send_signal(signal.SIGHUP)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, len(out.splitlines()), err) == (0, 3, b"")


@pytest.mark.parametrize("kind", SOME_KINDS)
def test_a_signal_while_nobody_reads_the_pipe(account: Account, kind: str) -> None:
    """A pipe that is full does not keep the command from ending; stderr tells that the last account is incomplete."""
    sandbox = account(accounts={"a": 5, "b": 500, "c": 5})
    with start("list", "-o", kind, "--all-profiles") as process:
        wait_until(lambda: len(sandbox.requests) == 3)
        wait_until(lambda: unread(process.stdout) > 60_000)
        process.send_signal(signal.SIGTERM)
        assert process.wait(2) == 143
        out, err = process.communicate()
    assert err.count(b"\n") == 1
    assert len(out) > 60_000
    if kind == "table":
        assert b"; the last account in the output is incomplete; missing: flexflows list -o table --all" in err
    else:
        assert b"; the last account in the output is incomplete; 5 flows of 1 of 3 accounts written; " in err
        assert b"missing: 'b', 'c'" in err if kind == "json" else b"missing: flexflows list -p b -p c" in err


def test_a_reader_that_closes_the_pipe_while_an_account_hangs(account: Account) -> None:
    """A closed pipe ends the command within a second, and without a word."""
    sandbox = account(accounts={"a": 5, "b": 5}, faults=["stall@2+"])
    with start("list", "-o", "csv", "--all-profiles") as process:
        wait_until(lambda: len(sandbox.requests) == 2)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(2) == 0
        assert process.stderr.read() == b""


def test_a_reader_of_the_first_line_of_a_report(account: Account) -> None:
    """The exit code of `--fail-on` does not depend on how much of the report is read."""
    account(500)
    with start("report", "--fail-on", "redesign") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(10) == ExitCode.LEFT


@pytest.mark.parametrize("arguments", [["list"], ["completion", "zsh"]], ids=" ".join)
def test_a_pipe_that_was_closed_before(account: Account, arguments: list[str]) -> None:
    account(3)
    ours, theirs = os.pipe()
    os.close(ours)
    with start(*arguments, stdout=theirs) as process:
        os.close(theirs)
        assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 0


@pytest.mark.parametrize("command", ["list -o table", "list -o json", "summary", "report", "list --columns help"])
def test_a_full_disk(flexflows: Flexflows, account: Account, command: str) -> None:
    account(3)
    result = flexflows(*command.split(), into=Path("/dev/full"))
    rest = f"; missing: flexflows {command}" if " -o " in command else ""
    assert result.code == 1
    assert result.err == f"flexflows: the output cannot be written: No space left on device{rest}\n"


@contextmanager
def disk(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("mode", ["a", "w"])
@pytest.mark.parametrize("kind", SOME_KINDS)
def test_a_disk_that_fills(flexflows: Flexflows, account: Account, tmp_path: Path, kind: str, mode: str) -> None:
    """A file is cut back to its last whole account, with the end of its format, and can be completed."""
    sandbox, out = account(accounts=SIZES), tmp_path / "out"
    command = ["list", "--all-profiles", "-o", kind]
    whole = flexflows(*command)
    with disk(len(whole.out) * 6 // 10):
        result = flexflows(*command, into=out, mode=mode)
    names = whole_accounts(sandbox, sids(kind, out.read_bytes()))
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert names == ([] if kind == "table" else ["a b", "b", "c"])
    if kind != "json":
        complete(result.err, out)
        assert whole_accounts(sandbox, sids(kind, out.read_bytes())) == [name for name in SIZES if SIZES[name]]


def test_a_disk_without_room_for_the_end(flexflows: Flexflows, account: Account, tmp_path: Path) -> None:
    """If the closing bracket of JSON does not fit, stderr says so."""
    account(accounts={"a": 2})
    whole, out = flexflows("list", "-o", "json").out, tmp_path / "out"
    with disk(len(whole) - 1):
        result = flexflows("list", "-o", "json", into=out)
    assert result.code == 1
    assert "; the output lacks its end, ']'; 2 flows of 1 of 1 account written\n" in result.err
    assert out.read_bytes() + b"\n]\n" == whole


def test_a_failed_account_is_named_with_the_command_for_it(
    flexflows: Flexflows, account: Account, tmp_path: Path
) -> None:
    """The accounts that can be read are written; the printed command has the options of the first."""
    sandbox, out = account(accounts=SIZES, faults=["403"]), tmp_path / "out"
    options = ["--limit", 3, "--where", "enabled=true", "--all-profiles", "--columns", "sid,friendly_name", "-o", "csv"]
    result = flexflows("list", "-v", "--header", *options, into=out)
    failure, rest = [line for line in result.err.splitlines() if "GET" not in line]
    assert (result.code, len(sandbox.requests)) == (1, 6)
    assert re.fullmatch(r"flexflows: profile .+: 403 .*", failure)
    assert "of 5 of 6 accounts written; missing: flexflows list -p " in rest
    assert rest.endswith(" --columns sid,friendly_name -o csv --with-profile --no-header")
    complete(rest.replace(" -v", ""), out)
    whole = flexflows("list", *options)
    assert sorted(out.read_text(encoding="utf-8-sig").splitlines()) == sorted(whole.lines)


def test_the_command_is_quoted_for_a_shell(flexflows: Flexflows, account: Account) -> None:
    """A value with a line break, quotation marks or a byte of no text stays on the one line, and can be run."""
    account(accounts={"a": 3, "b": 3}, faults=["401"])
    where = "friendly_name=it's \\ $HOME\n\udcff"
    result = flexflows("list", "--all-profiles", "-o", "jsonl", "--where", where, "--friendly-name", "ü é")
    line = result.err.splitlines()[-1].rpartition("missing: flexflows ")[2]
    words = subprocess.check_output(["bash", "-c", f"printf '%s\\0' {line}"]).split(b"\0")  # noqa: S603, S607 - ours
    assert os.fsencode(where) in words
    assert "ü é".encode() in words
