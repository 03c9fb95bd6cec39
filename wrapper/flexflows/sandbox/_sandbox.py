"""The sandbox itself: an account, the API that serves it, and the server around both."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from flexflows._errors import ConfigurationError
from flexflows._generated import fragment
from flexflows.sandbox._account import Account
from flexflows.sandbox._api import Api
from flexflows.sandbox._app import App, SeenRequest
from flexflows.sandbox._effects import Scene
from flexflows.sandbox._flows import Flows
from flexflows.sandbox._plan import Fault, Plan
from flexflows.sandbox._records import Recipe
from flexflows.sandbox._schema import Listing

if TYPE_CHECKING:
    from flexflows.sandbox._server import Server


class Sandbox:
    """Serve a Flex API on loopback, over real HTTP, for demos and tests.

    Use it as a context manager, or call `start` and `close`. The same arguments give the same records and credentials,
    on any machine.

    Args:
        flows: How many Flex Flows the account has, 0 or more; or the very records, as the API spells them.
        seed: Another seed is another account.
        latency: Seconds that pass before each answer, 0 or more.
        faults: What goes wrong: a `Fault` strikes the requests that it plans (or its short form, `"429@2x3"`); the mere
            name of one strikes by chance. `FAULTS` lists them.
        fault_rate: The share of the requests that chance strikes, 0 to 1, with one of the faults that are mere names.
        port: 0 takes a free one.
        account_sid: The account's SID; default: one made from the seed.
        auth_token: The account's token; default: one made from the seed.
        host_in_urls: The origin that URLs in answers name, such as `https://flex-api.twilio.com`; default: its own.

    Raises:
        ValueError: A number is out of its range, or there is no such fault.
        ConfigurationError: From `start`: the port is taken, or the extra `flexflows[sandbox]` is not installed.
    """

    def __init__(
        self,
        flows: int | Iterable[Mapping[str, Any]] = 100,
        *,
        seed: int = 0,
        latency: float = 0.0,
        faults: Iterable[str | Fault] = (),
        fault_rate: float = 1.0,
        port: int = 0,
        account_sid: str | None = None,
        auth_token: str | None = None,
        host_in_urls: str | None = None,
    ) -> None:
        if not 0 <= port <= 65_535:  # noqa: PLR2004  # RFC 9293
            raise ValueError(f"port is {port}; it is 0 to 65535")
        if latency < 0:
            raise ValueError(f"latency is {latency}; it is 0 seconds or more")
        listing = Listing.of(fragment())
        self._account = Account.of(seed, account_sid, auth_token)
        recipe = Recipe(listing, seed=seed, account_sid=self._account.account_sid)
        self._port = port
        self._server: Server | None = None
        self._app = App(
            Api(listing, self._account),
            Flows.of(flows, recipe),
            Plan.of(faults, rate=fault_rate, seed=seed),
            Scene(listing.path, listing.key, listing.with_enum(), listing.free_text(), f"PA{recipe.sid(-1)}"),
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
        """Begin to serve; a sandbox that runs is left as it is."""
        if self._server is None:
            self._server = _server_class()(self._app, self._port)
        return self

    def close(self) -> None:
        """Stop serving and drop all connections; a sandbox that does not run is left as it is."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    @property
    def url(self) -> str:
        """The base URL, such as `http://127.0.0.1:49152`."""
        if self._server is None:
            raise ConfigurationError("the sandbox has no URL before it is started")
        return self._server.url

    @property
    def app(self) -> App:
        """The ASGI application, to be served by other means; faults of the connection need the sandbox's own server."""
        return self._app

    @property
    def account_sid(self) -> str:
        """The account's SID, which goes with `auth_token`."""
        return self._account.account_sid

    @property
    def auth_token(self) -> str:
        """The account's token."""
        return self._account.auth_token

    @property
    def api_key(self) -> str:
        """An API key's SID, which goes with `api_secret`."""
        return self._account.api_key

    @property
    def api_secret(self) -> str:
        """The API key's secret."""
        return self._account.api_secret

    @property
    def flows(self) -> Flows:
        """The records that are served, in the list's order; each is made when it is asked for."""
        return self._app.flows

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """What was received so far, in order, the last 10,000 requests of it."""
        return self._app.seen()


def _server_class() -> "type[Server]":
    try:
        from flexflows.sandbox._server import Server  # noqa: PLC0415  # uvicorn comes with an extra
    except ModuleNotFoundError as missing:
        if missing.name not in {"uvicorn", "h11"}:
            raise
        raise ConfigurationError("the sandbox needs uvicorn: pip install 'flexflows[sandbox]'") from missing
    return Server
