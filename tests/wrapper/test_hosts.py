"""The origin of the API: from a base URL, or from a region and an edge of one source."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from resolving import ENVIRONMENT, TOKEN, WORK, error_message, resolve, write_config

REGIONAL = {"profiles": {"work": {**WORK, "region": "au1", "edge": "sydney"}}, "activeProject": "work"}
EDGE = {"profiles": {"work": WORK}, "edge": "tokyo"}
BOTH = {"TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"}


@pytest.mark.parametrize(
    ("document", "arguments", "environ", "location"),
    [
        ({}, TOKEN, {}, ""),
        ({}, {**TOKEN, "region": "au1"}, {}, "sydney.au1."),
        ({}, {**TOKEN, "edge": "dublin"}, {}, "dublin.us1."),
        ({}, {**TOKEN, "region": "", "edge": ""}, {"TWILIO_REGION": "", "TWILIO_EDGE": ""}, ""),
        ({}, TOKEN, {"TWILIO_REGION": "ie1"}, "dublin.ie1."),
        ({}, TOKEN, {"TWILIO_EDGE": "sydney"}, "sydney.us1."),
        ({}, {**TOKEN, "region": "au1"}, BOTH, "sydney.au1."),
        (REGIONAL, {}, {}, "sydney.au1."),
        (REGIONAL, {"profile": "work"}, BOTH, "sydney.au1."),
        (REGIONAL, {"profile": "work", "edge": "tokyo"}, {}, "tokyo.us1."),
        (REGIONAL, {}, {"TWILIO_EDGE": "tokyo"}, "tokyo.us1."),
        (REGIONAL, {}, ENVIRONMENT, ""),
        (EDGE, {}, {}, "tokyo.us1."),
    ],
)
def test_hosts(
    tmp_path: Path, document: object, arguments: dict[str, Any], environ: dict[str, str], location: str
) -> None:
    """Region and edge are those of the first source that has either; a profile counts only while it is in use."""
    settings = resolve({**write_config(tmp_path, document), **environ}, **arguments)
    assert str(settings.base_url) == f"https://flex-api.{location}twilio.com"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://flex.example/proxy/twilio//", "https://flex.example/proxy/twilio"),
        ("https://flex.example/a%2Fb%20c", "https://flex.example/a%2Fb%20c"),
        ("HTTPS://FLEX.EXAMPLE:8443", "https://flex.example:8443"),
        ("https://bücher.example", "https://bücher.example"),
        ("http://[::1]:8080/v", "http://[::1]:8080/v"),
        (None, "http://127.0.0.1:8080/api"),
    ],
)
def test_base_urls(base_url: str | None, expected: str) -> None:
    """A base URL overrides FLEXFLOWS_BASE_URL, region and edge; plain http may lead to this machine."""
    environ = {"FLEXFLOWS_BASE_URL": "http://127.0.0.1:8080/api/", "TWILIO_REGION": "ie1"}
    settings = resolve(environ, base_url=base_url, edge="tokyo", **TOKEN)
    assert settings.base_url == httpx.URL(expected)
    assert not str(settings.base_url).endswith("/")


NO_URL = " must be an absolute URL such as https://flex-api.twilio.com, not "
NO_HTTPS = " must be https, since credentials are sent there; "


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("flex-api.twilio.com", f"{NO_URL}'flex-api.twilio.com'"),
        ("ftp://flex.example", NO_URL),
        ("https://flex.example:x", " is not a URL: Invalid port"),
        (f"https://{'a' * 64}.example", " is not a URL: "),
        ("https://flex.example:65536", " must have a port from 1 to 65535, if any, not 65536"),
        ("https://flex.example/?a=b", " must not have a query or a fragment; remove it"),
        ("http://flex.example", f"{NO_HTTPS}'http://flex.example' is plain http"),
        ("http://0.0.0.0", NO_HTTPS),
        ("https://a:b@flex.example", " must not contain credentials or an @"),
    ],
)
def test_wrong_base_urls(url: str, message: str) -> None:
    """A base URL that is malformed, or that credentials must not go to, is an error before anything is sent."""
    assert error_message(base_url=url, **TOKEN).startswith(f"base_url{message}")


@pytest.mark.parametrize(
    ("environ", "arguments", "message"),
    [
        ({"FLEXFLOWS_BASE_URL": "x"}, {}, f"FLEXFLOWS_BASE_URL{NO_URL}'x'"),
        ({"FLEXFLOWS_BASE_URL": "https://flex.example"}, {}, "FLEXFLOWS_BASE_URL must name this machine; for another"),
        ({}, {"region": "br1"}, "the edge of region 'br1' is unknown; set the edge too, or use us1 or ie1 or au1"),
        ({}, {"region": "IE1"}, "region must be a name such as 'ie1', not 'IE1'"),
        ({"TWILIO_REGION": "ie1.evil/"}, {}, "TWILIO_REGION must be a name such as 'ie1', not 'ie1.evil/'"),
        ({}, {"edge": "dublin-"}, "edge must be a name such as 'dublin', not 'dublin-'"),
    ],
)
def test_wrong_hosts(environ: dict[str, str], arguments: dict[str, Any], message: str) -> None:
    """A host that is malformed, unknown or not allowed is an error before anything is sent."""
    assert error_message(environ, **TOKEN, **arguments).startswith(message)
