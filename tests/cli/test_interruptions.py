"""What ends a listing early: errors, Ctrl-C, a closed pipe, a full disk; and going on from there."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from accounts import one_host
from commands import Flexflows, Profiles, start, wait_until

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and full disks are otherwise there")


def onward(err: str) -> list[str]:
    """Give the options that an error says go on."""
    assert err.count("\n") == 1
    return err.strip().partition("go on with ")[2].split()


@pytest.mark.parametrize("limit", [None, 11])
@pytest.mark.parametrize("kind", ["jsonl", "csv", "tsv"])
def test_going_on_after_an_error(
    flexflows_into: Flexflows, account: Account, tmp_path: Path, kind: str, limit: int | None
) -> None:
    """After an error in the middle, the cursor that it names continues the same file without a gap or a repeat."""
    wanted = [] if limit is None else ["--limit", limit]
    options = ["list", "-o", kind, "--page-size", "2", "--base-url"]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert flexflows_into(whole, *options, account(15).url, *wanted).code == 0
    url = account(15, faults=["403@4", "401@6"]).url
    broken = flexflows_into(parts, *options, url, *wanted)
    assert broken.code == 1
    assert "403 Account suspended" in broken.err
    assert "6 flows came before it" in broken.err
    broken = flexflows_into(parts, *options, url, *onward(broken.err))
    assert broken.code == 1
    assert flexflows_into(parts, *options, url, *onward(broken.err)).code == 0
    assert parts.read_bytes() == whole.read_bytes()


def test_json_is_complete_after_an_error(flexflows: Flexflows, account: Account) -> None:
    """An error in the middle leaves an array of all records before it, and one at the start an empty array."""
    sandbox = account(15, faults=["403@4"])
    result = flexflows("list", "-o", "json", "--page-size", 2, "--base-url", sandbox.url)
    assert (result.code, result.json) == (1, sandbox.flows[:6])
    rest = flexflows("list", "-o", "json", "--page-size", 2, "--base-url", sandbox.url, *onward(result.err))
    assert result.json + rest.json == list(sandbox.flows)
    result = flexflows("list", "-o", "json", "--base-url", account(15, faults=["401+"]).url)
    assert (result.code, result.json) == (1, [])
    assert "go on" not in result.err


def test_header_on_going_on(flexflows: Flexflows, account: Account) -> None:
    """--cursor continues a file, without a header, unless --header says otherwise; --no-header works for any."""
    sandbox = account(4, faults=["403@2"])
    options = ("list", "-o", "tsv", "--columns", "sid", "--base-url", sandbox.url, "--page-size", 2)
    first = flexflows(*options)
    assert first.lines == ["sid", *(flow["sid"] for flow in sandbox.flows[:2])]
    rest = [flow["sid"] for flow in sandbox.flows[2:]]
    assert flexflows(*options, *onward(first.err)).lines == rest
    assert flexflows(*options, *onward(first.err), "--header").lines == ["sid", *rest]
    assert flexflows(*options, "--no-header").lines == [flow["sid"] for flow in sandbox.flows]


def test_table_of_what_came(flexflows: Flexflows, account: Account) -> None:
    """The table shows what came before an error."""
    sandbox = account(5, faults=["403@2"])
    result = flexflows("list", "--page-size", 2, "--base-url", sandbox.url)
    assert (result.code, len(result.lines)) == (1, 3)
    assert onward(result.err)[0] == "--cursor"


@posix
@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "table"])
def test_ctrl_c(account: Account, tmp_path: Path, kind: str) -> None:
    """Ctrl-C while waiting for a page ends at once with exit code 130; what is written is whole, and can be gone on."""
    sandbox = account(20, faults=["stall@3"])
    out = tmp_path / "out"
    with out.open("wb") as file:
        process = start("list", "-o", kind, "--page-size", 2, "--base-url", sandbox.url, stdout=file)
        wait_until(lambda: len(sandbox.requests) == 3)
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 130
    assert err.startswith("flexflows: interrupted; 4 flows came before it; go on with --cursor ")
    if kind == "json":
        assert json.loads(out.read_bytes()) == sandbox.flows[:4]
    assert len(out.read_bytes().splitlines()) == {"json": 6, "jsonl": 4}.get(kind, 5)


@posix
def test_ctrl_c_with_several_accounts(profiles: Profiles) -> None:
    """Ctrl-C between several accounts ends at once, and says how to go on with the one and the others."""
    first, second = Sandbox(3, seed=1), Sandbox(9, seed=2, faults=["stall@3"])
    profiles({"first": first, "second": second, "third": first})
    with one_host(first, second) as url:
        process = start("list", "--all-profiles", "-o", "csv", "--page-size", 2, "--base-url", url)
        wait_until(lambda: len(second.requests) == 3)
        assert process.stdout is not None
        written = [process.stdout.readline() for _ in range(1 + 3 + 4)]
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 130
    assert [line.partition(b",")[0] for line in written[1:]] == [b"first"] * 3 + [b"second"] * 4
    first_options, then = onward(err)[:4], err.strip().partition(", then with ")[2]
    assert first_options == ["-p", "second", "--with-profile", "--cursor"]
    assert then == "--no-header -p third --with-profile"


@posix
@pytest.mark.parametrize("command", ["list", "summary", "drift"])
def test_ctrl_c_before_the_first_page(account: Account, command: str) -> None:
    """Ctrl-C before anything came is one line."""
    sandbox = account(20, faults=["stall+"])
    process = start(command, "--base-url", sandbox.url)
    wait_until(lambda: sandbox.requests)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == b"flexflows: interrupted\n"
    assert process.returncode == 130


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "table"])
def test_closed_pipe(account: Account, kind: str) -> None:
    """`| head` ends quietly: nothing on standard error, no failure, and no more pages than were needed."""
    sandbox = account(2500)
    with start("list", "-o", kind, "--page-size", 50, "--base-url", sandbox.url) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
    if kind != "table":
        assert len(sandbox.requests) < 50


@pytest.mark.parametrize("arguments", [["list", "--columns", "help"], ["summary", "--sandbox"], ["completion", "bash"]])
def test_pipe_closed_before(installed: Flexflows, arguments: list[str]) -> None:
    """A pipe that nobody reads is quiet for every command."""
    ours, theirs = os.pipe()
    os.close(ours)
    result = installed(*arguments, stdout=theirs)
    os.close(theirs)
    assert (result.code, result.err) == (0, "")


@posix
@pytest.mark.parametrize("arguments", [["list"], ["list", "-o", "json"], ["list", "-o", "csv"], ["summary"], ["drift"]])
def test_full_disk(installed: Flexflows, account: Account, arguments: list[str]) -> None:
    """A full disk is one line and exit code 1."""
    with Path("/dev/full").open("wb") as full:
        result = installed(*arguments, "--base-url", account(3).url, stdout=full)
    assert result.code == 1
    assert result.err == "flexflows: the output cannot be written: No space left on device\n"


@posix
@pytest.mark.parametrize("kind", ["json", "jsonl", "csv"])
def test_disk_that_fills(
    account: Account,
    installed: Flexflows,
    flexflows_into: Flexflows,
    tmp_path: Path,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the disk is full in the middle, the file ends with a whole page, and the cursor goes on after it."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # its file would be cut off too
    sandbox = account(20)
    out = tmp_path / "out"
    options = ["list", "-o", kind, "--page-size", "4", "--base-url", sandbox.url]
    import resource  # noqa: PLC0415 - not there on Windows

    small = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (6000, -1))}
    with out.open("wb") as file:
        result = installed(*options, stdout=file, **small)
    assert result.code == 1
    err = result.err
    assert err.startswith("flexflows: the output cannot be written: File too large; ")
    if kind == "json":
        written = json.loads(out.read_bytes())
        assert 0 < len(written) < 20
        assert written == sandbox.flows[: len(written)]
        return
    assert flexflows_into(out, *options, *onward(err)).code == 0
    assert flexflows_into(tmp_path / "whole", *options).code == 0
    assert out.read_bytes() == (tmp_path / "whole").read_bytes()
