"""Fixtures of the wrapper's tests: an environment without credentials, and both clients behind one interface."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from drivers import Driver, driver

from flexflows.testing import instant_retries


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _clean_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("TWILIO_", "SSL_CERT_")) or name.upper().endswith(("_PROXY", "_CA_BUNDLE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    with instant_retries():
        yield


@pytest.fixture(params=["sync", "asyncio", "trio"])
def open_client(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """A function that opens synchronous or asynchronous clients."""
    with driver(request.param) as one:
        yield one


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run the tests that are coroutines under each event loop."""
    name: str = request.param
    return name
