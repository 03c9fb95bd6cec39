"""The sandbox itself: an account, its records, the API over them, and the server."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import msgspec

from flexflows._errors import ConfigurationError
from flexflows._generated import fragment, list_flex_flows
from flexflows.sandbox._api import Api
from flexflows.sandbox._app import App, ReceivedRequest
from flexflows.sandbox._endpoints import list_endpoints
from flexflows.sandbox._faults import Fault
from flexflows.sandbox._records import make_records, make_sid

if TYPE_CHECKING:
    from flexflows.sandbox._server import Server


class Sandbox:
    """A Flex API on loopback, over real HTTP, for demos and tests.

    Use it as a context manager, or call `start` and `close`. The same arguments give the same records and credentials
    on any machine.

    Args:
        flows: The number of Flex Flows, 0 to 2,500 (Twilio's limit for an account); or the records themselves, as
            dictionaries that the API would send.
        seed: The seed of the account's generated values; another seed gives another account.
        latency: The seconds before each response, 0 or more.
        faults: Each a `Fault` or its short form, such as `"500"` (the first request fails), `"429@2x3"` (the second to
            the fourth) or `"403+"` (all). `FAULTS` has the names. Of several faults for one request, the first is used.
        port: The port; 0 means any free port.
        account_sid: The account's SID; default: generated from the seed.
        auth_token: The account's token; default: generated from the seed.
        host_in_urls: The origin of the URLs in responses, such as `https://flex-api.twilio.com`; default: its own.

    Attributes:
        account_sid: The account's SID, which goes with `auth_token`.
        auth_token: The account's token.
        api_key: An API key's SID, which goes with `api_secret`.
        api_secret: The API key's secret.
        flows: The Flex Flows, in the list's order; the next response shows any change of this list.
        records: The records of every list that the fragment has, by its path.

    Raises:
        TypeError: A record is not a dictionary, or not JSON.
        ValueError: A number is out of its range, or there is no such fault.
        ConfigurationError: From `start`: the port is taken, or the extra `sandbox` is not installed.
    """

    def __init__(
        self,
        flows: int | Iterable[Mapping[str, Any]] = 100,
        *,
        seed: int = 0,
        latency: float = 0.0,
        faults: Iterable[str | Fault] = (),
        port: int = 0,
        account_sid: str | None = None,
        auth_token: str | None = None,
        host_in_urls: str | None = None,
    ) -> None:
        if not 0 <= port <= 65_535:  # noqa: PLR2004  # RFC 9293
            raise ValueError(f"port is {port}; use 0 to 65535")
        if latency < 0:
            raise ValueError(f"latency is {latency}; use 0 seconds or more")
        if isinstance(faults, str):
            raise TypeError(f"faults is {faults!r}; pass a list of faults")
        self.account_sid: str = account_sid or make_sid("AC", seed)
        self.auth_token: str = auth_token or make_sid("", seed, "auth token")
        self.api_key: str = make_sid("SK", seed)
        self.api_secret: str = make_sid("", seed, "api secret")
        endpoints = sorted(list_endpoints(fragment()), key=lambda each: each.path != list_flex_flows.path)
        count = flows if isinstance(flows, int) else 0
        self.records: dict[str, list[dict[str, Any]]] = {
            each.path: make_records(count, each.schema, each.examples, seed=seed, account_sid=self.account_sid)
            for each in endpoints
        }
        self.flows: list[dict[str, Any]] = self.records[list_flex_flows.path]
        if not isinstance(flows, int):
            self.flows += _own_records(flows)
        credentials = (f"{self.account_sid}:{self.auth_token}", f"{self.api_key}:{self.api_secret}")
        self._port = port
        self._server: Server | None = None
        self._app = App(
            Api(endpoints, credentials, self.records),
            [Fault.parse(fault) if isinstance(fault, str) else fault for fault in faults],
            seed=seed,
            latency=latency,
            origin=host_in_urls and host_in_urls.rstrip("/"),
        )

    def __repr__(self) -> str:
        return f"<Sandbox {self.url if self._server else 'not running'}>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> Self:
        """Start serving, if the sandbox is not running."""
        if self._server is None:
            self._server = _server_class()(self._app, self._port)
        return self

    def close(self) -> None:
        """Stop serving and drop all connections, if the sandbox is running."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    @property
    def url(self) -> str:
        """The base URL, such as `http://127.0.0.1:49152`."""
        if self._server is None:
            raise ConfigurationError("the sandbox is not running; start it with `with` or start()")
        return self._server.url

    @property
    def requests(self) -> tuple[ReceivedRequest, ...]:
        """The requests received so far, in order, at most the last 10,000."""
        return self._app.received()


def _own_records(flows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not isinstance(flows, Iterable):
        raise TypeError(f"flows is {flows!r}; pass a number, or the records as dictionaries")
    records: list[dict[str, Any]] = []
    for number, flow in enumerate(flows):
        if not isinstance(flow, Mapping):
            raise TypeError(f"flows[{number}] is {flow!r}; pass a dictionary as the API would send it")
        try:
            records.append(msgspec.json.decode(msgspec.json.encode(dict(flow))))
        except TypeError as problem:
            raise TypeError(f"flows[{number}] is not JSON: {problem}") from problem
    return records


def _server_class() -> "type[Server]":
    try:
        from flexflows.sandbox._server import Server  # noqa: PLC0415  # uvicorn comes with an extra
    except ModuleNotFoundError as missing:
        if missing.name not in {"uvicorn", "h11"}:
            raise
        raise ConfigurationError(
            "the sandbox needs the extra sandbox; in a checkout, run pip install '.[sandbox]'; "
            "for a wheel, append [sandbox] to its path"
        ) from missing
    return Server
