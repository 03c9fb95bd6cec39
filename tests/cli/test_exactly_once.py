"""If a listing ends early, its output is valid, and the command on stderr writes exactly the rest."""

import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from accounts import one_host
from commands import COMMAND, Flexflows, Profiles, start, wait_until
from flexflows.cli._source import Account as SourceAccount
from flexflows.cli._source import Position, resume_cursor

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals, pipes and disks")
KINDS = ("jsonl", "csv", "tsv", "json", "table")
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
SID = re.compile(r"FO[0-9a-f]{32}")


def sids(kind: str, data: bytes) -> list[str]:
    """Return the SIDs of the rows that an output has, each row once; the output has to be valid for its format."""
    text = data.decode("utf-8-sig")
    assert text == "" or text.endswith("\n")
    if kind == "json":
        return [record["sid"] for record in json.loads(text or "[]")]
    if kind == "jsonl":
        return [json.loads(line)["sid"] for line in text.splitlines()]
    if kind == "csv":
        return [row["sid"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    lines = [line for line in text.splitlines() if SID.search(line)]
    return [SID.findall(line)[0] for line in lines]


def resumption(err: str) -> list[str]:
    """Return the arguments of the resuming command in an error message."""
    line = err.splitlines()[-1]
    program, *arguments = shlex.split(line.partition("; resume with: ")[2])
    assert program == "flexflows"
    return arguments


@pytest.fixture
def resume(flexflows_into: Flexflows, tmp_path: Path) -> Callable[[str, Path, str], None]:
    """Run the command that an error says resumes a listing, its output added to a file."""

    def resume(kind: str, out: Path, err: str) -> None:
        is_array = kind == "json"
        assert ("cannot be appended to (-o jsonl can)" in err) == is_array
        rest = tmp_path / "rest" if is_array else out
        assert flexflows_into(rest, *resumption(err)).code == 0
        if is_array:
            out.write_text(json.dumps(json.loads(out.read_bytes()) + json.loads(rest.read_bytes())) + "\n")
            rest.unlink()

    return resume


@pytest.mark.parametrize("limit", [None, 11])
@pytest.mark.parametrize("kind", KINDS)
def test_errors(
    flexflows: Flexflows, flexflows_into: Flexflows, account: Account, tmp_path: Path, kind: str, limit: int | None
) -> None:
    """After two errors during a listing, the commands that the errors name complete the file."""
    wanted = [] if limit is None else ["--limit", limit]
    options = ["list", "-o", kind, "--page-size", "2", *wanted, "--base-url"]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert flexflows_into(whole, *options, account(15).url).code == 0
    broken = account(15, faults=["403@4", "401@6"])
    errors = [flexflows_into(parts, *options, broken.url)]
    assert "403 Account suspended" in errors[0].err
    assert "; 6 flows written; " in errors[0].err
    first = parts.read_bytes()
    if kind == "json":
        assert sids(kind, first) == [flow["sid"] for flow in broken.flows[:6]]
        rest = flexflows(*resumption(errors[0].err))
        last = flexflows(*resumption(rest.err))
        assert json.loads(first) + rest.json + last.json == json.loads(whole.read_bytes())
        return
    errors.append(flexflows_into(parts, *resumption(errors[0].err)))
    assert "; 2 flows written; " in errors[1].err
    assert [error.code for error in errors] == [1, 1]
    assert [error.err.count("\n") for error in errors] == [1, 1]
    assert flexflows_into(parts, *resumption(errors[1].err)).code == 0
    assert sids(kind, parts.read_bytes()) == sids(kind, whole.read_bytes())
    if kind != "table":
        assert parts.read_bytes() == whole.read_bytes()


def test_nothing_written(flexflows: Flexflows, account: Account) -> None:
    """An error before the first flow names no resuming command, and writes nothing, or for JSON an empty array."""
    url = account(15, faults=["401+"]).url
    for kind in KINDS:
        result = flexflows("list", "-o", kind, "--base-url", url)
        assert (result.code, result.out) == (1, b"[]\n" if kind == "json" else b"")
        assert "resume" not in result.err


@pytest.mark.parametrize("kind", ["csv", "json", "table"])
def test_an_empty_account_before_the_error(flexflows: Flexflows, profiles: Profiles, kind: str) -> None:
    """If an account without flows was read to its end, the output has a heading, which only a table's rest repeats."""
    empty, broken = Sandbox(0, seed=1), Sandbox(3, seed=2, faults=["403"])
    profiles({"a": empty, "b": broken})
    with one_host(empty, broken) as url:
        first = flexflows("list", "--all-profiles", "-o", kind, "--base-url", url)
        assert "; 0 flows written; 1 of 2 accounts complete; " in first.err
        rest = flexflows(*resumption(first.err))
    heading = {"csv": b"profile,", "json": b"[]\n", "table": b"profile "}[kind]
    assert first.out.startswith(heading)
    assert (rest.code, rest.out.startswith(heading)) == (0, kind == "table")


def test_resuming_where_the_filter_left_out_rows(flexflows: Flexflows, account: Account) -> None:
    """--limit counts the flows that match --where, before and after an error in the middle of a page."""
    flows = [{"sid": f"FO{number:032x}", "channel_type": "sms" if number % 3 else "web"} for number in range(40)]
    options = ["list", "-o", "jsonl", "--where", "channel_type=sms", "--limit", "17", "--page-size", "4", "--base-url"]
    whole = flexflows(*options, account(flows).url)
    assert sids("jsonl", whole.out) == [flow["sid"] for flow in flows if flow["channel_type"] == "sms"][:17]
    first = flexflows(*options, account(flows, faults=["403@5"]).url)
    rest = flexflows(*resumption(first.err))
    assert first.out + rest.out == whole.out
    assert (first.code, rest.code, first.out != b"", rest.out != b"") == (1, 0, True, True)


def test_a_cursor_of_the_python_package(flexflows: Flexflows, account: Account) -> None:
    """--cursor takes a cursor of the Python package too; anything else is an error of one line."""
    sandbox = account(4)
    whole = flexflows("list", "-o", "jsonl", "--base-url", sandbox.url)
    from flexflows import FlexFlows  # noqa: PLC0415 - here only

    with FlexFlows(base_url=sandbox.url) as client:
        cursor = client.page(page_size=2).next_cursor
    assert flexflows("list", "-o", "jsonl", "--base-url", sandbox.url, "--cursor", cursor).lines == whole.lines[2:]
    for wrong in ("x", "r.x", "r." + "A" * 40, f"{cursor}x", "r."):
        result = flexflows("list", "-o", "json", "--base-url", sandbox.url, "--cursor", wrong)
        assert (result.code, result.out, result.err.count("\n")) == (2, b"", 1)


def test_header_on_resuming(flexflows: Flexflows, account: Account) -> None:
    """A resumed listing has no header without --header, even if the first listing had the option."""
    sandbox = account(4, faults=["403@2"])
    options = ("list", "-o", "tsv", "--columns", "sid", "--base-url", sandbox.url, "--page-size", 2, "--header")
    first = flexflows(*options)
    assert first.lines == ["sid", *(flow["sid"] for flow in sandbox.flows[:2])]
    rest = [flow["sid"] for flow in sandbox.flows[2:]]
    assert flexflows(*resumption(first.err)).lines == rest
    assert flexflows(*resumption(first.err), "--header").lines == ["sid", *rest]
    assert flexflows(*options, "--no-header").lines == [flow["sid"] for flow in sandbox.flows]


def test_the_resuming_command_is_quoted_for_a_shell(flexflows: Flexflows, account: Account) -> None:
    """The resuming command is one line, with every option quoted for a shell."""
    flows = [{"sid": f"FO{number:032x}", "friendly_name": "it's $HOME\n"} for number in range(4)]
    url = account(flows, faults=["403@2"]).url
    where = "friendly_name=it's $HOME\n"
    first = flexflows("list", "-o", "jsonl", "--base-url", url, "--page-size", 2, "--where", where)
    assert first.err.count("\n") == 1
    line = first.err.partition("; resume with: ")[2].replace("flexflows", shlex.quote(str(COMMAND)), 1)
    rest = subprocess.check_output(["bash", "-c", line])  # noqa: S603, S607 - ours
    assert sids("jsonl", first.out + rest) == [flow["sid"] for flow in flows]


def interrupt(sandbox: Sandbox, number: int, moment: int, out: Path, *arguments: object) -> tuple[int, str]:
    """List into a file, send a signal at one of 20 moments from before the first page to after the last."""
    time.sleep(0.05)  # a request of the run before may still be on its way
    requests = len(sandbox.requests)
    with out.open("wb") as file, start("list", *arguments, stdout=file) as process:
        if moment:
            wait_until(lambda: len(sandbox.requests) > requests)
        time.sleep(0.02 * moment or 0.15)
        process.send_signal(number)
        err = process.communicate(timeout=30)[1].decode()
    return process.returncode, err


MOMENTS = pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.slow, id="all"), pytest.param(10, id="some")]
)
"""All of 20 moments, or two of them, which differ from format to format."""


