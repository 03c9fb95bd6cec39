"""The trusted certificates: their sources, and when they are read."""

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import certificates
import pytest
from raw_server import RawServer, each, page, response

import flexflows
from flexflows import _tls


def client(url: str) -> flexflows.FlexFlows:
    return flexflows.FlexFlows("AC" + "0" * 32, "token", base_url=url, timeout=5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.write(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def url(certificate: tuple[Path, Path]) -> Iterator[str]:
    """The URL of a server with a self-signed certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    with RawServer(each(response(page("FO1"))), context) as server:
        yield server.url


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    _tls._load.cache_clear()
    yield
    _tls._load.cache_clear()


def test_certificates_are_read_once_and_only_for_tls(
    url: str, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Creating clients reads no certificates; however many connect, they are read once."""
    reads: list[str] = []
    monkeypatch.setattr("certifi.where", lambda: reads.append("read") or str(certificate[0]))
    clients = [client(url) for _ in range(3)]
    assert reads == []
    assert [len(flows.list()) for flows in clients] == [1, 1, 1]
    assert reads == ["read"]
    for flows in clients:
        flows.close()


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
    """OpenSSL's variables apply, else curl's, else that of requests; an unused one may be wrong."""
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
    """A wrong path is an error before the first request, and nothing but a file is opened."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    if path == "pipe":
        os.mkfifo("pipe")
    with pytest.raises(flexflows.ConfigurationError) as caught:
        _tls.find_certificates({name: path})
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"SSL_CERT_FILE": "empty.pem"}, "SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": "empty.pem", "SSL_CERT_DIR": "."}, "SSL_CERT_FILE or SSL_CERT_DIR"),
        ({}, "certifi"),
    ],
)
def test_a_file_without_certificates(
    url: str, variables: dict[str, str], shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read when the first connection needs it, and a wrong one is an error without a retry."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.pem").touch()
    monkeypatch.setattr("certifi.where", lambda: "empty.pem")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with client(url) as flows, pytest.raises(flexflows.ConfigurationError, match=f"^{shown} has no certificates"):
        flows.list()


def test_a_folder_without_certificates(
    url: str, certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder replaces the certificates of certifi, even if it is empty."""
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setattr("certifi.where", lambda: str(certificate[0]))
    with client(url) as flows, pytest.raises(flexflows.TransportError, match="certificate verify failed"):
        flows.list()
