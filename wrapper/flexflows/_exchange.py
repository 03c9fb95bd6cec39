"""One attempt to fetch a page, except for the network: build the request, decode the response, describe a failure.

The sync and the async client drive the same exchange, and differ only in `await`.
"""

import logging
import time
import zlib
from typing import TYPE_CHECKING, Generic

import httpx

from ._errors import (
    MAX_KEPT_BODY,
    FlexFlowsError,
    TransportError,
    UnexpectedResponseError,
    causes,
    one_line,
    request_id,
)
from ._paging import PageRequest, PageT
from ._responses import parse_error
from ._secrets import Secrets, forget_frames, without_credentials
from ._settings import HEADERS, Settings

if TYPE_CHECKING:
    from ._proxies import Proxy

logger = logging.getLogger("flexflows")

MAX_BODY = 64 * 1024 * 1024
"""The maximum size of a page's body in bytes, decoded or not; 1,000 Flex Flows take half a MiB."""

_STEP = 64 * 1024


class Deadline(float):
    """The time limit of a whole attempt, in seconds: a float, which httpx passes on like any other timeout.

    The time runs from the first use of the network: waiting for a free connection is not the server's failure, and is
    not limited.
    """

    _end: float | None = None

    def remaining(self) -> float:
        """Return the seconds that are left; 0 or less when the time is over."""
        now = time.monotonic()
        if self._end is None:
            self._end = now + self
        return self._end - now


class Body:
    """A response's body, decoded and limited in size while it arrives."""

    def __init__(self, content_encoding: str, limit: int) -> None:
        codings = [coding.strip().lower() for coding in content_encoding.split(",")]
        self.coding = ", ".join(coding for coding in codings if coding not in ("", "identity"))
        self.is_supported = self.coding in ("", "gzip", "x-gzip")
        self.data = bytearray()
        self.is_full = False
        self._limit = limit
        self._received = 0
        self._gzip = zlib.decompressobj(31)

    def feed(self, chunk: bytes) -> None:
        """Decode and add a part of the body; bytes beyond the limit are dropped."""
        self._received += len(chunk)
        if self.coding:
            for start in range(0, len(chunk), _STEP):
                self._decompress(chunk[start : start + _STEP])
        else:
            self.data += chunk[: self._limit + 1 - len(self.data)]
        self.is_full = max(len(self.data), self._received) > self._limit
        del self.data[self._limit :]

    def _decompress(self, data: bytes) -> None:
        while data and len(self.data) <= self._limit:
            if self._gzip.eof:  # several members in a row are one body (RFC 1952, 2.2); zeros may pad it
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._gzip = zlib.decompressobj(31)
            self.data += self._gzip.decompress(data, min(self._limit + 1 - len(self.data), 16 * _STEP))
            data = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail

    def finish(self) -> None:
        """Check the end of a body that arrived completely."""
        if self.coding and self._received:
            self.data += self._gzip.flush()
            if not self._gzip.eof:
                raise httpx.DecodingError("the gzip body is truncated")