@posix
@MOMENTS
@pytest.mark.parametrize("kind", KINDS)
def test_signals(
    account: Account, resume: Callable[[str, Path, str], None], tmp_path: Path, kind: str, step: int
) -> None:
    """After a signal at any of 20 moments, the written and the resumed rows are all rows, each of them once."""
    sandbox = account(120, latency=0.02)
    everything = [flow["sid"] for flow in sandbox.flows]
    for moment in range(2 * KINDS.index(kind) % step, 20, step):
        number = getattr(signal, SIGNALS[(moment + KINDS.index(kind)) % len(SIGNALS)])
        out = tmp_path / f"{moment}"
        options = ("-o", kind, "--page-size", 10, "--base-url", sandbox.url)
        code, err = interrupt(sandbox, number, moment, out, *options)
        if not moment and code and not err.startswith("flexflows:"):
            continue  # the signal came before Python had started
        assert code in {0, 128 + number}, err
        assert err.count("\n") == (code != 0)
        written = sids(kind, out.read_bytes())
        if "resume with" in err:
            resume(kind, out, err)
            written = sids(kind, out.read_bytes())
        assert written == everything or (not written and err.startswith("flexflows: interrupted"))


@posix
@MOMENTS
def test_signals_with_several_accounts(
    profiles: Profiles, resume: Callable[[str, Path, str], None], tmp_path: Path, step: int
) -> None:
    """After a signal within or between accounts, the output and its rest have all rows in order, each of them once."""
    crowd = [Sandbox(flows, seed=flows, latency=0.02) for flows in (7, 30, 1, 0, 12)]
    profiles({f"p {sandbox.flows and len(sandbox.flows)}": sandbox for sandbox in crowd})
    everything = [flow["sid"] for sandbox in crowd for flow in sandbox.flows]
    with one_host(*crowd) as url:
        for moment in range(3 % step, 20, step):
            number = getattr(signal, SIGNALS[moment % len(SIGNALS)])
            out = tmp_path / f"{moment}"
            options = ("--all-profiles", "-o", "csv", "--page-size", 3, "--base-url", url)
            code, err = interrupt(crowd[0], number, moment or 1, out, *options)
            assert code in {0, 128 + number}, err
            if "resume with" in err:
                resume("csv", out, err)
            written = sids("csv", out.read_bytes())
            assert written == everything or not written


