"""A client's settings, resolved once from what the caller passed, the Twilio CLI's profiles and the environment."""

from collections.abc import Mapping

import attrs
import httpx

from . import _arguments
from ._credentials import find_auth, from_arguments
from ._hosts import find_origin
from ._profiles import CliConfig


@attrs.frozen
class Settings:
    """Whom to ask, as whom, and how patiently.

    Attributes:
        base_url: The origin of the API, with the path of a proxy before it if there is one.
        auth: The credentials.
        timeout: The seconds for each operation on the network.
        deadline: The seconds for an answer's body as a whole; `None` when the caller gave an `httpx.Timeout`.
        attempts: How many times a page is asked for at most.
    """

    base_url: httpx.URL
    auth: httpx.Auth = attrs.field(repr=False)
    timeout: httpx.Timeout
    deadline: float | None
    attempts: int


def resolve(
    server: str,
    *,
    account_sid: str | None,
    auth_token: str | None,
    api_key: str | None,
    api_secret: str | None,
    auth: httpx.Auth | None,
    profile: str | None,
    region: str | None,
    edge: str | None,
    base_url: str | None,
    timeout: float | httpx.Timeout,
    attempts: int,
    environ: Mapping[str, str],
) -> Settings:
    """Check a client's arguments and fill in what they leave open.

    Raises:
        TypeError: An argument is of another type.
        ValueError: An argument is out of range.
        ConfigurationError: The credentials, the profile, the region, the edge or the base URL are missing or wrong.
    """
    texts = {
        "account_sid": account_sid,
        "auth_token": auth_token,
        "api_key": api_key,
        "api_secret": api_secret,
        "profile": profile,
        "region": region,
        "edge": edge,
        "base_url": base_url,
    }
    for name, value in texts.items():
        _arguments.text(name, value)
    if auth is not None and not isinstance(auth, httpx.Auth):
        raise TypeError(f"auth must be an httpx.Auth, not of type {type(auth).__name__}")
    if isinstance(timeout, httpx.Timeout):
        deadline = None
        for operation, bound in timeout.as_dict().items():
            if bound is not None:
                _arguments.seconds(f"timeout.{operation}", bound)
    else:
        deadline = _arguments.seconds("timeout", timeout)
    named = None if profile is None else CliConfig.read(environ).profile(profile)
    found, used = (
        (auth, named)
        if auth is not None
        else find_auth(from_arguments(account_sid, auth_token, api_key, api_secret), named, environ)
    )
    return Settings(
        base_url=find_origin(server, base_url=base_url, region=region, edge=edge, environ=environ, profile=used),
        auth=found,
        # Waiting for a connection of one's own pool is no failure of the server's.
        timeout=timeout if isinstance(timeout, httpx.Timeout) else httpx.Timeout(timeout, pool=None),
        deadline=deadline,
        attempts=_arguments.integer("attempts", attempts, least=1),
    )
