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
from resolving import SID, TEXTS, TOKEN, resolve

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows

SECONDS = "timeout must be a number of seconds or an httpx.Timeout, not "
RANGE = "must be more than 0 and at most 1000000 seconds, not "
ATTEMPTS = "attempts must be an integer of 1 or more, not "

client_class = pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(("value", "kind"), [(7, "int"), (b"x", "bytes"), (["x"], "list"), (True, "bool")])
def test_values_of_other_types(name: str, value: object, kind: str) -> None:
    """The error shows only the type of a wrong value, since the value may be a secret."""
    arguments: dict[str, Any] = {**TOKEN, name: value}
    with pytest.raises(TypeError) as caught:
        FlexFlows(**arguments)
    assert str(caught.value) == f"{name} must be a string or None, not of type {kind}"


class OAuth2Auth:
    """An auth of another package."""

    __module__ = "httpx2"


@client_class
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"auth": ("a", "b")}, TypeError, "auth must be an httpx.Auth, not of type tuple"),
        ({"auth": OAuth2Auth()}, TypeError, "auth must be an httpx.Auth, not of type httpx2.OAuth2Auth"),
        ({"timeout": None}, TypeError, f"{SECONDS}None"),
        ({"timeout": "30"}, TypeError, f"{SECONDS}of type str"),
        ({"timeout": True}, TypeError, f"{SECONDS}of type bool"),
        ({"timeout": (1, 2)}, TypeError, f"{SECONDS}of type tuple"),
        ({"timeout": 0}, ValueError, f"timeout {RANGE}0"),
        ({"timeout": float("nan")}, ValueError, f"timeout {RANGE}nan"),
        ({"timeout": 1_000_001}, ValueError, f"timeout {RANGE}1000001"),
        ({"timeout": 10**5000}, ValueError, f"timeout {RANGE}inf"),
        ({"timeout": httpx.Timeout(None, read=0)}, ValueError, f"timeout.read {RANGE}0"),
        ({"timeout": httpx.Timeout(None, pool="x")}, TypeError, "timeout.pool must be a number of seconds"),  # type: ignore[arg-type]
        ({"attempts": 0}, ValueError, f"{ATTEMPTS}0"),
        ({"attempts": 2.0}, TypeError, f"{ATTEMPTS}of type float"),
        ({"attempts": True}, TypeError, f"{ATTEMPTS}of type bool"),
        ({"transport": object()}, TypeError, "transport must be an httpx."),
        ({"profile": ""}, ConfigurationError, "there is no profile ''"),
        ({"acount_sid": SID}, TypeError, "{client}() got an unexpected keyword argument 'acount_sid'"),
    ],
)
def test_wrong_arguments_of_a_client(
    client: type[Any], arguments: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """A wrong argument is an error when the client is created, which names the class or the argument."""
    with pytest.raises(kind) as caught:
        client(**{**TOKEN, **arguments})
    assert str(caught.value).startswith(message.format(client=client.__name__))


@pytest.mark.parametrize(
    ("client", "transport"), [(FlexFlows, "AsyncHTTPTransport"), (AsyncFlexFlows, "HTTPTransport")]
)
def test_transports_must_fit_the_client(client: type[Any], transport: str) -> None:
    """A transport of the other kind is an error that names both."""
    wanted = "BaseTransport" if client is FlexFlows else "AsyncBaseTransport"
    with pytest.raises(TypeError) as caught:
        client(SID, "t", transport=getattr(httpx, transport)())
    assert str(caught.value) == f"transport must be an httpx.{wanted}, not of type httpx.{transport}"


@pytest.mark.parametrize("value", [5, 5.0, Decimal(5), httpx.Timeout(5)], ids=repr)
def test_timeouts(value: Any) -> None:
    """A timeout may be a number of any type, or httpx's."""
    assert resolve(**TOKEN, timeout=value).timeout == httpx.Timeout(5)


@pytest.mark.parametrize("method", ["list", "stream", "pages", "page"])
@pytest.mark.parametrize(
    ("arguments", "kind"), [({"page_size": 0}, ValueError), ({"cursor": "x"}, ValueError), ({"no": 1}, TypeError)]
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


@client_class
@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_client_is_not_copied(client: type[Any], twin: Callable[[Any], Any]) -> None:
    """A client cannot be copied or pickled, since it holds credentials; its repr names its host."""
    original = client(SID, "t")
    with pytest.raises(TypeError, match=f"^a {client.__name__} cannot be copied or pickled: it holds credentials"):
        twin(original)
    assert repr(original) == f"<{client.__name__} of {client.operation.server}>"
    assert repr(client.__new__(client)) == f"<{client.__name__} of None>"


def test_a_client_is_bound_to_a_list() -> None:
    """A client class of something else than a list of records is refused when it is defined."""
    with pytest.raises(TypeError, match=r"^Wrong.operation is not a list of records"):

        class Wrong(FlexFlows):
            operation = "x"  # type: ignore[assignment]