@posix
def test_a_signal_that_is_ignored(account: Account) -> None:
    """Under nohup, a hang-up does not end the command."""
    sandbox = account(10, latency=0.05)
    arguments = ["list", "-o", "jsonl", "--page-size", 1, "--base-url", sandbox.url]
    nohup = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with start(*arguments, **nohup) as process:
        wait_until(lambda: sandbox.requests)
        process.send_signal(signal.SIGHUP)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert len(out.splitlines()) == 10


@posix
@pytest.mark.parametrize(
    "length", [50, *(pytest.param(length, marks=pytest.mark.slow) for length in (4900, 5000, 9000))]
)
def test_a_signal_while_the_reader_of_a_pipe_is_slow(flexflows: Flexflows, account: Account, length: int) -> None:
    """A signal ends the command although the pipe is full; the rows in the pipe and the resumed rows are all rows."""
    names = ["x" * (length if number % 3 else 50) for number in range(400)]
    flows = [{"sid": f"FO{number:032x}", "friendly_name": name} for number, name in enumerate(names)]
    sandbox = account(flows)
    with start("list", "-o", "jsonl", "--page-size", 50, "--base-url", sandbox.url) as process:
        wait_until(lambda: len(sandbox.requests) > 3)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143
        assert process.stdout is not None
        assert process.stderr is not None
        out, err = process.stdout.read(), process.stderr.read().decode()
    rest = flexflows(*resumption(err)).out
    assert out.endswith(b"\n") != ("the last row is cut off" in err)
    assert sids("jsonl", out + rest) == [flow["sid"] for flow in flows]


