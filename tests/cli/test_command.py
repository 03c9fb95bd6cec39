"""The installed command: help, exit codes, hints, the sandbox, and missing extras."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from commands import CHANNELS, COLUMNS, COMMAND, Account, Flexflows, Profiles, start

from flexflows import FlexFlows, __version__
from flexflows.cli._app import COMMANDS, ExitCode, app
from flexflows.cli._signals import Signals
from flexflows.cli._terminal import Terminal
from flexflows.sandbox import FAULTS, Sandbox


@pytest.mark.parametrize("command", COMMANDS)
def test_help(flexflows: Flexflows, command: str) -> None:
    """Every command has a help text that any terminal can show, and every example in it is of this command."""
    result = flexflows(command, "--help")
    assert result.code == 0
    assert result.text.isascii()
    assert max(map(len, result.lines)) <= 80
    assert set(re.findall(r"^ +(?:fish  |.*\$\()?flexflows ([a-z]+)", result.text, re.MULTILINE)) == {command}


def test_help_lists_the_commands(flexflows: Flexflows) -> None:
    """The help lists all commands and exit codes, and is what the command writes without arguments."""
    text = flexflows("--help").text
    assert all(f"\n  {command} " in text for command in COMMANDS)
    assert all(str(code) in text for code in (*ExitCode, 130, 143, 129))
    assert flexflows().text == text


@pytest.mark.parametrize("command", [["list", "-o", "json"], ["list"], ["summary"], ["report"]])
def test_no_credentials(flexflows: Flexflows, profiles: Profiles, command: list[str]) -> None:
    """Without credentials the error names the environment's variables and the options, and nothing is written."""
    profiles({"shop": {}, "emea": {}})
    result = flexflows(*command)
    assert (result.code, result.out, result.err.count("\n")) == (3, b"", 1)
    assert all(text in result.err for text in ("TWILIO_ACCOUNT_SID", "-p", "--sandbox"))
    assert "account_sid" not in result.err


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        # options of the Twilio CLI, and one before its command
        ("-p x list", "flexflows list -p"),
        ("--json", "-o json"),
        ("summary --json", "-o json"),
        ("list --format json", "use -o"),
        ("list --properties sid", "--columns"),
        ("list --skip-header", "--no-header"),
        ("list --no-limit", "leave it out"),
        # options that are wrong, or contradict each other
        ("list --colums sid", "--columns"),
        ("list -o columns", "'table'"),
        ("list --timeout 0", "--timeout"),
        ("list --limit -1", "--limit"),
        ("list --page-size 0", "--page-size"),
        ("list argument", "argument"),
        ("list --all-profiles -p a", "--all-profiles"),
        ("list --all-profiles --sandbox", "--sandbox"),
        ("list -p a --sandbox", "--sandbox"),
        ("list --base-url https://a.test --sandbox", "--sandbox"),
        ("sandbox --flows 2501", "0<=x<=2500"),
        ("sandbox --fault 4o3", "4o3"),
        ("completion", "Choose from: bash, zsh, fish (see"),
        # columns that do not exist
        ("list --columns SID", "unknown column 'SID'; run `flexflows list --columns help`"),
        ("list --columns sid.x", "unknown column 'sid.x'; run `flexflows list --columns help`"),
        ("list --columns integration.", "unknown column 'integration.'; run `flexflows list --columns help`"),
        ("list --columns flow_sid", "unknown column 'flow_sid'; run `flexflows list --columns help`"),
        ("list --columns ''", "--columns has no name"),
        ("list --columns '\x1b[2J'", "\\x1b[2J"),
        # conditions that cannot match
        ("list --where sid", "COLUMN=VALUE"),
        ("list --where sids=1", "--columns help"),
        ("list --where =1", "unknown column ''"),
        ("list --where enabled=yes", "use true or false"),
        ("list --where enabled=1", "use true or false"),
        ("list --where integration.priority=1.5", "an integer"),
        ("list --where date_created=2026-01-31", "a time such as"),
        ("list --where date_created=2026-01-31T22:10:40", "a time such as"),
        ("list --where date_created=0001-01-01T00:00:00+14:00", "a time such as"),
        ('list --where \'integration={"flow_sid": "FW1"}\'', "a field of it, such as"),
    ],
)
def test_usage_errors(flexflows: Flexflows, account: Account, command: str, hint: str) -> None:
    """A usage error is one line that says what to use, before anything is fetched."""
    sandbox = account(3)
    result = flexflows(*shlex.split(command))
    assert (result.code, result.out, result.err.count("\n"), sandbox.requests) == (2, b"", 1, ())
    assert hint in result.err


