"""A client's other settings: timeouts, attempts, proxies and certificates."""

from typing import Any

import httpx
import pytest
from flexflows._tls import Certificates
from resolving import TOKEN, error_message, resolve

from flexflows import AsyncFlexFlows, FlexFlows
from flexflows import _settings as settings

OWN = httpx.Timeout(None, connect=1)


@pytest.mark.parametrize(("timeout", "expected"), [(7, 7.0), (0.5, 0.5), (1_000_000, 1_000_000.0), (OWN, OWN)], ids=str)
def test_timeouts(timeout: Any, expected: object) -> None:
    """A number of seconds bounds the attempt; an `httpx.Timeout` is kept as it is."""
    found = resolve(timeout=timeout, **TOKEN).timeout
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
def test_the_defaults(client: type[FlexFlows | AsyncFlexFlows]) -> None:
    """By default an attempt may take 30 seconds, and a page has 5 attempts."""
    found = client(**TOKEN)._settings
    assert (found.timeout, found.attempts) == (30.0, 5)


PROXY = {"https_proxy": "http://proxy.example:3128", "SSL_CERT_FILE": "/nowhere.pem"}


@pytest.mark.parametrize("arguments", [{"has_transport": True}, {"base_url": "http://127.0.0.1"}], ids=str)
def test_unused_proxies_and_certificates_are_ignored(arguments: dict[str, Any]) -> None:
    """With a caller's transport, or plain http to this machine, proxies and certificates are not read."""
    found = resolve(PROXY, **TOKEN, **arguments)
    assert (found.proxy, found.certificates) == (None, Certificates())
    assert "SSL_CERT_FILE" in error_message(PROXY, **TOKEN)


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError("x")], ids=repr)
def test_a_shortage_of_files_or_memory(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shortage of files or memory is an error of this package."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(settings, "find_certificates", fail)
    assert error_message({}, **TOKEN) == f"the client cannot be set up: {type(error).__name__}: {error}"
