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
    region = region or environ.get("TWILIO_REGION") or (profile and profile.region) or None
    edge = edge or environ.get("TWILIO_EDGE") or (profile and profile.edge) or None
    for name, value in (("region", region), ("edge", edge)):
        if value is not None and not re.fullmatch(r"[a-z0-9](-?[a-z0-9])*", value):
            raise ConfigurationError(
                f"{name} {value!r} is not a name such as {'ie1' if name == 'region' else 'dublin'}"
            )
    if region is None and edge is None:
        return httpx.URL(server)
    if edge is None:
        if region not in HOME_EDGES:
            raise ConfigurationError(
                f"region {region!r} is not one whose edge is known ({', '.join(HOME_EDGES)}); name the edge too"
            )
        edge = HOME_EDGES[region]
    return httpx.URL(server.replace(".", f".{edge}.{region or 'us1'}.", 1))


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, by its name or its address alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ConfigurationError(f"base_url is not a URL: {one_line(str(error))}") from None
    if url.userinfo:
        # Said without the URL: what stands before the @ is a secret.
        raise ConfigurationError("base_url must not hold credentials; pass them as arguments")
    shown = one_line(str(url))
    if url.scheme not in ("https", "http") or not url.host:
        raise ConfigurationError(f"base_url must be an absolute URL such as https://flex-api.twilio.com, not {shown!r}")
    if url.query or url.fragment:
        raise ConfigurationError(f"base_url must end with its path; {shown!r} has a query or a fragment")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigurationError(f"base_url must be https, since credentials are sent there; {shown!r} is plain http")
    return url.copy_with(path=url.path.rstrip("/"))
