"""Every error that leaves the package.

FlexFlowsError
  ConfigurationError          credentials, region, profile, base_url: nothing was sent
  TransportError              no usable answer: DNS, TLS, connection, timeout, a body cut off
  ApiError                    the API said no; by status:
    BadRequestError           400, 422
    AuthenticationError       401
    PermissionDeniedError     403
    NotFoundError             404
    RateLimitError            429
    ServerError               5xx
  UnexpectedResponseError     a 2xx that is not this API's answer
  PaginationError             a next page that cannot be followed

A caller's own mistake is a `TypeError` or a `ValueError`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx


class FlexFlowsError(Exception):
    """The base of all errors of this package; `str()` of one is a single line, and each can be pickled.

    Attributes:
        cursor: The page that failed: pass it as `cursor=` to go on from there. Every record before it was delivered,
            and none from it on. `None` when no page was asked for.
        attempts: How many times that page was asked for; 0 when nothing was sent.
    """

    cursor: str | None = None
    attempts: int = 0

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own would call __init__ with `args`, which hold the message alone.
        return _restore, (type(self), self.args), self.__dict__


class ConfigurationError(FlexFlowsError):
    """Credentials, a region, a profile or a base URL is missing or wrong; nothing was sent."""


class TransportError(FlexFlowsError):
    """No usable answer came: DNS, TLS, connection, timeout, a body cut off. `__cause__` is httpx's exception."""


class PaginationError(FlexFlowsError):
    """The answer's next page cannot be followed: seen before, not of this list, or unreadable.

    `cursor` is the page whose answer says so; its records are not delivered.
    """


class UnexpectedResponseError(FlexFlowsError):
    """A 2xx answer that is not this API's: HTML, not JSON, no list. The message says what was there instead.

    Attributes:
        response: The answer, without the credentials that its request carried.
        request_id: `Twilio-Request-Id`, or `None`.
        broken_off: Whether the body began as JSON and is not valid JSON as a whole.
    """

    def __init__(self, message: str, *, response: httpx.Response, broken_off: bool = False) -> None:
        super().__init__(message)
        self.response = response
        self.request_id: str | None = request_id(response.headers)
        self.broken_off = broken_off


class ApiError(FlexFlowsError):
    """The API answered with an error; the subclasses name the usual ones.

    Attributes:
        status: The HTTP status.
        code: Twilio's error code (https://www.twilio.com/docs/api/errors), or `None`.
        message: What the API said, or the status's own name.
        more_info: The URL of the error's page, or `None`.
        details: The body's `details`, `errors` or `params`, whichever came, as decoded JSON; else `None`.
        request_id: `Twilio-Request-Id`, or `None`: what Twilio's support asks for.
        retry_after: The seconds after which the server wants to be asked again, or `None`.
        response: The whole answer, without the credentials that its request carried.
    """

    def __init__(
        self,
        message: str,
        *,
        response: httpx.Response,
        code: int | None = None,
        more_info: str | None = None,
        details: Any = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status: int = response.status_code
        self.code = code
        self.message = message
        self.more_info = more_info
        self.details = details
        self.request_id: str | None = request_id(response.headers)
        self.retry_after = retry_after
        self.response = response

    def __str__(self) -> str:
        code = None if self.code is None else f"Twilio error {self.code}"
        request = None if self.request_id is None else f"request {self.request_id}"
        notes = ", ".join(filter(None, (code, request, self.more_info)))
        return one_line(f"{self.status} {self.message} ({notes})" if notes else f"{self.status} {self.message}")


class BadRequestError(ApiError):
    """400 or 422: the request is wrong, a cursor that is no longer valid for instance."""


class AuthenticationError(ApiError):
    """401: the credentials are wrong, or belong to another region."""


class PermissionDeniedError(ApiError):
    """403: the credentials are right, and do not allow this; a suspended account for instance."""


class NotFoundError(ApiError):
    """404: there is no such list at this host."""


class RateLimitError(ApiError):
    """429: too many requests, or too many at once."""


class ServerError(ApiError):
    """5xx: the server or a gateway before it failed."""


_BY_STATUS = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    422: BadRequestError,
    429: RateLimitError,
}


def api_error_class(status: int) -> type[ApiError]:
    """Say which error a status is."""
    return _BY_STATUS.get(status, ServerError if 500 <= status <= 599 else ApiError)  # noqa: PLR2004


def request_id(headers: Mapping[str, str]) -> str | None:
    """Find the id by which Twilio's support knows a request."""
    return headers.get("Twilio-Request-Id")


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an error to what it arose from, itself first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def one_line(text: str, *, most: int = 500) -> str:
    """Make a text from outside fit for one line of a log or terminal: no line breaks, no control characters."""
    text = " ".join(text.split())
    if len(text) > most:
        text = text[: most - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _restore(cls: type[FlexFlowsError], args: tuple[object, ...]) -> FlexFlowsError:
    return cls.__new__(cls, *args)