def test_no_network(flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that cannot be resolved is named, after how many attempts."""
    account(1)
    monkeypatch.delenv("FLEXFLOWS_BASE_URL")

    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    result = flexflows("summary")
    host = FlexFlows.operation.server.partition("//")[2]
    assert (result.code, result.out) == (1, b"")
    assert result.err == f"flexflows: {host}: name resolution failed (after 5 attempts)\n"


def test_embedded_sandbox() -> None:
    """`--sandbox` needs neither credentials nor network; `python -m flexflows` is the command, too."""
    arguments = [sys.executable, "-m", "flexflows", "list", "--sandbox", "-o", "jsonl"]
    assert len(subprocess.check_output(arguments).splitlines()) == 100  # noqa: S603 - ours


@pytest.mark.parametrize(
    ("package", "module", "arguments"),
    [
        ("click", "flexflows.cli._app", ["list"]),
        ("jinja2", "flexflows.cli.report.html", ["report", "--sandbox", "-o", "html"]),
        ("wcwidth", "flexflows.cli._table", ["list"]),
    ],
)
def test_without_the_extra(
    flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch, package: str, module: str, arguments: Any
) -> None:
    """Without a package of the extra, one line names what to install, with exit code 3."""
    account([{"friendly_name": "東京"}])
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, module, raising=False)
    result = flexflows(*arguments)
    assert (result.code, result.out, result.err.count("\n")) == (3, b"", 1)
    assert "pip install '.[cli]'" in result.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(flexflows: Flexflows, shell: str) -> None:
    assert f"_FLEXFLOWS_COMPLETE={shell}_complete" in flexflows("completion", shell).text


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_completion_in_bash(flexflows: Flexflows, profiles: Profiles) -> None:
    """Bash inserts the name of a profile quoted."""
    profiles({"my sister's shop": {}})
    script = flexflows("completion", "bash").text.replace("compopt", "true")  # bash has it while it completes only
    script += "COMP_WORDS=(flexflows list -p my) COMP_CWORD=3\n"
    script += f'_flexflows_completion {shlex.quote(str(COMMAND))}; printf %s "${{COMPREPLY[*]}}"'
    completed = subprocess.check_output(["bash", "-c", script], text=True)  # noqa: S603, S607 - ours
    assert completed == "my\\ sister\\'s\\ shop"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["s"], {"sandbox", "summary"}),
        (["list", "-p", "st"], {"staging"}),
        (["list", "--columns", "sid,integration.f"], {"sid,integration.flow_sid"}),
        (["list", "--columns", "ch"], {name for name in COLUMNS if name.startswith("ch")}),
        (["list", "-o", "js"], {"json", "jsonl"}),
        (["list", "--where", "e"], {"enabled="}),
        (["list", "--where", "integration.f"], {"integration.flow_sid="}),
        (["list", "--where", "enabled="], {"enabled=true", "enabled=false"}),
        (["list", "--where", "channel_type="], {f"channel_type={value}" for value in CHANNELS}),
        (["list", "--where", "sid="], set()),
    ],
)
def test_completion(profiles: Profiles, words: list[str], expected: set[str]) -> None:
    """Completion offers commands, formats, profiles, columns, and the values that a column is known to have."""
    profiles({"staging": {}, "production": {}})
    completion = ShellComplete(app, {"obj": Terminal(Signals())}, "flexflows", "")
    assert {item.value for item in completion.get_completions(words[:-1], words[-1])} == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C differently")
def test_sandbox_command() -> None:
    """`flexflows sandbox` prints the variables for its accounts, serves them, and ends with Ctrl-C."""
    with start("sandbox", "--port", 0, "--flows", 7, "--accounts", 3, "--fault", "403@2") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline().decode() for _ in range(10)]
        exports = dict(re.findall(r"export (\w+)=(\S+)", "".join(lines)))
        with start("list", "--all-profiles", "-o", "jsonl", env={**os.environ, **exports}) as listing:
            out, err = listing.communicate()
        process.send_signal(signal.SIGINT)
        assert (process.wait(30), process.stderr.read()) == (0, b"")
    assert len(out.splitlines()) == 2 * 7
    assert b": 403 " in err


def test_sandbox_faults(flexflows: Flexflows) -> None:
    """`--help` lists the faults; a port in use is an error of one line."""
    text = flexflows("sandbox", "--help").text
    assert all(re.search(rf"^ +{name}  +{fault.description}", text, re.MULTILINE) for name, fault in FAULTS.items())
    with Sandbox() as sandbox:
        taken = flexflows("sandbox", "--port", sandbox.url.rpartition(":")[2])
    assert (taken.code, taken.err.count("\n")) == (3, 1)


def test_version() -> None:
    """The version needs no library but click."""
    libraries = "{'httpx', 'attrs', 'msgspec', 'logging', 'wcwidth'}"
    program = f"import sys; from flexflows.cli import run; run(['--version']); print({libraries} & set(sys.modules))"
    output = subprocess.check_output([sys.executable, "-c", program], text=True)  # noqa: S603 - ours
    assert output == f"flexflows {__version__}\nset()\n"


def test_ctrl_c_while_python_starts() -> None:
    """Before the command handles Ctrl-C it imports nothing that takes time, and ends without a traceback."""
    program = (
        "import sys; before = set(sys.modules); from flexflows import cli; print(sorted(set(sys.modules) - before))\n"
        "def run(arguments): print(flush=True); raise KeyboardInterrupt\n"
        "cli.run = run; cli.main()"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert result.stdout.splitlines()[0] == "['flexflows', 'flexflows._version', 'flexflows.cli']"
    assert (result.returncode, result.stderr) == (130, "")
