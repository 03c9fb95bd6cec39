"""Wrong arguments: the error names the parameter, its value and the expected value, and nothing is sent."""

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from drivers import Driver
from raw_server import RawServer, each, page, response
from resolving import SID, TOKEN, resolve

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows

TEXTS = ("account_sid", "auth_token", "api_key", "api_secret", "profile", "region", "edge", "base_url")
SECONDS = "timeout must be a number of seconds or an httpx.Timeout, not "
RANGE = "must be more than 0 and at most 1000000 seconds, not "
ATTEMPTS = "attempts must be an integer of 1 or more, not "

client_class = pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])


class OAuth2Auth:
    """An auth of another package."""

    __module__ = "httpx2"


@client_class
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        *(({name: 7}, TypeError, f"{name} must be a string or None, not of type int") for name in TEXTS),
        ({"auth_token": b"x"}, TypeError, "auth_token must be a string or None, not of type bytes"),
        ({"auth": ("a", "b")}, TypeError, "auth must be an httpx.Auth, not of type tuple"),
        ({"auth": OAuth2Auth()}, TypeError, "auth must be an httpx.Auth, not of type httpx2.OAuth2Auth"),
        ({"timeout": None}, TypeError, f"{SECONDS}None"),
        ({"timeout": True}, TypeError, f"{SECONDS}of type bool"),
        ({"timeout": (1, 2)}, TypeError, f"{SECONDS}of type tuple"),
        ({"timeout": "30"}, TypeError, f"{SECONDS}of type str"),
        ({"timeout": float}, TypeError, f"{SECONDS}of type type"),
        ({"timeout": 0}, ValueError, f"timeout {RANGE}0"),
        ({"timeout": float("nan")}, ValueError, f"timeout {RANGE}nan"),
        ({"timeout": 1_000_001}, ValueError, f"timeout {RANGE}1000001"),
        ({"timeout": 10**5000}, ValueError, f"timeout {RANGE}inf"),
        ({"timeout": httpx.Timeout(None, read=0)}, ValueError, f"timeout.read {RANGE}0"),
        ({"attempts": 0}, ValueError, f"{ATTEMPTS}0"),
        ({"attempts": True}, TypeError, f"{ATTEMPTS}of type bool"),
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


@pytest.mark.parametrize(
    ("client", "transport", "expected"),
    [
        (FlexFlows, httpx.AsyncHTTPTransport, "BaseTransport"),
        (AsyncFlexFlows, httpx.HTTPTransport, "AsyncBaseTransport"),
    ],
)
def test_a_transport_must_fit_the_client(client: type[Any], transport: type[Any], expected: str) -> None:
    """A transport of the other kind is an error that names both."""
    with pytest.raises(TypeError) as caught:
        client(**TOKEN, transport=transport())
    assert str(caught.value) == f"transport must be an httpx.{expected}, not of type httpx.{transport.__name__}"


@pytest.mark.parametrize("value", [5, 5.0, Decimal(5), httpx.Timeout(5)], ids=repr)
def test_timeouts(value: Any) -> None:
    """A timeout may be a number of any type, or httpx's."""
    assert resolve(**TOKEN, timeout=value).timeout == httpx.Timeout(5)


@pytest.mark.parametrize("method", ["list", "stream", "pages", "page"])
def test_wrong_arguments_of_a_call(open_client: Driver, method: str) -> None:
    """A wrong argument is an error at the call, not at the first record, and nothing is sent."""
    with RawServer(each(response(page()))) as server:
        call = getattr(open_client(server), method)
        with pytest.raises(ValueError, match="page_size"):
            call(page_size=0)
        with pytest.raises(ValueError, match="cursor"):
            call(cursor="x")
        with pytest.raises(TypeError, match="no filter 'no'"):
            call(no=1)
        with pytest.raises(TypeError, match="positional"):
            call("Sales")
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
