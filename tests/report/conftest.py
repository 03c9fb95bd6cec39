"""Ways to run `flexflows report` against a sandbox."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flows import Run, Serve

from flexflows.cli import run
from flexflows.sandbox import Sandbox
from flexflows.testing import instant_retries


@pytest.fixture
def report(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run `flexflows report` in this process, as if its output were piped."""

    def report(*arguments: object) -> SimpleNamespace:
        capsysbinary.readouterr()
        with instant_retries():
            code = run(["report", *map(str, arguments)])
        out, err = capsysbinary.readouterr()
        return SimpleNamespace(code=code, text=out.decode(), err=err.decode())

    return report


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Serve:
    """Serve accounts as profiles of the Twilio CLI; the credentials of the one named `bad` are wrong."""
    for name in [name for name in os.environ if name.startswith("TWILIO_") or name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)

    def serve(accounts: Mapping[str, Any]) -> Sandbox:
        sandbox = Sandbox(accounts=accounts).start()
        request.addfinalizer(sandbox.close)
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        file = Path(sandbox.config_dir, "config.json")
        config = json.loads(file.read_text())
        config["profiles"].get("bad", {})["apiSecret"] = "wrong"
        file.write_text(json.dumps(config))
        return sandbox

    return serve