@posix
def test_a_signal_before_a_row_that_was_cut_off_is_completed(flexflows: Flexflows, account: Account) -> None:
    """A signal before a partly written row is completed leaves a cursor that still resumes within that row."""
    sandbox = account(3)
    options = ("list", "-o", "jsonl", "--base-url", sandbox.url)
    whole = flexflows(*options).out
    requests = len(sandbox.requests)
    cursor = resume_cursor([SourceAccount(None, None, position=Position(torn=10))])
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with suppress(BlockingIOError):
        while True:
            os.write(theirs, b"x" * 512)
    os.set_blocking(theirs, True)
    with start(*options, "--cursor", cursor, stdout=theirs) as process:
        wait_until(lambda: len(sandbox.requests) > requests)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        err = process.communicate(timeout=30)[1].decode()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 143
    assert flexflows(*resumption(err)).out == whole[10:]


@posix
@pytest.mark.parametrize("command", ["list", "summary"])
def test_a_signal_before_the_first_page(account: Account, command: str) -> None:
    """A signal before the first response ends the command with one line."""
    sandbox = account(20, faults=["stall"])
    process = start(command, "--base-url", sandbox.url)
    wait_until(lambda: sandbox.requests)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == b"flexflows: interrupted\n"
    assert process.returncode == 130


@posix
@pytest.mark.parametrize("lines", [0, 150, 399])
def test_a_reader_that_closes_the_pipe(flexflows: Flexflows, account: Account, lines: int) -> None:
    """The rows read before the pipe was closed and the resumed rows are all rows; no further page is fetched."""
    flows = [{"sid": f"FO{number:032x}", "friendly_name": "x" * 500} for number in range(400)]
    sandbox = account(flows)
    process = start("list", "-o", "jsonl", "--page-size", 20, "--base-url", sandbox.url, bufsize=0)
    assert process.stdout is not None
    assert process.stderr is not None
    read = b"".join(process.stdout.readline() for _ in range(lines))  # unbuffered: byte by byte
    process.stdout.close()
    err = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(30) == 0
    if lines < 250:  # later everything is in the pipe already
        assert err.startswith("flexflows: the reader closed the pipe")
        assert len(sandbox.requests) < 20
    if "resume" in err:
        rest = flexflows(*resumption(err)).out
        assert sids("jsonl", read + rest) == [flow["sid"] for flow in flows]


