"""The proxy of a host, found in the environment as curl finds it."""

import httpx
import pytest
from flexflows._proxies import Proxy, find_proxy

from flexflows import ConfigurationError

API = "https://flex-api.twilio.com"
P = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        (API, {}, None),
        (API, {"https_proxy": P}, f"{P}/"),
        (API, {"HTTPS_PROXY": P}, f"{P}/"),
        (API, {"all_proxy": P}, f"{P}/"),
        (API, {"ALL_PROXY": P}, f"{P}/"),
        (API, {"http_proxy": P, "HTTP_PROXY": P}, None),
        (API, {"https_proxy": P, "HTTPS_PROXY": "http://other", "all_proxy": "x y"}, f"{P}/"),
        (API, {"https_proxy": "", "HTTPS_PROXY": P}, None),
        (API, {"https_proxy": f" {P}\n"}, f"{P}/"),
        (API, {"https_proxy": "proxy.example:3128"}, f"{P}/"),
        (API, {"https_proxy": "https://proxy.example/path?a=b"}, "https://proxy.example/"),
        (API, {"https_proxy": "http://[::1]:3128"}, "http://[::1]:3128/"),
        ("http://127.0.0.1", {"all_proxy": P, "http_proxy": P}, None),
        (API, {"https_proxy": "x y", "no_proxy": "*"}, None),
        (API, {"https_proxy": P, "no_proxy": "twilio.com"}, None),
        (API, {"https_proxy": P, "no_proxy": ".twilio.com"}, None),
        (API, {"https_proxy": P, "no_proxy": "*.twilio.com."}, None),
        (API, {"https_proxy": P, "no_proxy": "example, FLEX-API.Twilio.COM"}, None),
        (API, {"https_proxy": P, "no_proxy": "a b,,flex-api.twilio.com"}, None),
        (API, {"https_proxy": P, "NO_PROXY": "twilio.com"}, None),
        (API, {"https_proxy": P, "no_proxy": "", "NO_PROXY": "*"}, f"{P}/"),
        (API, {"https_proxy": P, "no_proxy": "io.com"}, f"{P}/"),
        (API, {"https_proxy": P, "no_proxy": "other.flex-api.twilio.com"}, f"{P}/"),
        (API, {"https_proxy": P, "no_proxy": "."}, f"{P}/"),
        (f"{API}.", {"https_proxy": P, "no_proxy": "twilio.com"}, None),
        (API, {"https_proxy": P, "no_proxy": "twilio.com:443"}, None),
        (API, {"https_proxy": P, "no_proxy": "twilio.com:8443"}, f"{P}/"),
        (f"{API}:8443", {"https_proxy": P, "no_proxy": "twilio.com:8443"}, None),
        ("https://192.0.2.7", {"https_proxy": P, "no_proxy": "192.0.2.7"}, None),
        ("https://192.0.2.7", {"https_proxy": P, "no_proxy": "192.0.2.0/24"}, None),
        ("https://192.0.2.7", {"https_proxy": P, "no_proxy": "192.0.2.9/24"}, None),
        ("https://192.0.3.7", {"https_proxy": P, "no_proxy": "192.0.2.0/24"}, f"{P}/"),
        ("https://192.0.2.7", {"https_proxy": P, "no_proxy": "2.7"}, f"{P}/"),
        ("https://192.0.2.7:8443", {"https_proxy": P, "no_proxy": "192.0.2.7:443"}, f"{P}/"),
        ("https://[2001:db8::1]", {"https_proxy": P, "no_proxy": "[2001:db8::1]"}, None),
        ("https://[2001:db8::1]", {"https_proxy": P, "no_proxy": "2001:db8::1"}, None),
        ("https://[2001:db8::1]", {"https_proxy": P, "no_proxy": "2001:db8::/32"}, None),
        ("https://[2001:db8::1]:8443", {"https_proxy": P, "no_proxy": "[2001:db8::1]:8443"}, None),
        ("https://[2001:db8::1]", {"https_proxy": P, "no_proxy": "[2001:db8::2]"}, f"{P}/"),
    ],
)
def test_proxies(url: str, environ: dict[str, str], proxy: str | None) -> None:
    """The variables, their order and the exceptions from them are those of curl."""
    found = find_proxy(httpx.URL(url), environ)
    assert (None if found is None else str(found.url)) == proxy


def test_a_proxys_password() -> None:
    """A proxy keeps its user and password, and does not show them."""
    found = find_proxy(httpx.URL(API), {"ALL_PROXY": "https://us%40er:pass%3Aword@proxy.example"})
    assert found == Proxy(httpx.URL("https://proxy.example/"), ("us@er", "pass:word"), "ALL_PROXY")
    assert found.secrets == ("pass:word", "us@er:pass:word")
    assert str(found) == "the proxy https://proxy.example/ (ALL_PROXY)"
    assert "pass" not in repr(found)
    assert Proxy(httpx.URL(P), None, "ALL_PROXY").secrets == ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        *(
            (value, "https_proxy is not the URL of a proxy, such as http://proxy.example:3128; fix it")
            for value in ("http://", "http://secret:secret@[", "http://a b", "http://a..b", "http://secret@:80", "x:y")
        ),
        ("ftp://secret@a", "https_proxy names a proxy that is not http, https, socks5 or socks5h; fix it"),
        ("socks4://a", "https_proxy names a proxy that is not http, https, socks5 or socks5h; fix it"),
        ("socks5://a", "https_proxy names a SOCKS proxy; to use it, run pip install 'httpx[socks]'"),
        ("socks5h://a", "https_proxy names a SOCKS proxy; to use it, run pip install 'httpx[socks]'"),
    ],
)
def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    """The error names the variable, and does not show its value, which may hold a password."""
    monkeypatch.setattr("flexflows._proxies.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError) as caught:
        find_proxy(httpx.URL(API), {"https_proxy": value})
    assert str(caught.value) == message


def test_socks_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A SOCKS proxy is used if httpx's extra for it is installed."""
    monkeypatch.setattr("flexflows._proxies.find_spec", {"socksio": True}.get)
    found = find_proxy(httpx.URL(API), {"https_proxy": "socks5h://proxy.example:1080"})
    assert found is not None
    assert str(found.url) == "socks5h://proxy.example:1080/"
