"""The installed command: help, exit codes, completion, the sandbox, and missing extras."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from commands import Flexflows, Profiles, start

from flexflows import __version__
from flexflows.cli import run
from flexflows.cli._app import COMMANDS, ExitCode
from flexflows.sandbox import FAULTS, Sandbox

Account = Callable[..., Sandbox]


def test_version(flexflows: Flexflows) -> None:
    """--version prints the version."""
    assert flexflows("--version").text == f"flexflows {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help(flexflows: Flexflows, command: str) -> None:
    """Every command has a help text, and every example in it has valid options."""
    result = flexflows(command, "--help")
    assert result.code == 0
    examples = re.findall(r"^ +(?:fish  |.*\$\()?flexflows ([a-z]+)", result.text, re.MULTILINE)
    assert set(examples) == {command}
    assert flexflows("--help").out == flexflows().out


def test_help_lists_the_commands(flexflows: Flexflows) -> None:
    """The help lists all commands and exit codes."""
    text = flexflows("--help").text
    assert all(f"\n  {command} " in text for command in COMMANDS)
    assert all(str(code) in text for code in (*ExitCode, 130, 143, 129))


@pytest.mark.parametrize("command", ["list", "summary", "report", "drift"])
def test_no_credentials(flexflows: Flexflows, command: str) -> None:
    """Without credentials the error names the environment's variables and profiles, with exit code 3 and no output."""
    result = flexflows(command, *(["-o", "json"] if command == "list" else []))
    assert result.code == 3
    assert result.err.count("\n") == 1
    assert "TWILIO_ACCOUNT_SID" in result.err
    assert "--sandbox" in result.err
    assert "account_sid" not in result.err
    assert b"null" not in result.out
    assert command != "list" or not result.out


def test_unknown_profile(flexflows: Flexflows, profiles: Profiles) -> None:
    """An unknown profile is a configuration error; control characters in its name are escaped."""
    profiles({})
    result = flexflows("list", "-p", "no\x1b[31mbody")
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert "no\\x1b[31mbody" in result.err


def test_unknown_command(flexflows: Flexflows) -> None:
    """An unknown command is a usage error."""
    result = flexflows("lst")
    assert (result.code, result.err.count("\n")) == (2, 1)


def test_embedded_sandbox(installed: Flexflows) -> None:
    """`--sandbox` needs neither credentials nor network, by either name of the command."""
    first = installed("list", "--sandbox", "-o", "jsonl")
    assert (first.code, first.err, len(first.lines)) == (0, "", 100)
    arguments = [sys.executable, "-m", "flexflows", "list", "--sandbox", "-o", "jsonl"]
    assert subprocess.check_output(arguments) == first.out  # noqa: S603 - ours


@pytest.mark.parametrize(
    ("missing", "arguments", "extra"),
    [
        ("click", ["list"], "cli"),
        ("jinja2", ["report", "--sandbox", "-o", "html"], "cli"),
        ("uvicorn", ["list", "--sandbox"], "sandbox"),
        ("uvicorn", ["sandbox"], "sandbox"),
    ],
)
def test_without_an_extra(installed: Flexflows, tmp_path: Path, missing: str, arguments: list[str], extra: str) -> None:
    """Without a required extra, one line names what to install, with exit code 3."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{missing!r}] = None\n")
    result = installed(*arguments, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (result.code, result.out, result.err.count("\n")) == (3, b"", 1)
    assert f"pip install '.[{extra}]'" in result.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(flexflows: Flexflows, shell: str) -> None:
    """There is a completion for each shell."""
    assert f"_FLEXFLOWS_COMPLETE={shell}_complete" in flexflows("completion", shell).text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("flexflows s", {"sandbox", "summary"}),
        ("flexflows list -p st", {"staging"}),
        ("flexflows list --columns sid,integration.f", {"sid,integration.flow_sid"}),
        ("flexflows list -o js", {"json", "jsonl"}),
    ],
)
def test_completion(
    profiles: Profiles,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    expected: set[str],
) -> None:
    """Completion offers commands, formats, profiles and columns."""
    profiles({"staging": {}, "production": {}})
    monkeypatch.setenv("_FLEXFLOWS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    with pytest.raises(SystemExit, match="0"):
        run()
    assert {each.partition(",")[2] for each in capsys.readouterr().out.split()} == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C differently")
def test_sandbox_command() -> None:
    """`flexflows sandbox` prints its URL and credentials, serves an account, and ends with Ctrl-C."""
    arguments = ["--port", "0", "--flows", "7", "--seed", "3", "--fault", "403@2"]
    with start("sandbox", *arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline().decode() for _ in range(8)]
        url = re.search(r"http://127.0.0.1:\d+", lines[0])
        exports = dict(re.findall(r"export (\w+)=(\w+)", "".join(lines)))
        assert url is not None
        credentials = (exports["TWILIO_ACCOUNT_SID"], exports["TWILIO_AUTH_TOKEN"])
        with httpx.Client(auth=credentials, verify=False) as client:  # noqa: S501 - plain http
            page = client.get(f"{url[0]}/v1/FlexFlows").json()
            assert client.get(f"{url[0]}/v1/FlexFlows").status_code == 403
        process.send_signal(signal.SIGINT)
        assert (process.wait(30), process.stderr.read()) == (0, b"")
    assert page["flex_flows"] == list(Sandbox(7, seed=3).flows)


def test_sandbox_faults(flexflows: Flexflows) -> None:
    """`--fault help` lists the faults; an unknown fault or a port in use is an error of one line."""
    assert [line.split()[0] for line in flexflows("sandbox", "--fault", "help").lines] == list(FAULTS)
    wrong = flexflows("sandbox", "--fault", "4o3")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)
    with Sandbox() as sandbox:
        taken = flexflows("sandbox", "--port", sandbox.url.rpartition(":")[2])
    assert (taken.code, taken.err.count("\n")) == (3, 1)


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (["--version"], {}),
        (["--help"], {}),
        ([], {"_FLEXFLOWS_COMPLETE": "bash_complete", "COMP_WORDS": "flexflows s", "COMP_CWORD": "1"}),
    ],
    ids=["version", "help", "completion"],
)
def test_start_up_imports_no_library_but_click(arguments: list[str], environ: dict[str, str]) -> None:
    """The version, the help and the completion of commands import no library but click."""
    program = (
        "import atexit, sys; from flexflows.__main__ import main\n"
        "atexit.register(lambda: print(sorted({'httpx', 'attrs', 'rich', 'msgspec', 'logging'} & set(sys.modules))))\n"
        f"sys.argv = ['flexflows', *{arguments!r}]; main()"
    )
    command = [sys.executable, "-c", program]
    out = subprocess.check_output(command, env={**os.environ, **environ}, text=True)  # noqa: S603 - ours
    assert out.splitlines()[-1] == "[]"


def test_a_listing_imports_no_unused_modules() -> None:
    """A listing needs neither the command line of httpx nor trio, which would be a third of its time."""
    program = (
        "import atexit, sys; from flexflows.__main__ import main\n"
        "atexit.register(lambda: print(bool(sys.modules.get('httpx._main') or sys.modules.get('trio'))))\n"
        "sys.argv = ['flexflows', 'list', '-o', 'jsonl', '--sandbox']; main()"
    )
    out = subprocess.check_output([sys.executable, "-c", program], text=True)  # noqa: S603 - ours
    assert out.splitlines()[-1] == "False"
