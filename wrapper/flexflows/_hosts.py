"""Find the origin of the API, from `base_url`, or from a region and an edge.

The host names are Twilio's (https://www.twilio.com/docs/global-infrastructure/edge-locations). A malformed value raises
a `ConfigurationError` that names it.
"""

import ipaddress
import re
from collections.abc import Mapping

import httpx

from . import _environment
from ._errors import ConfigurationError, one_line
from ._profiles import Profile

HOME_EDGES = {"us1": "ashburn", "ie1": "dublin", "au1": "sydney"}
"""The edge in each region. Twilio used to route a region without an edge silently to us1."""

MAX_PORT = 65_535


def find_origin(
    server: str,
    arguments: Mapping[str, str | None],
    *,
    profile: Profile | None,
    environ: Mapping[str, str],
    active: Profile | None,
) -> httpx.URL:
    """Return `base_url`, else the server for region and edge, both from the first source that has either."""
    if arguments["base_url"] is not None:
        return _parse_base_url("base_url", arguments["base_url"])
    from_environment = environ.get(_environment.BASE_URL)
    if from_environment:
        url = _parse_base_url(_environment.BASE_URL, from_environment)
        if not is_loopback(url.host):
            raise ConfigurationError(f"{_environment.BASE_URL} must name this machine; for another host, pass base_url")
        return url
    sources = (
        {name: arguments[name] for name in ("region", "edge")},
        _places(profile),
        {name: environ.get(name) for name in (_environment.REGION, _environment.EDGE)},
        _places(active),
    )
    source = next((source for source in sources if any(source.values())), None)
    return httpx.URL(server) if source is None else _regional(server, source)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, judged by its name or address without a lookup."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _places(profile: Profile | None) -> dict[str, str | None]:
    return {f"region of {profile}": profile.region, f"edge of {profile}": profile.edge} if profile else {}


def _regional(server: str, source: Mapping[str, str | None]) -> httpx.URL:
    """Return the server's URL for a region and an edge; `source` has both, by the names that the user knows."""
    for (name, value), example in zip(source.items(), ("ie1", "dublin"), strict=True):
        if value and not re.fullmatch(r"[a-z0-9](-?[a-z0-9]){,30}", value):
            raise ConfigurationError(f"{name} must be a name such as {example!r}, not {value[:50]!r}")
    region, edge = (value or None for value in source.values())
    if edge is None:
        if region not in HOME_EDGES:
            raise ConfigurationError(
                f"the edge of region {region!r} is unknown; set the edge too, or use {' or '.join(HOME_EDGES)}"
            )
        edge = HOME_EDGES[region]
    return httpx.URL(server.replace(".", f".{edge}.{region or 'us1'}.", 1))


def _parse_base_url(name: str, text: str) -> httpx.URL:
    if "@" in text:
        # Raised before the URL is parsed, and without quoting it: the text before the @ is a secret.
        raise ConfigurationError(f"{name} must not contain credentials or an @; pass credentials as arguments")
    try:
        url = httpx.URL(text)
        url.raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ConfigurationError(f"{name} is not a URL: {one_line(str(error))}") from None
    shown = one_line(str(url))
    if url.scheme not in ("https", "http") or not re.fullmatch(r"[\w.:-]+", url.host):
        raise ConfigurationError(f"{name} must be an absolute URL such as https://flex-api.twilio.com, not {shown!r}")
    if url.port is not None and not 0 < url.port <= MAX_PORT:
        raise ConfigurationError(f"{name} must have a port from 1 to {MAX_PORT}, if any, not {url.port}")
    if "?" in text or "#" in text:
        raise ConfigurationError(f"{name} must not have a query or a fragment; remove it")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigurationError(f"{name} must be https, since credentials are sent there; {shown!r} is plain http")
    return httpx.URL(str(url).rstrip("/"))
