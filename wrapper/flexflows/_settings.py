"""Resolve a client's settings once, from its arguments, the Twilio CLI's profiles and the environment."""

import platform
from collections.abc import Mapping

import attrs
import httpx

from . import _arguments
from ._credentials import find_auth
from ._errors import ConfigurationError
from ._hosts import find_origin
from ._profiles import CliConfig
from ._proxies import Proxy, find_proxy
from ._tls import Certificates, find_certificates
from ._version import __version__

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": f"flexflows/{__version__} httpx/{httpx.__version__} python/{platform.python_version()}",
}


@attrs.frozen
class Settings:
    """Resolved client settings; `base_url` is the API's origin, with a path prefix if the caller set one."""

    base_url: httpx.URL
    auth: httpx.Auth = attrs.field(repr=False)
    timeout: float | httpx.Timeout
    attempts: int
    proxy: Proxy | None = None
    certificates: Certificates = attrs.field(factory=Certificates)


def resolve(
    server: str,
    *,
    auth: httpx.Auth | None,
    timeout: float | httpx.Timeout,
    attempts: int,
    has_transport: bool,
    environ: Mapping[str, str],
    **texts: str | None,
) -> Settings:
    """Check a client's arguments, of which `texts` are the strings, and resolve the missing ones."""
    for name, value in texts.items():
        _arguments.text(name, value)
    if auth is not None and not isinstance(auth, httpx.Auth):
        raise TypeError(f"auth must be an httpx.Auth, not of type {type(auth).__name__}")
    if isinstance(timeout, httpx.Timeout):
        for operation, bound in timeout.as_dict().items():
            if bound is not None:
                _arguments.seconds(f"timeout.{operation}", bound)
    else:
        timeout = _arguments.seconds("timeout", timeout)
    attempts = _arguments.integer("attempts", attempts, least=1)
    try:
        named = None if texts["profile"] is None else CliConfig.read(environ).profile(texts["profile"])
        found, active = (auth, None) if auth is not None else find_auth(texts, named, environ)
        origin = find_origin(server, texts, profile=named, environ=environ, active=active)
        # A caller's transport has its own proxies and certificates; plain http has neither.
        ignores_environment = has_transport or origin.scheme == "http"
        return Settings(
            origin,
            found,
            timeout,
            attempts,
            None if ignores_environment else find_proxy(origin, environ),
            Certificates() if ignores_environment else find_certificates(environ),
        )
    except (OSError, MemoryError) as error:
        raise ConfigurationError(f"the client cannot be set up: {type(error).__name__}: {error}") from None
