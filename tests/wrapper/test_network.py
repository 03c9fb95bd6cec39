"""The way to the API: proxies, certificates and the one origin that credentials go to."""

import base64
import os
import shutil
import ssl
import subprocess
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import certifi
import httpx
import pytest
from drivers import Driver
from raw_server import Connection, RawServer, each, page, response
from resolving import TOKEN, error_message, resolve

import flexflows
from flexflows import _network
from flexflows._network import Network

API = flexflows.FlexFlows.operation.server
P = "http://proxy.example:3128"
IPV6 = "https://[2001:db8::1]"


@pytest.mark.parametrize(
    ("url", "environ", "variable"),
    [
        (API, {}, ""),
        (API, {"HTTPS_PROXY": P, "ALL_PROXY": P}, "HTTPS_PROXY"),
        (API, {"all_proxy": P}, "all_proxy"),
        (API, {"http_proxy": P, "HTTP_PROXY": P}, ""),
        (API, {"https_proxy": P, "HTTPS_PROXY": "http://other", "all_proxy": "x y"}, "https_proxy"),
        (API, {"https_proxy": "", "HTTPS_PROXY": P}, ""),
        (API, {"https_proxy": f" {P}\n"}, "https_proxy"),
        (API, {"https_proxy": "proxy.example:3128"}, "https_proxy"),
        (API, {"https_proxy": "https://[2001:db8::7]"}, "https_proxy"),
        ("http://127.0.0.1", {"all_proxy": P, "http_proxy": P}, ""),
        (API, {"https_proxy": "x y", "no_proxy": "*"}, ""),
        (API, {"https_proxy": P, "NO_PROXY": "twilio.com"}, ""),
        (API, {"https_proxy": P, "no_proxy": "", "NO_PROXY": "*"}, "https_proxy"),
    ],
)
def test_proxies(url: str, environ: dict[str, str], variable: str) -> None:
    """The variables and their order are those of curl."""
    assert Network.from_environment(environ).find_proxy(httpx.URL(url))[0] == variable


@pytest.mark.parametrize(
    ("url", "no_proxy", "is_direct"),
    [
        *((API, entry, True) for entry in ("twilio.com", ".twilio.com", "*.twilio.com.", "a b,,flex-api.twilio.com")),
        *((API, entry, True) for entry in ("example, FLEX-API.Twilio.COM", "twilio.com:443")),
        *((API, entry, False) for entry in ("io.com", "other.flex-api.twilio.com . *.", "twilio.com:8443")),
        (f"{API}:8443", ".twilio.com:8443", True),
        ("https://192.0.2.7", "2.7 192.0.2.70 192.0.2", False),
        (IPV6, "[2001:db8::1]", True),
        (f"{IPV6}:8443", "[2001:db8::1]:8443", True),
        (IPV6, "[2001:db8::2] 1 db8::1", False),
    ],
)
def test_exceptions_from_the_proxy(url: str, no_proxy: str, is_direct: bool) -> None:  # noqa: FBT001 - a column
    """`NO_PROXY` names hosts, suffixes and addresses, perhaps with a port."""
    network = Network.from_environment({"https_proxy": P, "no_proxy": no_proxy})
    assert (network.find_proxy(httpx.URL(url))[0] == "") is is_direct


UNUSABLE = "must be the URL of an http, https, socks5 or socks5h proxy, such as http://proxy.example:3128; fix it"


@pytest.mark.parametrize(
    "value",
    ["http://", "http://secret:passw0rd@[", "http://a b", "x:passw0rd", "ftp://secret:passw0rd@a", "http://a:65536"],
)
def test_an_unusable_proxy(value: str) -> None:
    """An unusable proxy is an error that names its variable and does not quote its password."""
    assert error_message({"ALL_PROXY": value}, **TOKEN) == f"ALL_PROXY {UNUSABLE}"


def test_a_socks_proxy_needs_an_extra_of_httpx() -> None:
    """A SOCKS proxy is an error that says what to install, if it is not installed."""
    message = "https_proxy names a SOCKS proxy; to use it, run pip install 'httpx[socks]'"
    assert error_message({"https_proxy": "socks5://secret:passw0rd@a:1080"}, **TOKEN) == message


@pytest.mark.parametrize("arguments", [{"transport": httpx.BaseTransport()}, {"base_url": "http://127.0.0.1"}])
def test_unused_variables_are_not_looked_at(arguments: dict[str, Any]) -> None:
    """With a caller's transport, or plain http to this machine, no proxy and no certificate is looked at."""
    environ = {"https_proxy": "x y", "SSL_CERT_FILE": "/nowhere.pem"}
    resolve(environ, **TOKEN, **arguments)
    assert error_message(environ, **TOKEN).startswith("SSL_CERT_FILE names no file or folder: '/nowhere.pem'; fix")


