"""The standard streams, any of which may be missing, and the progress that is shown while the command waits."""

import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from accounts import one_host
from commands import COMMAND, Flexflows, Profiles
from terminals import look

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]
posix = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")


@posix
@pytest.mark.parametrize(
    ("closed", "arguments"),
    [
        *((closed, ["list"]) for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")),
        *(("<&- 2>&-", arguments) for arguments in (["summary"], ["--help"])),
        (">&-", ["list", "-o", "json"]),
    ],
)
def test_closed_streams(account: Account, arguments: list[str], closed: str) -> None:
    """Without standard error the rows are still written; without standard output nothing is fetched."""
    sandbox = account(3)
    words = [str(COMMAND), *arguments, *([] if "--" in arguments[0] else ["--base-url", sandbox.url])]
    script = f"{shlex.join(words)} {closed}"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)  # noqa: S603, S607 - ours
    if " >&-" not in f" {closed}":
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout
    else:
        message = "flexflows: the output cannot be written: standard output is closed\n"
        assert (result.returncode, result.stderr) == (1, "" if "2>&-" in closed else message)
        assert len(sandbox.requests) == 0


@pytest.mark.parametrize(
    "arguments", [["list"], ["list", "-o", "csv"], ["list", "-o", "json"], ["report"], ["summary"], ["drift"]]
)
@pytest.mark.parametrize("missing", [("stdout",), ("stderr",), ("stdin", "stdout", "stderr")], ids=" ".join)
def test_missing_streams(
    flexflows: Flexflows,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    missing: tuple[str, ...],
) -> None:
    """Every command works if Python has `None` for a stream, as for one that was closed before the start."""
    sandbox = account(3)
    for name in missing:
        monkeypatch.setattr(sys, name, None)
    result = flexflows(*arguments, "--base-url", sandbox.url)
    has_output = "stdout" not in missing
    assert (result.code, bool(result.out), bool(sandbox.requests)) == (int(not has_output), has_output, has_output)
    assert ("standard output is closed" in result.err) == (missing == ("stdout",))


@pytest.mark.parametrize("kind", ["table", "csv", "json", "jsonl", "tsv"])
def test_encodings(flexflows_into: Flexflows, account: Account, tmp_path: Path, kind: str) -> None:
    """Data is UTF-8 whatever the locale; text for people fits the encoding of the terminal."""
    sandbox = account([{"sid": "FO1", "friendly_name": "Zürich 東京"}])
    out = tmp_path / "out"
    result = flexflows_into(out, "list", "-o", kind, "--base-url", sandbox.url, encoding="ascii")
    assert (result.code, result.err) == (0, "")
    assert ("Zürich 東京" if kind != "table" else "Z\\xfcrich \\u6771\\u4eac") in out.read_text(encoding="utf-8")


def test_verbose(flexflows: Flexflows, profiles: Profiles) -> None:
    """-v writes each attempt, with its profile, and each pause with its reason."""
    one, other = Sandbox(3, seed=1, faults=["503@1x2"]), Sandbox(3, seed=2)
    profiles({"emea": one, "us": other})
    with one_host(one, other) as url:
        result = flexflows("list", "--all-profiles", "-o", "jsonl", "-v", "--base-url", url)
    lines = result.err.splitlines()
    assert (result.code, len(result.lines)) == (0, 6)
    assert len([line for line in lines if line.startswith("flexflows: emea: GET /v1/FlexFlows: ")]) == 3
    assert len([line for line in lines if line.startswith("flexflows: us: GET /v1/FlexFlows: ")]) == 1
    assert [line for line in lines if "emea: attempt 2 of 5 follows" in line and "503" in line]


@posix
def test_retries_in_the_progress(account: Account, tmp_path: Path) -> None:
    """The line of progress shows the next retry, its delay and its reason."""
    sandbox = account(20, faults=["503@2"])
    with (tmp_path / "flows.jsonl").open("wb") as file:
        seen = look("list", "-o", "jsonl", "--page-size", "10", "--base-url", sandbox.url, stdout=file.fileno())
    assert "10 flows · retry 2 of 5 in 0." in seen.raw
    assert " s: 503" in seen.raw
    assert seen.text.strip() == ""


@posix
def test_progress_of_several_accounts(profiles: Profiles, tmp_path: Path) -> None:
    """The line of progress shows how many of the accounts have been read."""
    crowd = [Sandbox(3, seed=seed, latency=0.05) for seed in range(4)]
    profiles({f"p{number}": sandbox for number, sandbox in enumerate(crowd)})
    with one_host(*crowd) as url, (tmp_path / "flows.csv").open("wb") as file:
        seen = look("list", "--all-profiles", "-o", "csv", "--base-url", url, stdout=file.fileno())
    assert "0 of 4 accounts" in seen.raw
    assert "flows · 3 of 4 accounts" in seen.raw or "flows · 4 of 4 accounts" in seen.raw
    assert seen.text.strip() == ""


def test_an_account_that_hangs(flexflows: Flexflows, profiles: Profiles) -> None:
    """An account that sends no response fails after --timeout."""
    hanging, good = Sandbox(3, seed=1, faults=["stall+"]), Sandbox(3, seed=2)
    profiles({"a": hanging, "b": good})
    with hanging, good:
        # The fault needs a server of its own.
        result = flexflows("list", "-p", "a", "-o", "jsonl", "--timeout", "0.2", "--base-url", hanging.url)
    assert (result.code, result.out) == (1, b"")
    assert result.err.startswith("flexflows: ")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("count", [100, pytest.param(200, marks=pytest.mark.slow)])
def test_many_accounts(flexflows: Flexflows, profiles: Profiles, count: int) -> None:
    """Many accounts are read side by side, at least eight at once, in order and each of them once."""
    crowd = [Sandbox(2, seed=seed, latency=0.1) for seed in range(count)]
    profiles({f"profile-{number:03}": sandbox for number, sandbox in enumerate(crowd)})
    with one_host(*crowd) as url:
        begun = time.monotonic()
        result = flexflows("list", "--all-profiles", "-o", "csv", "--columns", "sid", "--base-url", url)
        seconds = time.monotonic() - begun
    assert (result.code, result.err) == (0, "")
    rows = [line.split(",") for line in result.lines[1:]]
    assert rows == [
        [f"profile-{number:03}", flow["sid"]] for number, sandbox in enumerate(crowd) for flow in sandbox.flows
    ]
    assert seconds < count * 0.1 / 8 + 5  # the machine may be busy
