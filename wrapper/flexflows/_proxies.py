"""Find the proxy of a host in the environment, by the rules of curl (https://everything.curl.dev/usingcurl/proxies/env)."""

import ipaddress
import re
from collections.abc import Mapping
from importlib.util import find_spec

import attrs
import httpx

from . import _environment
from ._errors import ConfigurationError


@attrs.frozen
class Proxy:
    """A proxy: its URL without credentials, its user and password, and the variable that names it."""

    url: httpx.URL
    auth: tuple[str, str] | None = attrs.field(repr=False)
    variable: str

    def __str__(self) -> str:
        return f"the proxy {self.url} ({self.variable})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that must not be shown."""
        return (self.auth[1], ":".join(self.auth)) if self.auth else ()


def find_proxy(url: httpx.URL, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy for a URL, or `None`; a variable that applies but is unusable raises a `ConfigurationError`.

    Plain http goes only to this machine, so never through a proxy.
    """
    variable = next((name for name in _environment.HTTPS_PROXIES if name in environ), None)
    no_proxy = next((environ[name] for name in _environment.NO_PROXIES if name in environ), "")
    if url.scheme != "https" or variable is None or _bypasses_proxy(url, no_proxy):
        return None
    value = environ[variable].strip()
    return _parse(variable, value) if value else None


def _parse(variable: str, value: str) -> Proxy:
    # No message shows the value: it may hold a password.
    try:
        url = httpx.URL(value if "://" in value else f"http://{value}")
        url.raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        url = httpx.URL()
    if not re.fullmatch(r"[\w.:-]+", url.host):
        raise ConfigurationError(f"{variable} is not the URL of a proxy, such as http://proxy.example:3128; fix it")
    if url.scheme not in ("http", "https", "socks5", "socks5h"):
        raise ConfigurationError(f"{variable} names a proxy that is not http, https, socks5 or socks5h; fix it")
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ConfigurationError(f"{variable} names a SOCKS proxy; to use it, run pip install 'httpx[socks]'")
    auth = (url.username, url.password) if url.userinfo else None
    return Proxy(url.copy_with(username=None, password=None, path="/", query=None), auth, variable)


def _bypasses_proxy(url: httpx.URL, no_proxy: str) -> bool:
    host = url.host.rstrip(".").lower()
    return any(_matches(entry, host, url.port or 443) for entry in re.split(r"[\s,]+", no_proxy.lower()) if entry)


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    with_port = re.fullmatch(r"(\[.*\]|[^:]*):(\d+)", entry)
    if with_port:
        entry, wanted = with_port.groups()
        if wanted != str(port):
            return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        domain = entry.lstrip("*").strip(".")
        return bool(domain) and f".{host}".endswith(f".{domain}")
    try:
        return address in ipaddress.ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False
