"""Keep secrets out of tracebacks and errors, also where a server echoes a request."""

import html
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, cast
from urllib.parse import quote, quote_plus

import attrs
import httpx

from ._errors import causes

P = ParamSpec("P")

MIN_SECRET = 8
"""The minimum length of a secret that is removed; a shorter one would match parts of ordinary words."""
REMOVED = "[removed]"
_NEVER = "(?!)"
"""A regular expression that matches nothing."""


def conceal_arguments(method: Callable[P, None]) -> Callable[P, None]:
    """Return a method whose errors have no traceback frames of it or its callees, and so show no arguments."""

    @wraps(method)
    def concealed(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            method(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - it is raised again
            del args, kwargs
            # An error's cause may hold a secret too: a JSON error has the whole document.
            error.__cause__ = error.__context__ = None
            raise error.with_traceback(None) from None

    return concealed


def forget_frames(error: BaseException) -> None:
    """Remove the frames of an error and its causes: they hold requests, and with them the credentials."""
    for cause in causes(error):
        cause.__traceback__ = None


@attrs.frozen
class Secrets:
    """The secrets of a request, in every spelling in which a server may echo them."""

    _pattern: re.Pattern[str] = attrs.field(repr=False)

    @classmethod
    def of(cls, sent: Iterable[httpx.Request], public: Mapping[str, str], *others: str) -> "Secrets":
        """Return the secrets of requests."""
        values = set(others)
        for request in sent:
            for name, value in request.headers.multi_items():
                if public.get(name) != value:
                    values |= _parts(value)
        spellings = {text for value in values if len(value) >= MIN_SECRET for text in _spellings(value)}
        longest_first = sorted(spellings, key=len, reverse=True)
        return cls(re.compile("|".join(map(re.escape, longest_first)) or _NEVER, re.IGNORECASE))

    def remove(self, value: Any) -> Any:
        """Return a text, bytes, or decoded JSON without the secrets."""
        match value:
            case str():
                return self._pattern.sub(REMOVED, value)
            case bytes():
                return self.remove(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
            case list() | tuple():
                cleaned = [self.remove(item) for item in cast("list[object]", value)]
                return cleaned if isinstance(value, list) else tuple(cleaned)
            case dict():
                entries = cast("dict[object, object]", value).items()
                return {self.remove(name): self.remove(entry) for name, entry in entries}
            case _:
                return value

    def remove_from(self, error: BaseException) -> None:
        """Remove the secrets from the texts of an error and its causes."""
        for cause in causes(error):
            cause.args = self.remove(cause.args)
            for name, value in vars(cause).items():
                setattr(cause, name, self.remove(value))


def without_credentials(
    response: httpx.Response, body: bytes, secrets: Secrets, request: httpx.Request
) -> httpx.Response:
    """Build the copy of a response that an error keeps."""
    headers = [
        (name, secrets.remove(value)) for name, value in response.headers.raw if name.lower() not in _FRAMING_HEADERS
    ]
    return httpx.Response(response.status_code, headers=headers, content=secrets.remove(body), request=request)


_FRAMING_HEADERS = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


def _parts(header: str) -> set[str]:
    """Return a header's value, the credentials in it, and their password."""
    scheme, _, credentials = header.partition(" ")
    parts = {header, credentials}
    if scheme.lower() == "basic":
        with suppress(ValueError):
            pair = b64decode(credentials).decode()
            parts |= {pair, pair.partition(":")[2]}
    return parts


def _spellings(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogateescape")
    yield from (value, quote(value, safe=""), quote(value), quote_plus(value), html.escape(value), raw.hex())
    in_json = json.dumps(value)[1:-1]
    yield from (in_json, in_json.replace("/", "\\/"), quote(quote(value, safe=""), safe=""))
    for shift in range(3):  # the secret may stand anywhere in a longer text that was encoded
        encoded = b64encode(bytes(shift) + raw).decode().rstrip("=")
        whole = encoded[(0, 2, 3)[shift] : -1 if (shift + len(raw)) % 3 else None]
        yield from (whole, whole.replace("+", "-").replace("/", "_"), quote(whole, safe=""))