def test_a_proxy_that_refuses(open_client: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a proxy refuses is not retried; the proxy gets its own credentials, and not those of the API."""
    with RawServer(each(response(b"", status="407 No passw0rd"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", "://user:passw0rd@"))
        with pytest.raises(flexflows.TransportError) as caught:
            open_client(**TOKEN, region="ie1").list()
        host = "flex-api.dublin.ie1.twilio.com"
        assert str(caught.value) == (
            f"the request to {host} through the proxy of HTTPS_PROXY was refused: 407 No [removed]"
        )
        assert isinstance(caught.value.__cause__, httpx.ProxyError)
        (head,) = proxy.requests
        assert head.startswith(f"CONNECT {host}:443 ".encode())
        assert base64.b64encode(b"user:passw0rd") in head
        assert base64.b64encode(f"{TOKEN['account_sid']}:{TOKEN['auth_token']}".encode()) not in head


def test_a_proxy_that_tunnels(
    open_client: Driver, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a proxy, the TLS connection is the API's own, with the certificates of the environment."""

    def tunnel(connection: Connection) -> None:
        connection.head()
        connection.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        with tls.wrap_socket(connection.request, server_side=True) as connection.request:
            connection.setup()
            connection.head()
            connection.send(response(page("FO1")))

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RawServer(tunnel) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        assert [flow.sid for flow in open_client(**TOKEN, base_url="https://127.0.0.1:1").list()] == ["FO1"]
        connect, get = proxy.requests
        assert connect.startswith(b"CONNECT 127.0.0.1:1 ")
        assert b"uthorization" not in connect
        assert b"\r\nAuthorization: Basic " in get


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, with its key in the same file, in a folder where OpenSSL finds it by its hash."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no command openssl")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 2 -subj /CN=flexflows"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(path)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)  # noqa: S603
    command = "openssl x509 -noout -subject_hash -in"
    subject = subprocess.run([*command.split(), str(path)], check=True, capture_output=True, text=True).stdout  # noqa: S603
    path.with_name(f"{subject.strip()}.0").write_bytes(path.read_bytes())
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """The TLS context of a server with the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def secure(tls: ssl.SSLContext) -> Iterator[RawServer]:
    """The API over TLS, with surplus bytes in a further TLS record."""

    def handler(connection: Connection) -> None:
        if connection.head():
            connection.send(response(page(f"FO{len(connection.server.requests)}")))
            connection.send(response(page("FOsurplus")))

    with RawServer(handler, tls) as server:
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_that_cannot_be_verified(
    open_client: Driver, secure: RawServer, certificate: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate of an unknown authority or another host is refused, without a retry, and nothing is sent."""
    if host == "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    message = r"CERTIFICATE_VERIFY_FAILED.*; SSL_CERT_FILE can name"
    with pytest.raises(flexflows.TransportError, match=message) as caught:
        open_client(secure, base_url=f"https://{host}:{secure.port}").list()
    assert isinstance(caught.value.__cause__, httpx.TransportError)
    assert (caught.value.attempts, secure.connections, secure.requests) == (1, 1, [])


@pytest.mark.parametrize(
    "environ",
    [
        {"SSL_CERT_FILE": "{file}", "REQUESTS_CA_BUNDLE": "/nowhere"},
        {"SSL_CERT_DIR": "/nowhere{sep}{folder}", "SSL_CERT_FILE": ""},
        {"SSL_CERT_DIR": "{folder}", "SSL_CERT_FILE": certifi.where()},
        {"REQUESTS_CA_BUNDLE": "{file}", "CURL_CA_BUNDLE": "/nowhere"},
        {"REQUESTS_CA_BUNDLE": "{folder}"},
        {"CURL_CA_BUNDLE": " {file}\n"},
    ],
    ids=str,
)
def test_certificates_of_the_environment(
    open_client: Driver, secure: RawServer, certificate: Path, environ: dict[str, str]
) -> None:
    """OpenSSL's own variables go together, before those of requests and curl; an unused one may be wrong.

    Surplus bytes in TLS do not become the next response.
    """
    paths = {"file": certificate, "folder": certificate.parent, "sep": os.pathsep}
    with mock.patch.dict(os.environ, {name: value.format(**paths) for name, value in environ.items()}):
        client = open_client(secure)
    assert [flow.sid for flow in client.list() + client.list()] == ["FO1", "FO2"]


def test_the_default_certificates(
    open_client: Driver, secure: RawServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without variables, the certificates of certifi are trusted beside the system's; all clients share them."""
    _network._trusting.cache_clear()
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    try:
        assert len(open_client(secure).list() + open_client(secure).list()) == 2
        trusted = _network._trusting(cafile="", capath="").cert_store_stats()["x509"]
        assert trusted == ssl.create_default_context().cert_store_stats()["x509"] + 1
        assert _network._trusting.cache_info().misses == 1
    finally:
        _network._trusting.cache_clear()


def test_certificates_that_cannot_be_read(tmp_path: Path) -> None:
    """A file without certificates is an error that names the variable."""
    empty = tmp_path / "empty.pem"
    empty.touch()
    message = error_message({"CURL_CA_BUNDLE": str(empty)}, **TOKEN)
    assert message.startswith("the certificates of CURL_CA_BUNDLE cannot be read: ")


@pytest.mark.parametrize(("error", "attempts"), [(ssl.SSLError("an alert"), 1), (OSError("a reset"), 2)], ids=repr)
def test_errors_that_httpx_does_not_map(
    open_client: Driver, error: OSError, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An `OSError` that httpx's own transport lets pass, as for a TLS alert, is a transport error."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", fail)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", fail)
    with pytest.raises(flexflows.TransportError, match=str(error)) as caught:
        open_client(**TOKEN, attempts=2).list()
    assert type(caught.value.__cause__) is httpx.NetworkError
    assert caught.value.__cause__.__cause__ is error
    assert caught.value.attempts == attempts


def test_an_exception_that_the_caller_handles_has_no_part(open_client: Driver) -> None:
    """An exception that the caller is handling neither changes the decision to retry nor loses its local variables."""

    def fail(error: Exception) -> None:
        raise error

    client = open_client(**TOKEN, base_url="http://127.0.0.1:1", attempts=2)
    handled = ssl.SSLError("an earlier error")
    try:
        fail(handled)
    except ssl.SSLError:
        with pytest.raises(flexflows.TransportError) as caught:
            client.list()
    assert caught.value.attempts == 2
    *_, (frame, _) = traceback.walk_tb(handled.__traceback__)
    assert frame.f_locals["error"] is handled
