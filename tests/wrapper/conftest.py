"""Fixtures of the wrapper's tests: an environment without credentials, and both clients behind one interface."""

import os
from collections.abc import Iterator

import pytest
from drivers import Driver, driver

from flexflows.testing import instant_retries


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("TWILIO_", "SSL_CERT_")) or name.upper().endswith(("_PROXY", "_CA_BUNDLE")):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, "/nowhere")


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    with instant_retries():
        yield


# httpcore leaves its generators suspended when a body is not read to its end; only trio warns about it.
UNFINISHED = "ignore:Exception ignored in. <async_generator:pytest.PytestUnraisableExceptionWarning"
TRIO = pytest.param("trio", marks=[pytest.mark.slow, pytest.mark.filterwarnings(UNFINISHED)])


@pytest.fixture(params=["sync", "asyncio", TRIO])
def open_client(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """A function that opens synchronous or asynchronous clients."""
    with driver(request.param) as one:
        yield one


@pytest.fixture(params=["asyncio", TRIO])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run the tests that are coroutines under each event loop."""
    name: str = request.param
    return name