class Exchange(Generic[PageT]):
    """A page's request, to which the client's `auth` adds the credentials, and its response."""

    def __init__(self, page_request: PageRequest[PageT], settings: Settings, attempt: int) -> None:
        self._page_request = page_request
        self._attempt = attempt
        self._proxy: Proxy | None = settings.proxy
        self._url = httpx.URL(page_request.url(settings.base_url))
        self._deadline: Deadline | None = None
        if isinstance(settings.timeout, httpx.Timeout):
            timeouts = settings.timeout.as_dict()
        else:
            self._deadline = Deadline(settings.timeout)
            timeouts = {**dict.fromkeys(("connect", "read", "write"), self._deadline), "pool": None}
        self.request = httpx.Request("GET", self._url, headers=HEADERS, extensions={"timeout": timeouts})
        self._public_headers = self.request.headers.copy()
        self._sent: list[httpx.Request] = []
        self._response = httpx.Response(0)
        self._body = Body("", 0)
        self._is_authenticating = False
        self._started = time.monotonic()

    def send(self, request: httpx.Request) -> httpx.Request:
        """Record a request of the `auth` before it is sent, and return it."""
        self._is_authenticating = False
        self._sent.append(request)
        return request

    def receive(self, response: httpx.Response) -> None:
        """Start to read a response, before its body."""
        self._response = response
        limit = MAX_BODY if response.is_success else MAX_KEPT_BODY
        self._body = Body(response.headers.get("Content-Encoding", ""), limit)

    def feed(self, chunk: bytes) -> bool:
        """Add a part of the body before the deadline, and return whether to read more of it."""
        if self._deadline is not None and self._deadline.remaining() <= 0:
            raise httpx.ReadTimeout("")
        if not self._body.is_supported:
            return False
        try:
            self._body.feed(chunk)
        except zlib.error as error:
            if self._response.is_success:
                raise httpx.DecodingError(f"the body is not gzip: {error}") from None
            return False
        return not self._body.is_full

    def response_for(self, auth: httpx.Auth) -> httpx.Response:
        """Build the response by which an `auth` decides whether to send another request."""
        self._is_authenticating = True
        body = bytes(self._body.data) if auth.requires_response_body else b""
        return without_credentials(self._response, body, Secrets.of((), {}), self._sent[-1])

    def finish(self) -> tuple[PageT, PageRequest[PageT] | None]:
        """Return the page and the request of the next page, or raise the response's error."""
        self._is_authenticating = False
        response, body = self._response, self._body
        self._log(response.status_code, request_id(response.headers))
        if not response.is_success:
            raise parse_error(self._kept_response())
        if not body.is_supported:
            raise UnexpectedResponseError(f"the body has the content coding {body.coding!r}; only gzip was accepted")
        if body.is_full:
            raise UnexpectedResponseError(f"the body is larger than {MAX_BODY // 1024 // 1024} MiB")
        body.finish()
        return self._page_request.parse(body.data, response.headers)

    def failure(self, error: BaseException) -> BaseException:
        """Return the error to raise: one of this package, without credentials, with the page's cursor.

        An exception that is not a failure of the exchange, such as Ctrl-C or a cancellation, is returned unchanged
        except for the frames that hold the credentials.
        """
        forget_frames(error)
        if isinstance(error, UnexpectedResponseError):
            error.response = self._kept_response()
            error.request_id = request_id(error.response.headers)
        elif isinstance(error, httpx.HTTPError | httpx.InvalidURL | OSError | UnicodeError) or (
            self._is_authenticating and isinstance(error, Exception)
        ):
            self._log(type(error).__name__)
            error = self._transport_error(error)
        if isinstance(error, FlexFlowsError):
            self._secrets().remove_from(error)
            error.cursor = self._page_request.cursor
        self._body = Body("", 0)
        return error

    def _transport_error(self, error: Exception) -> TransportError:
        if not isinstance(error, httpx.HTTPError):
            kind = httpx.LocalProtocolError if isinstance(error, UnicodeError) else httpx.NetworkError
            error, error.__cause__ = kind(f"{type(error).__name__}: {error}"), error
        if isinstance(error, httpx.LocalProtocolError):
            # It quotes the invalid header, which may hold a credential of the caller's own `auth`.
            error.args, error.__cause__, error.__context__ = ("a header is not valid HTTP",), None, None
        error.request = self._public_request()
        failure = TransportError(self._describe(error))
        failure.__cause__ = error
        return failure

    def _describe(self, error: Exception) -> str:
        # Errors of trio, and httpx's errors for them, often have no text, but one of their causes has.
        text = next((text for text in map(one_line, map(str, causes(error))) if text), None)
        target, via = f"the request to {self._url.host}", f" through {self._proxy}" if self._proxy else ""
        if isinstance(error, httpx.ProxyError):
            return f"{self._proxy or 'the proxy'} refused {target}: {text}"
        if isinstance(error, httpx.TimeoutException):
            text = text if self._deadline is None else f"no complete response within {self._deadline:g} s"
            return f"{target}{via} timed out: {text or type(error).__name__}"
        return f"{target}{via} failed: {text or type(error).__name__}"

    def _kept_response(self) -> httpx.Response:
        body = bytes(self._body.data[:MAX_KEPT_BODY])
        return without_credentials(self._response, body, self._secrets(), self._public_request())

    def _public_request(self) -> httpx.Request:
        return httpx.Request("GET", self._url)

    def _secrets(self) -> Secrets:
        return Secrets.of(self._sent, self._public_headers, *(self._proxy.secrets if self._proxy else ()))

    def _log(self, outcome: object, request: str | None = None) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            seconds, request = time.monotonic() - self._started, self._secrets().remove(request)
            values = (self._url.path, outcome, seconds, request, self._attempt)
            logger.debug("GET %s: %s in %.3f s (request %s, attempt %d)", *values)
