"""Every error that the package raises.

FlexFlowsError
  ConfigurationError          credentials, region, profile, base_url: nothing was sent
  TransportError              no usable response: DNS, TLS, proxy, connection, timeout, a truncated body
  ApiError                    the API refused; by status:
    BadRequestError           400, 422
    AuthenticationError       401
    PermissionDeniedError     403
    NotFoundError             404
    RateLimitError            429
    ServerError               5xx
  UnexpectedResponseError     a 2xx that is not this API's response
  PaginationError             a next page that cannot be followed

A wrong argument is a `TypeError` or a `ValueError`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import httpx

MAX_KEPT_BODY = 64 * 1024
"""The maximum number of bytes of a response's body that an error keeps."""


class FlexFlowsError(Exception):
    """The base of all errors of this package; `str()` returns a single line, and every error can be pickled.

    Attributes:
        cursor: The cursor of the page that failed: pass it as `cursor=` to resume there. All records before that page
            were delivered, and no records after. `None` when no page was requested.
        attempts: The number of times that page was requested; 0 when nothing was sent.
    """

    cursor: str | None = None
    attempts: int = 0

    def __reduce__(self) -> tuple[object, ...]:
        # Exception.__reduce__ would call __init__ with `args`, which hold only the message.
        return _restore, (type(self), self.args), self.__dict__


class ConfigurationError(FlexFlowsError):
    """Credentials, a region, a profile or a base URL is missing or wrong; nothing was sent."""


class TransportError(FlexFlowsError):
    """No usable response: DNS, TLS, proxy, connection, timeout, a truncated body. `__cause__` is httpx's error."""


class PaginationError(FlexFlowsError):
    """The next page in a response cannot be followed: requested before, not of this list, or unreadable.

    `cursor` is that of the page with this response; its records are not delivered.
    """


class UnexpectedResponseError(FlexFlowsError):
    """A 2xx response that is not this API's: HTML, not JSON, no list. The message describes what came instead.

    Attributes:
        response: The response without credentials, and with at most 64 KiB of its body.
        request_id: `Twilio-Request-Id`, or `None`.
        truncated: Whether the body is JSON that stops before its end.
    """

    def __init__(self, message: str, *, response: httpx.Response | None = None, truncated: bool = False) -> None:
        super().__init__(message)
        self.response: httpx.Response = response or httpx.Response(200)
        self.request_id: str | None = request_id(self.response.headers)
        self.truncated = truncated


class ApiError(FlexFlowsError):
    """An error response of the API; common statuses have subclasses.

    Attributes:
        status: The HTTP status.
        code: Twilio's error code (https://www.twilio.com/docs/api/errors), or `None`.
        message: The API's message, or the status's standard phrase.
        more_info: The URL of the error's documentation, or `None`.
        details: The body's `details`, `errors` or `params`, the first that is present, as decoded JSON; else `None`.
        request_id: `Twilio-Request-Id`, which Twilio's support needs; or `None`.
        retry_after: The seconds after which the server accepts another request, or `None`.
        response: The response without credentials, and with at most 64 KiB of its body.
    """

    default_status: ClassVar[int] = 400

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        response: httpx.Response | None = None,
        code: int | None = None,
        more_info: str | None = None,
        details: Any = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.response: httpx.Response = response or httpx.Response(self.default_status if status is None else status)
        self.status: int = self.response.status_code
        self.code = code
        self.message = message
        self.more_info = more_info
        self.details = details
        self.request_id: str | None = request_id(self.response.headers)
        self.retry_after = retry_after

    def __str__(self) -> str:
        code = None if self.code is None else f"Twilio error {self.code}"
        request = None if self.request_id is None else f"request {self.request_id}"
        notes = ", ".join(filter(None, (code, request, self.more_info)))
        return one_line(f"{self.status} {self.message} ({notes})" if notes else f"{self.status} {self.message}")


class BadRequestError(ApiError):
    """400 or 422: the request is wrong; for instance, the cursor is no longer valid."""


class AuthenticationError(ApiError):
    """401: the credentials are wrong, or belong to another region."""

    default_status = 401


class PermissionDeniedError(ApiError):
    """403: the credentials are right but do not allow the request; for instance, the account is suspended."""

    default_status = 403


class NotFoundError(ApiError):
    """404: this host has no such list."""

    default_status = 404


class RateLimitError(ApiError):
    """429: too many requests, or too many at once."""

    default_status = 429


class ServerError(ApiError):
    """5xx: the server or a gateway before it failed."""

    default_status = 500


_NAMED = (BadRequestError, AuthenticationError, PermissionDeniedError, NotFoundError, RateLimitError)
_BY_STATUS = {422: BadRequestError, **{kind.default_status: kind for kind in _NAMED}}


def api_error_class(status: int) -> type[ApiError]:
    """Return the error class for a status."""
    return _BY_STATUS.get(status, ServerError if 500 <= status <= 599 else ApiError)  # noqa: PLR2004


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return Twilio's id of a request, safe for a log or a terminal."""
    value = headers.get("Twilio-Request-Id")
    return None if value is None else one_line(value, most=100)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, then its chain of causes."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def one_line(text: str, *, most: int = 500) -> str:
    """Return an untrusted text as one line for a log or terminal: no line breaks, no control characters."""
    text = " ".join(text.split())
    if len(text) > most:
        text = text[: most - 1] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _restore(cls: type[FlexFlowsError], args: tuple[object, ...]) -> FlexFlowsError:
    return cls.__new__(cls, *args)
