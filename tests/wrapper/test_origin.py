"""The credentials go to the configured origin, over TLS or on this machine, and nowhere else."""

import base64
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import certificates
import httpx
import pytest
from drivers import Driver
from raw_server import RawServer, by_number, each, page, response

import flexflows
from flexflows import _tls

SID = "AC" + "a" * 32
ACCOUNT: dict[str, Any] = {"account_sid": SID, "auth_token": "token"}
AUTHORIZATION = base64.b64encode(f"{SID}:token".encode())


@pytest.fixture
def elsewhere() -> Iterator[RawServer]:
    """A host other than the API's, which must get no request."""
    with RawServer(each(response(page()))) as listener:
        yield listener
    assert (listener.connections, listener.requests, listener.others) == (0, [], [])


def test_a_next_page_on_another_host(open_client: Driver, elsewhere: RawServer) -> None:
    """A next page on another host is requested from the configured one."""
    pages = [page("FO1", next_page_url=f"{elsewhere.url}/v1/FlexFlows?PageToken=1"), page("FO2")]
    with RawServer(each(*map(response, pages))) as listener:
        found = open_client(**ACCOUNT, base_url=listener.url).list()
        assert [flow.sid for flow in found] == ["FO1", "FO2"]
        assert len(listener.requests) == 2
        assert all(AUTHORIZATION in head for head in listener.requests)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(open_client: Driver, elsewhere: RawServer, status: int) -> None:
    """A redirect is an `ApiError` with its status, wherever it leads."""

    def reply(number: int) -> bytes:
        location = elsewhere.url if number == 0 else "/v1/Elsewhere"
        return response(b"", f"Location: {location}", status=f"{status} Moved")

    with RawServer(by_number(reply)) as listener:
        client = open_client(**ACCOUNT, base_url=listener.url)
        for requests in (1, 2):
            with pytest.raises(flexflows.ApiError) as caught:
                client.list()
            assert (type(caught.value), caught.value.status) == (flexflows.ApiError, status)
            assert len(listener.requests) == requests


@pytest.mark.parametrize("host", ["0.0.0.0", "flex.example", "localhost.example"])  # noqa: S104 - refused
def test_plain_http_to_a_public_name(open_client: Driver, elsewhere: RawServer, host: str) -> None:
    """Plain http to anything but this machine is refused before anything is sent."""
    with pytest.raises(flexflows.ConfigurationError, match=r"^base_url must be https"):
        open_client(**ACCOUNT, base_url=f"http://{host}:{elsewhere.port}").list()


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_a_proxy_for_this_machine(
    open_client: Driver, elsewhere: RawServer, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request to this machine does not go through a proxy of the environment."""
    monkeypatch.setenv(variable, elsewhere.url)
    with RawServer(each(response(page()))) as listener:
        assert open_client(**ACCOUNT, base_url=listener.url).list() == []
        assert len(listener.requests) == 1


def test_a_proxy_for_the_api(open_client: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment gets a CONNECT request without credentials."""
    with RawServer(each(response(b"", status="502 No"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(flexflows.TransportError) as caught:
            open_client(**ACCOUNT, region="ie1", attempts=3).list()
        assert isinstance(caught.value.__cause__, httpx.ProxyError)
        assert caught.value.attempts == 3
        assert len(proxy.requests) == 3
        assert all(head.startswith(b"CONNECT flex-api.dublin.ie1.twilio.com:443 ") for head in proxy.requests)
        assert not any(b"uthorization" in head for head in proxy.requests)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.write(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[RawServer]:
    """The API over TLS, with a certificate for 127.0.0.1 that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with RawServer(each(response(page())), context) as listener:
        yield listener


def test_a_certificate_that_is_not_trusted(open_client: Driver, secure: RawServer) -> None:
    """A certificate error is a transport error after one attempt, and no credentials are sent."""
    with pytest.raises(flexflows.TransportError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        open_client(**ACCOUNT, base_url=secure.url).list()
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert (caught.value.attempts, secure.connections, secure.requests) == (1, 1, [])
    assert caught.value.cursor is not None


def test_a_certificate_of_the_environment(
    open_client: Driver, secure: RawServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that `SSL_CERT_FILE` trusts is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert open_client(**ACCOUNT, base_url=secure.url).list() == []
    assert len(secure.requests) == 1
    assert AUTHORIZATION in secure.requests[0]


def test_a_certificate_that_httpx_trusts(
    open_client: Driver, secure: RawServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without variables in the environment, the certificates of httpx are trusted."""
    monkeypatch.setattr(certifi, "where", lambda: str(certificate[0]))
    _tls._load.cache_clear()
    try:
        assert open_client(**ACCOUNT, base_url=secure.url).list() == []
    finally:
        _tls._load.cache_clear()


def test_a_certificate_of_another_host(
    open_client: Driver, secure: RawServer, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trusted certificate for another name is refused, without a retry."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with pytest.raises(flexflows.TransportError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        open_client(**ACCOUNT, base_url=f"https://localhost:{secure.port}").list()
    assert (caught.value.attempts, secure.requests) == (1, [])


def test_a_server_without_tls(open_client: Driver) -> None:
    """A failed TLS handshake with a plain port is not retried, and no request is sent."""
    with RawServer(lambda connection: connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as listener:
        with pytest.raises(flexflows.TransportError, match="WRONG_VERSION_NUMBER") as caught:
            open_client(**ACCOUNT, base_url=f"https://127.0.0.1:{listener.port}", attempts=2).list()
        assert (caught.value.attempts, listener.connections) == (1, 1)
