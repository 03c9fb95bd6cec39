"""The origin of the API: from a base URL, or from a region and an edge of one source."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from resolving import ENVIRONMENT, TOKEN, WORK, error_message, resolve, write_config

AUTH = {"auth": httpx.BasicAuth("a", "b")}
REGIONAL = {"profiles": {"work": {**WORK, "region": "au1", "edge": "sydney"}}, "activeProject": "work"}
EDGE = {"profiles": {"work": WORK}, "edge": "tokyo"}
BOTH = {"TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"}


@pytest.mark.parametrize(
    ("document", "arguments", "environ", "host"),
    [
        ({}, TOKEN, {}, "flex-api.twilio.com"),
        ({}, {**TOKEN, "region": "us1"}, {}, "flex-api.ashburn.us1.twilio.com"),
        ({}, {**TOKEN, "region": "ie1"}, {}, "flex-api.dublin.ie1.twilio.com"),
        ({}, {**TOKEN, "region": "au1"}, {}, "flex-api.sydney.au1.twilio.com"),
        ({}, {**TOKEN, "edge": "dublin"}, {}, "flex-api.dublin.us1.twilio.com"),
        ({}, {**TOKEN, "region": "", "edge": ""}, {"TWILIO_REGION": "", "TWILIO_EDGE": ""}, "flex-api.twilio.com"),
        ({}, TOKEN, {"TWILIO_REGION": "ie1"}, "flex-api.dublin.ie1.twilio.com"),
        ({}, TOKEN, {"TWILIO_EDGE": "sydney"}, "flex-api.sydney.us1.twilio.com"),
        ({}, {**TOKEN, "region": "au1"}, BOTH, "flex-api.sydney.au1.twilio.com"),
        ({}, {**TOKEN, "edge": "tokyo"}, BOTH, "flex-api.tokyo.us1.twilio.com"),
        (REGIONAL, {}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work"}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work"}, BOTH, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work", **AUTH}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work", "edge": "tokyo"}, {}, "flex-api.tokyo.us1.twilio.com"),
        (REGIONAL, {}, {"TWILIO_EDGE": "tokyo"}, "flex-api.tokyo.us1.twilio.com"),
        (REGIONAL, {}, ENVIRONMENT, "flex-api.twilio.com"),
        (REGIONAL, TOKEN, {}, "flex-api.twilio.com"),
        (REGIONAL, AUTH, {}, "flex-api.twilio.com"),
        (EDGE, {}, {}, "flex-api.tokyo.us1.twilio.com"),
    ],
)
def test_hosts(tmp_path: Path, document: object, arguments: dict[str, Any], environ: dict[str, str], host: str) -> None:
    """Region and edge are those of the first source that has either; a profile counts only while it is in use."""
    found = resolve({**write_config(tmp_path, document), **environ}, **arguments)
    assert str(found.base_url) == f"https://{host}"


LOOPBACK = {"FLEXFLOWS_BASE_URL": "http://127.0.0.1:8080/api/"}


@pytest.mark.parametrize(
    ("environ", "arguments", "url"),
    [
        (LOOPBACK, {}, "http://127.0.0.1:8080/api"),
        (LOOPBACK, {"base_url": "https://flex.example"}, "https://flex.example"),
        ({"FLEXFLOWS_BASE_URL": ""}, {}, "https://flex-api.twilio.com"),
    ],
)
def test_the_base_url_of_the_environment(environ: dict[str, str], arguments: dict[str, Any], url: str) -> None:
    """FLEXFLOWS_BASE_URL names a loopback origin for clients without a base_url."""
    assert str(resolve(environ, **TOKEN, **arguments).base_url) == url


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("https://flex.example", "FLEXFLOWS_BASE_URL must name this machine; for another host, pass base_url"),
        ("http://192.0.2.1", "FLEXFLOWS_BASE_URL must be https, since credentials are sent there; "),
        ("127.0.0.1", "FLEXFLOWS_BASE_URL must be an absolute URL such as "),
        ("http://a:b@127.0.0.1", "FLEXFLOWS_BASE_URL must not contain credentials or an @; pass credentials as "),
    ],
)
def test_a_wrong_base_url_of_the_environment(value: str, message: str) -> None:
    """FLEXFLOWS_BASE_URL must name this machine."""
    assert error_message({"FLEXFLOWS_BASE_URL": value}, **TOKEN).startswith(message)


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://flex.example", "https://flex.example"),
        ("https://flex.example/", "https://flex.example"),
        ("https://flex.example/proxy/twilio//", "https://flex.example/proxy/twilio"),
        ("https://flex.example/a%2Fb%20c", "https://flex.example/a%2Fb%20c"),
        ("https://flex.example:8443", "https://flex.example:8443"),
        ("HTTPS://FLEX.EXAMPLE", "https://flex.example"),
        ("https://bücher.example", "https://bücher.example"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("http://localhost", "http://localhost"),
        ("http://127.0.0.1:65535/", "http://127.0.0.1:65535"),
        ("http://[::1]:8080/v", "http://[::1]:8080/v"),
    ],
)
def test_base_urls(base_url: str, expected: str) -> None:
    """A base URL overrides region and edge, and keeps its port and path; plain http may lead to this machine."""
    found = resolve({"TWILIO_REGION": "ie1"}, base_url=base_url, edge="tokyo", **TOKEN)
    assert found.base_url == httpx.URL(expected)
    assert not str(found.base_url).endswith("/")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"base_url": ""}, "base_url must be an absolute URL such as https://flex-api.twilio.com, not ''"),
        ({"base_url": "flex-api.twilio.com"}, "base_url must be an absolute URL such as"),
        ({"base_url": "/v1"}, "base_url must be an absolute URL such as"),
        ({"base_url": "https://a b"}, "base_url must be an absolute URL such as"),
        ({"base_url": "ftp://flex.example"}, "base_url must be an absolute URL such as"),
        ({"base_url": "https://flex.example:x"}, "base_url is not a URL: Invalid port"),
        ({"base_url": "https://a\0b"}, "base_url is not a URL: "),
        ({"base_url": f"https://{'a' * 64}.example"}, "base_url is not a URL: "),
        ({"base_url": "https://flex.example:65536"}, "base_url must have a port from 1 to 65535, if any, not 65536"),
        ({"base_url": "https://flex.example/?a=b"}, "base_url must not have a query or a fragment; remove it"),
        ({"base_url": "https://flex.example#"}, "base_url must not have a query or a fragment; remove it"),
        (
            {"base_url": "http://flex.example"},
            "base_url must be https, since credentials are sent there; 'http://flex.example' is plain http",
        ),
        ({"base_url": "http://0.0.0.0"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "http://localhost.example"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "http://[2001:db8::1]"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "https://a:b@flex.example"}, "base_url must not contain credentials or an @"),
        ({"base_url": "https://a:b/c@flex.example"}, "base_url must not contain credentials or an @"),
        (
            {"region": "br1"},
            "the edge of region 'br1' is unknown; set the edge too, or use us1 or ie1 or au1",
        ),
        ({"region": "IE1"}, "region must be a name such as 'ie1', not 'IE1'"),
        ({"region": "ie1.evil.example/"}, "region must be a name such as 'ie1', not 'ie1.evil.example/'"),
        ({"region": "a--b"}, "region must be a name such as 'ie1', not 'a--b'"),
        ({"edge": "dublin-"}, "edge must be a name such as 'dublin', not 'dublin-'"),
        ({"edge": "a" * 64}, "edge must be a name such as 'dublin', not 'aaaa"),
    ],
)
def test_wrong_hosts(arguments: dict[str, Any], message: str) -> None:
    """A host that is malformed, or that credentials must not go to, is an error before anything is sent."""
    assert error_message({}, **TOKEN, **arguments).startswith(message)
