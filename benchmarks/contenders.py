"""The clients that are compared, each made to talk to a server on loopback and nothing else."""

from importlib import import_module
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "0" * 32  # opens nothing


def twilio_client(url: str | None = None) -> Any:
    """Make Twilio's own client, with its own HTTP client; its requests go to the origin `url`."""
    http = import_module("twilio.http.http_client").TwilioHttpClient()
    send = http.request
    if url is not None:
        http.request = lambda method, target, *rest, **options: send(method, _moved(target, url), *rest, **options)
    return import_module("twilio.rest").Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http)


def _moved(target: str, origin: str) -> str:
    parts, there = urlsplit(target), urlsplit(origin)
    return urlunsplit(parts._replace(scheme=there.scheme, netloc=there.netloc))
