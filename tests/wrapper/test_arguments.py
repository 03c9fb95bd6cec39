"""Wrong arguments: the error names the parameter, its value and the expected value, and nothing is sent."""

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import httpx
import pytest
from drivers import Driver
from raw_server import RawServer, each, page, response
from resolving import SID, TOKEN, resolve

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows
from flexflows import _cursors as cursors
from flexflows_api.operation import PageSize

OPERATION = FlexFlows.operation
BOUNDS = OPERATION.page_size or PageSize(wire_name="", maximum=0)
FILTER = OPERATION.parameters[0].name
CURSOR = cursors.encode(OPERATION.path, "Page=1")
SECONDS = "timeout must be a number of seconds or an httpx.Timeout, not "
RANGE = "must be more than 0 and at most 1000000 seconds, not "
ATTEMPTS = "attempts must be an integer of 1 or more, not "
SIZES = f"page_size must be an integer from {BOUNDS.minimum} to {BOUNDS.maximum}, not "

client_class = pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])


@attrs.frozen
class Integer:
    """An integer that is no `int`, such as numpy's."""

    value: int

    def __index__(self) -> int:
        return self.value


@client_class
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"region": 7}, TypeError, "region must be a string or None, not of type int"),
        ({"auth_token": b"x"}, TypeError, "auth_token must be a string or None, not of type bytes"),
        ({"auth": ("a", "b")}, TypeError, "auth must be an httpx.Auth, not of type tuple"),
        ({"auth": Decimal(7)}, TypeError, "auth must be an httpx.Auth, not of type decimal.Decimal"),
        ({"timeout": None}, TypeError, f"{SECONDS}None"),
        ({"timeout": True}, TypeError, f"{SECONDS}of type bool"),
        ({"timeout": "30"}, TypeError, f"{SECONDS}of type str"),
        ({"timeout": 0}, ValueError, f"timeout {RANGE}0"),
        ({"timeout": float("nan")}, ValueError, f"timeout {RANGE}nan"),
        ({"timeout": 1_000_001}, ValueError, f"timeout {RANGE}1000001"),
        ({"timeout": 10**5000}, ValueError, f"timeout {RANGE}inf"),
        ({"timeout": httpx.Timeout(None, read=0)}, ValueError, f"timeout.read {RANGE}0"),
        ({"attempts": 0}, ValueError, f"{ATTEMPTS}0"),
        ({"attempts": int}, TypeError, f"{ATTEMPTS}of type type"),
        ({"profile": ""}, ConfigurationError, "there is no profile ''"),
        ({"acount_sid": SID}, TypeError, "{client}() got an unexpected keyword argument 'acount_sid'"),
    ],
)
def test_wrong_arguments_of_a_client(
    client: type[Any], arguments: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """The error names the class or the argument, and only the type of a wrong value, which may be a secret."""
    with pytest.raises(kind) as caught:
        client(**{**TOKEN, **arguments})
    assert str(caught.value).startswith(message.format(client=client.__name__))


def test_a_transport_must_fit_the_client() -> None:
    """A transport of the other kind is an error that names both."""
    with pytest.raises(TypeError, match=r"must be an httpx.BaseTransport, not of type httpx.AsyncHTTPTransport$"):
        FlexFlows(**TOKEN, transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"must be an httpx.AsyncBaseTransport, not of type httpx.HTTPTransport$"):
        AsyncFlexFlows(**TOKEN, transport=httpx.HTTPTransport())  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [5, Decimal(5), httpx.Timeout(5)], ids=repr)
def test_timeouts(value: Any) -> None:
    """A timeout may be a number of any type, or httpx's."""
    assert resolve(**TOKEN, timeout=value).timeout == httpx.Timeout(5)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"limit": Integer(-1)}, ValueError, "limit must be an integer of 0 or more, not -1"),
        ({"limit": True}, TypeError, "limit must be an integer of 0 or more, not of type bool"),
        ({"page_size": BOUNDS.minimum - 1}, ValueError, f"{SIZES}{BOUNDS.minimum - 1}"),
        ({"page_size": Integer(BOUNDS.maximum + 1)}, ValueError, f"{SIZES}{BOUNDS.maximum + 1}"),
        ({"page_size": 1.0}, TypeError, f"{SIZES}of type float"),
        ({"cursor": 7}, TypeError, "cursor must be a string or None, not of type int"),
        ({"cursor": CURSOR, FILTER: "x"}, ValueError, "cursor carries the filters it was made with; pass it without"),
        ({"cursor": CURSOR, "nonsense": "x"}, TypeError, f"{OPERATION.name} has no filter 'nonsense'; "),
        ({FILTER: 7}, TypeError, f"{FILTER} must be "),
        ({FILTER: "a" * cursors.MAX_QUERY}, ValueError, f"{FILTER} is too long to be sent; shorten it"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_wrong_arguments_of_a_call(
    open_client: Driver, arguments: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """A wrong argument is an error at the call, not at the first record, even with a limit of 0; nothing is sent."""
    with RawServer(each(response(page()))) as server:
        client = open_client(server)
        for method in (client.list, client.stream, client.pages):
            with pytest.raises(kind) as caught:
                method(**{"limit": 0, **arguments})
            assert str(caught.value).startswith(message)
        assert server.connections == 0


@client_class
@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_client_is_not_copied(client: type[Any], twin: Callable[[Any], Any]) -> None:
    """A client cannot be copied or pickled, since it holds credentials; its repr names its host."""
    original = client(**TOKEN)
    with pytest.raises(TypeError, match=f"^a {client.__name__} cannot be copied or pickled: it holds credentials"):
        twin(original)
    assert repr(original) == f"<{client.__name__} of {client.operation.server}>"
    assert repr(client.__new__(client)) == f"<{client.__name__} of None>"


def test_a_client_is_bound_to_a_list() -> None:
    """A client class of something else than a list of records is refused when it is defined."""
    with pytest.raises(TypeError, match=r"^Wrong.operation is not a list of records"):

        class Wrong(FlexFlows):
            operation = "x"  # type: ignore[assignment]
