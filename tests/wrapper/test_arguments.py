"""Wrong arguments: the error names the parameter, its value and the expected value, and nothing is sent."""

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from drivers import Driver
from raw_server import RawServer, account, each, page, response

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows
from flexflows import _arguments as arguments_module

SID = "AC" + "a" * 32
CLIENTS = [FlexFlows, AsyncFlexFlows]
METHODS = ["list", "stream", "pages", "page"]
SECONDS = "timeout must be a number of seconds or an httpx.Timeout, not "
RANGE = "timeout must be more than 0 and at most 1000000 seconds, not "
READ_RANGE = "timeout.read must be more than 0 and at most 1000000 seconds, not "
ATTEMPTS = "attempts must be an integer of 1 or more, not "


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "name", ["account_sid", "auth_token", "api_key", "api_secret", "profile", "region", "edge", "base_url"]
)
@pytest.mark.parametrize(("value", "kind"), [(7, "int"), (b"x", "bytes"), (["x"], "list"), (True, "bool")])
def test_values_of_other_types(client: type[Any], name: str, value: object, kind: str) -> None:
    """The error shows only the type of a wrong value, since the value may be a secret."""
    with pytest.raises(TypeError) as caught:
        client(**{"account_sid": SID, "auth_token": "t", name: value})
    assert str(caught.value) == f"{name} must be a string or None, not of type {kind}"


class OAuth2Auth:
    """An auth of another package."""


OAuth2Auth.__module__ = "httpx2"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"auth": ("a", "b")}, TypeError, "auth must be an httpx.Auth, not of type tuple"),
        ({"auth": OAuth2Auth()}, TypeError, "auth must be an httpx.Auth, not of type httpx2.OAuth2Auth"),
        ({"auth": httpx.BasicAuth}, TypeError, "auth must be an httpx.Auth, not of type type"),
        ({"timeout": None}, TypeError, f"{SECONDS}None"),
        ({"timeout": "30"}, TypeError, f"{SECONDS}of type str"),
        ({"timeout": True}, TypeError, f"{SECONDS}of type bool"),
        ({"timeout": (1, 2)}, TypeError, f"{SECONDS}of type tuple"),
        ({"timeout": 0}, ValueError, f"{RANGE}0.0"),
        ({"timeout": float("nan")}, ValueError, f"{RANGE}nan"),
        ({"timeout": 1_000_001}, ValueError, f"{RANGE}1000001"),
        ({"timeout": 10**5000}, ValueError, "timeout must be at most 1000000 seconds"),
        ({"timeout": httpx.Timeout(None, read=0)}, ValueError, f"{READ_RANGE}0"),
        ({"timeout": httpx.Timeout(None, pool="x")}, TypeError, "timeout.pool must be a number of seconds"),  # type: ignore[arg-type]
        ({"attempts": 0}, ValueError, f"{ATTEMPTS}0"),
        ({"attempts": -(10**5000)}, ValueError, f"{ATTEMPTS}a number that large"),
        ({"attempts": 2.0}, TypeError, f"{ATTEMPTS}of type float"),
        ({"attempts": True}, TypeError, f"{ATTEMPTS}of type bool"),
        ({"transport": object()}, TypeError, "transport must be an httpx."),
        ({"transport": httpx.MockTransport}, TypeError, "transport must be an httpx."),
        ({"profile": ""}, ConfigurationError, "there is no profile ''"),
        ({"base_url": "localhost"}, ConfigurationError, "base_url must be an absolute URL"),
        ({"region": "moon"}, ConfigurationError, "the edge of region 'moon' is unknown"),
    ],
)
def test_wrong_arguments_of_a_client(
    client: type[Any], arguments: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """A wrong argument is an error when the client is created."""
    with pytest.raises(kind) as caught:
        client(**{"account_sid": SID, "auth_token": "t", **arguments})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("positional", "named", "message"),
    [
        ((), {"acount_sid": SID}, "() got an unexpected keyword argument 'acount_sid'"),
        ((SID, "t", "SK"), {}, "() too many positional arguments"),
        ((SID,), {"account_sid": SID}, "() multiple values for argument 'account_sid'"),
    ],
)
def test_unknown_arguments_of_a_client(
    client: type[Any], positional: tuple[str, ...], named: dict[str, Any], message: str
) -> None:
    """The error about an unknown argument names the class that was called."""
    with pytest.raises(TypeError) as caught:
        client(*positional, **named)
    assert str(caught.value) == f"{client.__name__}{message}"


@pytest.mark.parametrize(
    ("client", "transport"), [(FlexFlows, "AsyncHTTPTransport"), (AsyncFlexFlows, "HTTPTransport")]
)
def test_transports_must_fit_the_client(client: type[Any], transport: str) -> None:
    """A transport of the other kind is an error that names both."""
    wanted = "BaseTransport" if client is FlexFlows else "AsyncBaseTransport"
    with pytest.raises(TypeError) as caught:
        client(SID, "t", transport=getattr(httpx, transport)())
    assert str(caught.value) == f"transport must be an httpx.{wanted}, not of type httpx.{transport}"


@pytest.mark.parametrize("value", [5, 5.0, Decimal(5)], ids=repr)
def test_any_number_of_seconds(value: Any) -> None:
    """A timeout may be a number of any type."""
    assert arguments_module.seconds("timeout", value) == 5.0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("arguments", "kind"),
    [({"page_size": 0}, ValueError), ({"cursor": "x"}, ValueError), ({"nonsense": 1}, TypeError)],
    ids=str,
)
def test_wrong_arguments_of_a_call(
    open_client: Driver, method: str, arguments: dict[str, Any], kind: type[Exception]
) -> None:
    """A wrong argument is an error at the call, not at the first record, and nothing is sent."""
    with RawServer(each(response(page()))) as server:
        client = open_client(**account(server))
        with pytest.raises(kind):
            getattr(client, method)(**arguments)
        with pytest.raises(TypeError, match="positional"):
            getattr(client, method)("Sales")
        assert server.connections == 0


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_client_is_not_copied(client: type[Any], twin: Callable[[Any], Any]) -> None:
    """A client cannot be copied or pickled, since it holds credentials; its repr names its host."""
    original = client(SID, "t")
    with pytest.raises(TypeError) as caught:
        twin(original)
    assert str(caught.value) == (
        f"a {client.__name__} cannot be copied or pickled: it holds credentials; create another"
    )
    assert repr(original) == f"<{client.__name__} of {client.operation.server}>"
    assert repr(client.__new__(client)) == f"<{client.__name__} of None>"


def test_a_client_is_bound_to_a_list() -> None:
    """A client class of something else than a list of records is refused when it is defined."""
    with pytest.raises(TypeError, match=r"^Wrong cannot be bound to str: its response is not a list of records"):

        class Wrong(FlexFlows):
            operation = "x"  # type: ignore[assignment]
