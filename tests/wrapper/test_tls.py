"""Which certificates are trusted, against a server on loopback that has one of its own."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import certificates
import pytest

import flexflows
from flexflows import _tls

BODY = b'{"flex_flows": [{"sid": "FO1"}], "meta": {"next_page_url": null}}'


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate for this machine and its key."""
    return certificates.write(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(certificate: tuple[Path, Path]) -> str:
    return str(certificate[0])


@pytest.fixture(scope="module")
def url(certificate: tuple[Path, Path]) -> Iterator[str]:
    """Serve one page over TLS, with a certificate that nobody has signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    _tls._default_context.cache_clear()
    yield
    _tls._default_context.cache_clear()


def client(url: str) -> flexflows.FlexFlows:
    return flexflows.FlexFlows("AC" + "0" * 32, "token", base_url=url, timeout=5)


async def sids(url: str) -> list[str | None]:
    async with flexflows.AsyncFlexFlows("AC" + "0" * 32, "token", base_url=url, timeout=5) as flows:
        return [flow.sid async for flow in flows.stream()]


def test_a_certificate_that_nobody_signed_is_refused(url: str) -> None:
    """What httpx does not trust, no client trusts, and asking again is of no use."""
    with client(url) as flows, pytest.raises(flexflows.TransportError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        flows.list()
    assert caught.value.attempts == 1
    with pytest.raises(flexflows.TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(sids(url))


def test_certificates_of_the_environment_are_trusted(url: str, trusted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE counts, as it does in httpx."""
    monkeypatch.setenv("SSL_CERT_FILE", trusted)
    with client(url) as flows:
        assert [flow.sid for flow in flows.list()] == ["FO1"]
    assert asyncio.run(sids(url)) == ["FO1"]


def test_the_default_certificates_are_used_for_connections(
    url: str, trusted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection is wrapped by the default context; one that trusts the server lists its flows."""
    monkeypatch.setattr("certifi.where", lambda: trusted)
    with client(url) as flows:
        assert [flow.sid for flow in flows.list()] == ["FO1"]
    assert asyncio.run(sids(url)) == ["FO1"]


def test_certificates_are_read_once_and_only_for_tls(url: str, trusted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making clients reads none; however many connect, they are read once."""
    reads: list[str] = []
    monkeypatch.setattr("certifi.where", lambda: reads.append("read") or trusted)
    clients = [client(url) for _ in range(3)]
    assert reads == []
    assert [len(flows.list()) for flows in clients] == [1, 1, 1]
    assert reads == ["read"]
    for flows in clients:
        flows.close()


@pytest.mark.parametrize("wrap", ["wrap_socket", "wrap_bio"])
def test_a_connection_is_wrapped_as_httpx_asks(wrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the default context is to be told, it is told, the name of the host above all."""
    default = SimpleNamespace(**{wrap: lambda *arguments, **named: (arguments, named)})
    monkeypatch.setattr("httpx.create_ssl_context", lambda **_: default)
    wrapped = getattr(_tls.DeferredContext(ssl.PROTOCOL_TLS_CLIENT), wrap)(1, 2, server_hostname="flex.example")
    assert wrapped == ((1, 2), {"server_hostname": "flex.example"})


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_the_environment_names_are_read_at_once(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Httpx reads them itself when a client is made; else they are read for the first connection."""
    assert isinstance(_tls.verification(), _tls.DeferredContext)
    monkeypatch.setenv(variable, "/somewhere")
    assert _tls.verification() is True


def test_a_wrong_name_in_the_environment_shows_when_a_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates that are not there are no surprise of the first request."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(flexflows.ConfigurationError, match="SSL_CERT_FILE"):
        client("https://flex-api.twilio.com")
