"""Ways to run `flexflows report` against a sandbox."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from runs import Result, Run, Serve

from flexflows.cli import run
from flexflows.sandbox import Sandbox
from flexflows.testing import instant_retries


@pytest.fixture
def report(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run `flexflows report` in this process, as if its output were piped."""

    def report(*arguments: object) -> Result:
        capsysbinary.readouterr()
        with instant_retries():
            code = run(["report", *map(str, arguments)])
        out, err = capsysbinary.readouterr()
        return Result(code, out.decode(), err.decode())

    return report


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve accounts as profiles of the Twilio CLI; the credentials of those named `bad…` are wrong."""
    for name in [name for name in os.environ if name.startswith("TWILIO_") or name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)
    with ExitStack() as running:

        def serve(accounts: Mapping[str, Any]) -> Sandbox:
            sandbox = running.enter_context(Sandbox(accounts=accounts))
            for name, value in sandbox.environment.items():
                monkeypatch.setenv(name, value)
            file = Path(sandbox.config_dir, "config.json")
            config = json.loads(file.read_text())
            for name, profile in config["profiles"].items():
                profile["apiSecret"] += "x" if name.startswith("bad") else ""
            file.write_text(json.dumps(config))
            return sandbox

        yield serve
