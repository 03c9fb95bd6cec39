"""Ways to run `flexflows report` against a sandbox."""

import os
from types import SimpleNamespace
from typing import Any

import pytest
from flows import Run, Serve

from flexflows.cli import run
from flexflows.sandbox import Sandbox


@pytest.fixture
def report(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run `flexflows report` in this process, as if its output were piped."""

    def report(*arguments: object) -> SimpleNamespace:
        capsysbinary.readouterr()
        code = run(["report", *map(str, arguments)])
        out, err = capsysbinary.readouterr()
        return SimpleNamespace(code=code, text=out.decode(), err=err.decode())

    return report


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Serve:
    """Serve accounts as profiles of the Twilio CLI; the one named `bad` cannot be read."""
    for name in [name for name in os.environ if name.startswith("TWILIO_") or name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)

    def serve(**accounts: Any) -> Sandbox:
        sandbox = Sandbox(accounts=accounts, faults=["bad:401+"] if "bad" in accounts else []).start()
        request.addfinalizer(sandbox.close)
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        return sandbox

    return serve
