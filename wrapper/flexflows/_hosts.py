"""Where to ask: the origin of the API, from `base_url`, or from a region and an edge.

The host names are Twilio's (https://www.twilio.com/docs/global-infrastructure/edge-locations).
"""

import ipaddress
import re
from collections.abc import Mapping

import httpx

from ._errors import ConfigurationError, one_line
from ._profiles import Profile

HOME_EDGES = {"us1": "ashburn", "ie1": "dublin", "au1": "sydney"}
"""The edge that stands in each region; a region without an edge used to be routed to us1 in silence."""

MAX_PORT = 65_535


def find_origin(
    server: str,
    *,
    base_url: str | None,
    region: str | None,
    edge: str | None,
    environ: Mapping[str, str],
    profile: Profile | None,
) -> httpx.URL:
    """Say where requests go: `base_url`, else the server's host by region and edge.

    Args:
        server: The API's own origin, such as `https://flex-api.twilio.com`.
        base_url: Another origin, with or without a path; https, or http to this machine.
        region: Where the data is processed, such as `ie1`; else `TWILIO_REGION`, else the profile's.
        edge: Where requests enter, such as `dublin`; else `TWILIO_EDGE`, else the profile's.
        environ: The environment.
        profile: The profile in use, if any.

    Raises:
        ConfigurationError: One of them is malformed, or the region's edge is unknown.
    """
    if base_url is not None:
        return _checked(base_url)
    region = _name("region", region, environ, profile, None if profile is None else profile.region)
    edge = _name("edge", edge, environ, profile, None if profile is None else profile.edge)
    if region is None and edge is None:
        return httpx.URL(server)
    if edge is None:
        if region not in HOME_EDGES:
            raise ConfigurationError(
                f"region {region!r} is not one whose edge is known ({', '.join(HOME_EDGES)}); name the edge too"
            )
        edge = HOME_EDGES[region]
    return httpx.URL(server.replace(".", f".{edge}.{region or 'us1'}.", 1))


def _name(
    what: str, given: str | None, environ: Mapping[str, str], profile: Profile | None, of_profile: str | None
) -> str | None:
    """Take a region's or an edge's name from the first that gives one, and check its form."""
    variable = f"TWILIO_{what.upper()}"
    sources = {what: given, variable: environ.get(variable), f"{what} of {profile}": of_profile}
    source, value = next(((source, value) for source, value in sources.items() if value), (what, None))
    if value is not None and not re.fullmatch(r"[a-z0-9](-?[a-z0-9]){,30}", value):
        example = "ie1" if what == "region" else "dublin"
        raise ConfigurationError(f"{source} must be a name such as {example!r}, not {value!r}")
    return value


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its name or its address alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked(base_url: str) -> httpx.URL:
    if "@" in base_url:
        # Said without the URL, and before reading it: what stands before the @ is a secret, whatever is in it.
        raise ConfigurationError("base_url must not hold credentials, nor any @; pass them as arguments")
    try:
        url = httpx.URL(base_url)
        url.raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ConfigurationError(f"base_url is not a URL: {one_line(str(error))}") from None
    shown = one_line(str(url))
    if url.scheme not in ("https", "http") or not url.host:
        raise ConfigurationError(f"base_url must be an absolute URL such as https://flex-api.twilio.com, not {shown!r}")
    if url.port is not None and not 0 < url.port <= MAX_PORT:
        raise ConfigurationError(f"base_url must have a port from 1 to {MAX_PORT}, if any, not {url.port}")
    if "?" in base_url or "#" in base_url:
        raise ConfigurationError("base_url must end with its path, and has a query or a fragment")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigurationError(f"base_url must be https, since credentials are sent there; {shown!r} is plain http")
    return httpx.URL(str(url).rstrip("/"))
