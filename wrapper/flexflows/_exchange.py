"""One page's request and answer, up to the network: builds the one, reads the other, logs both, names what breaks.

The sync and the async client drive the same exchange; what differs between them is `await`.
"""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager

import attrs
import httpx

from ._answers import read_error, read_listing
from ._errors import FlexFlowsError, TransportError, causes, one_line, request_id
from ._paging import RawPage, Step

logger = logging.getLogger("flexflows")


@attrs.define(eq=False)
class Exchange:
    """A page being asked for, once or several times.

    Attributes:
        step: The page.
        request: What is sent; the credentials are added on the way, and taken off again before anyone sees it.
        deadline: The seconds that the body of one answer may take in all, or `None`.
    """

    step: Step
    request: httpx.Request
    deadline: float | None
    _attempt: int = 0
    _started: float = 0.0
    _answered: float = 0.0
    _chunks: list[bytes] = attrs.field(factory=list[bytes])

    @contextmanager
    def attempt(self) -> Generator[None, None, None]:
        """Send and receive in here: what breaks leaves as an error of this package, with the page's cursor."""
        self._attempt += 1
        self._started = time.monotonic()
        self._chunks.clear()
        try:
            yield
        except FlexFlowsError as error:
            error.cursor = self.step.cursor
            raise
        except httpx.HTTPError as error:
            # Every frame below holds the request, and with it the credentials, in its locals.
            _forget_frames(error)
            if isinstance(error, httpx.LocalProtocolError):
                # It quotes the header that it refuses: a credential of the caller's own `auth`, perhaps.
                error.args, error.__cause__, error.__context__ = ("a header is not valid HTTP",), None, None
            error.request = self._without_credentials()
            self._log(type(error).__name__)
            failure = TransportError(_described(error, self.request.url.host))
            failure.cursor = self.step.cursor
            raise failure from error

    def take(self, chunk: bytes) -> None:
        """Keep a piece of the answer's body.

        Raises:
            httpx.ReadTimeout: The answer takes too long as a whole, however steadily it trickles.
        """
        now = time.monotonic()
        if not self._chunks:
            # What came before is bounded operation by operation; waiting for a connection of the pool is no failure.
            self._answered = now
        self._chunks.append(chunk)
        if self.deadline is not None and now - self._answered > self.deadline:
            raise httpx.ReadTimeout(f"the answer was not complete within {self.deadline:g} s")

    def read(self, answer: httpx.Response) -> tuple[RawPage, Step | None]:
        """Read the whole answer as the page, and say which comes next.

        Raises:
            ApiError: It is an error of the API.
            UnexpectedResponseError: It is not this API's answer.
            PaginationError: The next page cannot be followed.
        """
        self._log(answer.status_code, request_id(answer.headers))
        response = httpx.Response(
            answer.status_code,
            # The body is decoded already.
            headers=[(name, value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_WIRE],
            content=b"".join(self._chunks),
            request=self._without_credentials(),
        )
        if not response.is_success:
            raise read_error(response)
        return self.step.read(read_listing(response, self.step.endpoint.key), request_id(response.headers))

    def _log(self, outcome: object, request: str | None = None) -> None:
        logger.debug(
            "%s %s: %s in %.3f s (request %s, attempt %d)",
            self.request.method,
            self.request.url.path,
            outcome,
            time.monotonic() - self._started,
            request,
            self._attempt,
        )

    def _without_credentials(self) -> httpx.Request:
        return httpx.Request(self.request.method, self.request.url)


_OF_THE_WIRE = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


def _described(error: httpx.HTTPError, host: str) -> str:
    # trio's errors, and httpx's of them, often have no text; then what they arose from has one.
    text = next((text for text in map(one_line, map(str, causes(error))) if text), None)
    kind = "timed out" if isinstance(error, httpx.TimeoutException) else "failed"
    return f"the request to {host} {kind}" + (f": {text}" if text else f" ({type(error).__name__})")


def _forget_frames(error: httpx.HTTPError) -> None:
    for cause in causes(error):
        cause.__traceback__ = None
