"""A sandbox for the documents' snippets and commands."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexflows.sandbox import Sandbox


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of two profiles that clients find through the environment; the working directory is empty."""
    for name in [name for name in os.environ if name.startswith("TWILIO_")]:
        monkeypatch.delenv(name)
    with Sandbox(accounts={"work": 250, "shop": 3}, seed=1) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        yield sandbox
