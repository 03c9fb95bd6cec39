"""Sandboxes for the documents' snippets and commands."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from flexflows.sandbox import Sandbox


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Start a sandbox that clients find through the environment; the working directory is empty."""
    for name in [name for name in os.environ if name.startswith("TWILIO_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    with ExitStack() as running:

        def serve(*arguments: Any, **options: Any) -> Sandbox:
            sandbox = running.enter_context(Sandbox(*arguments, **options))
            for name, value in sandbox.environment.items():
                monkeypatch.setenv(name, value)
            return sandbox

        yield serve


@pytest.fixture
def sandbox(serve: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox with the two profiles that the documents name."""
    return serve(accounts={"work": 250, "shop": 3}, seed=1)
