"""Which certificates are trusted, against a server on loopback that has one of its own."""

import asyncio
import os
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

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
    _tls._load.cache_clear()
    yield
    _tls._load.cache_clear()


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


def test_a_wrong_name_in_the_environment_shows_when_a_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates that are not there are no surprise of the first request."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(flexflows.ConfigurationError, match="SSL_CERT_FILE"):
        client("https://flex-api.twilio.com")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, (None, None)),
        ({"SSL_CERT_FILE": "file"}, ("file", None)),
        ({"SSL_CERT_DIR": "folder"}, (None, "folder")),
        ({"SSL_CERT_FILE": "file", "SSL_CERT_DIR": "folder"}, ("file", "folder")),
        ({"SSL_CERT_FILE": "file", "REQUESTS_CA_BUNDLE": "/nowhere"}, ("file", None)),
        ({"CURL_CA_BUNDLE": "file", "REQUESTS_CA_BUNDLE": "/nowhere"}, ("file", None)),
        ({"REQUESTS_CA_BUNDLE": "folder"}, (None, "folder")),
        ({"SSL_CERT_FILE": "", "CURL_CA_BUNDLE": ""}, (None, None)),
    ],
)
def test_the_variables_of_certificates(
    variables: dict[str, str], expected: tuple[str | None, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL's variables count, else curl's, else that of requests; each alone can be wrong."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    found = _tls.find_certificates(variables)
    assert (found.file, found.folder) == expected


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("SSL_CERT_FILE", "nowhere", "SSL_CERT_FILE must name a readable file of certificates"),
        ("SSL_CERT_FILE", "folder", "SSL_CERT_FILE must name a readable file of certificates"),
        ("SSL_CERT_DIR", "file", "SSL_CERT_DIR must name a readable folder of certificates"),
        ("REQUESTS_CA_BUNDLE", "/dev/zero", "REQUESTS_CA_BUNDLE must name a readable folder of certificates"),
        ("SSL_CERT_FILE", "pipe", "SSL_CERT_FILE must name a readable file of certificates"),
    ],
)
def test_certificates_that_cannot_be_read(
    name: str, path: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong path is no surprise of the first request, and nothing but files is opened."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    if path == "pipe":
        os.mkfifo("pipe")
    with pytest.raises(flexflows.ConfigurationError) as caught:
        _tls.find_certificates({name: path})
    assert str(caught.value).startswith(expected)


def test_a_file_without_certificates(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file holds shows when the first connection needs it, and is not requested again."""
    (tmp_path / "empty.pem").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    with client(url) as flows, pytest.raises(flexflows.ConfigurationError, match="SSL_CERT_FILE has no certificates"):
        flows.list()