@pytest.mark.parametrize("arguments", [["list", "--columns", "help"], ["summary", "--sandbox"], ["completion", "bash"]])
def test_a_pipe_that_was_closed_before(installed: Flexflows, arguments: list[str]) -> None:
    """A closed pipe is no error for a command that lists no flows."""
    ours, theirs = os.pipe()
    os.close(ours)
    result = installed(*arguments, stdout=theirs)
    os.close(theirs)
    assert (result.code, result.err) == (0, "")


FULL_DISK = "flexflows: the output cannot be written: No space left on device\n"


@posix
@pytest.mark.parametrize("arguments", [["list"], ["--help"]])
def test_a_full_disk(installed: Flexflows, account: Account, arguments: list[str]) -> None:
    """A full disk ends the command with one line and exit code 1."""
    options = [] if arguments == ["--help"] else ["--base-url", account(3).url]
    with Path("/dev/full").open("wb") as full:
        result = installed(*arguments, *options, stdout=full)
    assert (result.code, result.err) == (1, FULL_DISK)


@posix
@pytest.mark.parametrize(
    "arguments", [["list", "-o", "json"], ["list", "-o", "csv"], ["summary"], ["drift"], ["report"]]
)
def test_a_full_disk_for_every_command(flexflows_into: Flexflows, account: Account, arguments: list[str]) -> None:
    """Every command reports a full disk with the same line."""
    result = flexflows_into(Path("/dev/full"), *arguments, "--base-url", account(3).url, mode="w")
    assert (result.code, result.err) == (1, FULL_DISK)


@posix
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["a", "w"])
def test_a_disk_that_fills(
    flexflows_into: Flexflows,
    account: Account,
    resume: Callable[[str, Path, str], None],
    tmp_path: Path,
    kind: str,
    mode: str,
) -> None:
    """When the disk fills during a listing, the file is valid, ends with a whole row, and can be completed."""
    import resource  # noqa: PLC0415 - missing on Windows

    sandbox = account(20)
    out = tmp_path / "out"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, limits[1]))
    try:
        full = flexflows_into(out, "list", "-o", kind, "--page-size", "4", "--base-url", sandbox.url, mode=mode)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert full.code == 1
    assert full.err.startswith("flexflows: the output cannot be written: File too large")
    written = sids(kind, out.read_bytes())
    assert written == [flow["sid"] for flow in sandbox.flows][: len(written)]
    if kind != "table":
        assert 0 < len(written) < 20
        resume(kind, out, full.err)
        assert sids(kind, out.read_bytes()) == [flow["sid"] for flow in sandbox.flows]


def test_failures_of_several_accounts(flexflows: Flexflows, profiles: Profiles) -> None:
    """One command resumes all accounts that failed during a listing, and lists exactly the remaining rows."""
    good, one, other = Sandbox(5, seed=1), Sandbox(9, seed=2, faults=["403@3"]), Sandbox(6, seed=3, faults=["401@2"])
    profiles({"good": good, "o'ne": one, "last": Sandbox(2, seed=4), "other": other})
    with one_host(good, one, Sandbox(2, seed=4), other) as url:
        first = flexflows("list", "--all-profiles", "-o", "csv", "--base-url", url, "--page-size", 2, "--limit", 7)
        lines = first.err.splitlines()
        assert (first.code, len(lines)) == (1, 3)
        assert 'profile "o\'ne": 403' in lines[0]
        assert "profile 'other': 401" in lines[1]
        assert lines[2].startswith(
            "flexflows: 13 flows written; 2 of 4 accounts complete; resume with: flexflows list "
        )
        rest = flexflows(*resumption(first.err))
    assert (rest.code, rest.err) == (0, "")
    rows = list(csv.reader(io.StringIO((first.text + rest.text), newline="")))
    found = {name: [row[1] for row in rows if row[0] == name] for name in ("good", "o'ne", "other")}
    assert found["good"] == [flow["sid"] for flow in good.flows]
    assert found["o'ne"] == [flow["sid"] for flow in one.flows[:7]]
    assert found["other"] == [flow["sid"] for flow in other.flows]
    assert len(rows) == 1 + 5 + 7 + 2 + 6
