"""Fixtures of the command's tests: a machine without credentials, sandboxes, and ways to run the command."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from commands import Flexflows, Profiles, Result

from flexflows.cli import run
from flexflows.sandbox import Sandbox
from flexflows.sandbox._sandbox import SandboxAccount
from flexflows.testing import instant_retries


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove everything of this machine that the command would read."""
    for name in list(os.environ):
        if name.startswith(("TWILIO_", "SSL_CERT_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "CLICOLOR", "COLUMNS", "FLEXFLOWS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def flexflows(capsysbinary: pytest.CaptureFixture[bytes]) -> Flexflows:
    """Run the command in this process, its output piped, or written to a file with text in the named encoding."""

    def flexflows(*arguments: object, into: Path | None = None, mode: str = "a", encoding: str = "utf-8") -> Result:
        capsysbinary.readouterr()
        with (
            instant_retries(),
            into.open(mode, encoding=encoding) if into else nullcontext(sys.stdout) as stdout,
            mock.patch.object(sys, "stdout", stdout),
        ):
            code = run(list(map(str, arguments)))
        out, err = capsysbinary.readouterr()
        return Result(code, out, err.decode())

    return flexflows


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
    """Start sandboxes, and put the environment of the last one into this process's."""
    started: list[Sandbox] = []

    def account(*arguments: Any, **options: Any) -> Sandbox:
        sandbox = Sandbox(*arguments, **options).start()
        started.append(sandbox)
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        return sandbox

    yield account
    for sandbox in started:
        sandbox.close()


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Profiles:
    """Write the Twilio CLI's file with profiles; an account of a sandbox becomes one with its API key."""

    def profile(entry: object) -> object:
        if not isinstance(entry, SandboxAccount):
            return entry
        return {"accountSid": entry.account_sid, "apiKey": entry.api_key, "apiSecret": entry.api_secret}

    def profiles(entries: Mapping[str, object]) -> None:
        document = {"profiles": {name: profile(entry) for name, entry in entries.items()}}
        (tmp_path / "config.json").write_text(json.dumps(document))
        monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))

    return profiles
