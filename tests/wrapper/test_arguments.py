"""Wrong arguments: the error names the parameter, its value and the expected value, and nothing is sent."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import httpx
import pytest
from drivers import Driver

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows, _arguments
from flexflows.sandbox import Sandbox

SID = "AC" + "a" * 32
TEXTS = ["account_sid", "auth_token", "api_key", "api_secret", "profile", "region", "edge", "base_url"]
METHODS = ["list", "stream", "pages", "page"]
SECONDS = "timeout must be a number of seconds or an httpx.Timeout, not "
RANGE = "timeout must be more than 0 and at most 1000000 seconds, not "
OWN = "timeout.read must be more than 0 and at most 1000000 seconds, not "


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(("value", "shown"), [(7, "int"), (b"x", "bytes"), (["x"], "list"), (True, "bool")])
def test_values_of_other_types(client: type[Any], name: str, value: object, shown: str) -> None:
    """The error shows only the type of a wrong value, since the value may be a secret."""
    with pytest.raises(TypeError) as caught:
        client(**{"account_sid": SID, "auth_token": "t", name: value})
    assert str(caught.value) == f"{name} must be a string or None, not of type {shown}"


@pytest.mark.parametrize(
    ("client", "transport"), [(FlexFlows, httpx.AsyncHTTPTransport()), (AsyncFlexFlows, httpx.HTTPTransport())]
)
def test_transports_must_fit_the_client(client: type[Any], transport: object) -> None:
    """A transport of the other kind is an error."""
    wanted = "BaseTransport" if client is FlexFlows else "AsyncBaseTransport"
    with pytest.raises(TypeError) as caught:
        client(SID, "t", transport=transport)
    assert str(caught.value) == f"transport must be an httpx.{wanted}, not of type {type(transport).__name__}"


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"auth": ("a", "b")}, TypeError, "auth must be an httpx.Auth, not of type tuple"),
        ({"auth": "secret"}, TypeError, "auth must be an httpx.Auth, not of type str"),
        ({"auth": httpx.BasicAuth}, TypeError, "auth must be an httpx.Auth, not of type type"),
        ({"timeout": None}, TypeError, f"{SECONDS}None"),
        ({"timeout": "30"}, TypeError, f"{SECONDS}of type str"),
        ({"timeout": True}, TypeError, f"{SECONDS}of type bool"),
        ({"timeout": b"30"}, TypeError, f"{SECONDS}of type bytes"),
        ({"timeout": bytearray(b"30")}, TypeError, f"{SECONDS}of type bytearray"),
        ({"timeout": (1, 2)}, TypeError, f"{SECONDS}of type tuple"),
        ({"timeout": 0}, ValueError, f"{RANGE}0.0"),
        ({"timeout": -1.5}, ValueError, f"{RANGE}-1.5"),
        ({"timeout": float("nan")}, ValueError, f"{RANGE}nan"),
        ({"timeout": float("inf")}, ValueError, f"{RANGE}inf"),
        ({"timeout": 1_000_001}, ValueError, f"{RANGE}1000001"),
        ({"timeout": 10**5000}, ValueError, "timeout must be at most 1000000 seconds"),
        ({"timeout": httpx.Timeout(None, read=0)}, ValueError, f"{OWN}0"),
        ({"timeout": httpx.Timeout(None, read=1e10)}, ValueError, f"{OWN}10000000000.0"),
        ({"timeout": httpx.Timeout(None, pool="x")}, TypeError, "timeout.pool must be a number of seconds"),  # type: ignore[arg-type]
        ({"attempts": 0}, ValueError, "attempts must be an integer of 1 or more, not 0"),
        ({"attempts": -1}, ValueError, "attempts must be an integer of 1 or more, not -1"),
        (
            {"attempts": -(10**5000)},
            ValueError,
            "attempts must be an integer of 1 or more, not a number that large",
        ),
        ({"attempts": 1 - 10**18}, ValueError, f"attempts must be an integer of 1 or more, not -{'9' * 18}"),
        (
            {"attempts": -(10**18)},
            ValueError,
            "attempts must be an integer of 1 or more, not a number that large",
        ),
        ({"attempts": 2.0}, TypeError, "attempts must be an integer of 1 or more, not of type float"),
        ({"attempts": True}, TypeError, "attempts must be an integer of 1 or more, not of type bool"),
        ({"attempts": None}, TypeError, "attempts must be an integer of 1 or more, not None"),
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


@pytest.mark.parametrize("value", [5, 5.0, Fraction(5), Decimal(5)], ids=repr)
def test_any_number_of_seconds(value: Any) -> None:
    """A timeout may be a number of any type."""
    assert _arguments.seconds("timeout", value) == 5.0


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
def test_most_arguments_are_keywords(client: type[Any]) -> None:
    """Only the account's SID and token may be positional arguments."""
    with pytest.raises(TypeError, match="positional"):
        client(SID, "t", "SK")
    for method in METHODS:
        with pytest.raises(TypeError, match="positional"):
            getattr(client(SID, "t"), method)("Sales")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"friendly_name": 7}, TypeError, "friendly_name must be a string, not a value of type int"),
        ({"page_size": 1001}, ValueError, "page_size must be an integer from 1 to 1000, not 1001"),
        ({"cursor": "x", "friendly_name": "Sales"}, ValueError, "cursor carries the filters it was made with; "),
        ({"nonsense": 1}, TypeError, "list_flex_flows has no filter 'nonsense'; it takes friendly_name"),
    ],
    ids=str,
)
def test_wrong_arguments_of_a_call(
    open_client: Driver, method: str, arguments: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """A wrong argument is an error at the call, not at the first record, and nothing is sent."""
    with Sandbox(flows=1) as sandbox:
        client = open_client(sandbox)
        with pytest.raises(kind) as caught:
            getattr(client, method)(**arguments)
        assert str(caught.value).startswith(message)
        assert sandbox.requests == ()


@pytest.mark.parametrize("method", ["list", "stream", "pages"])
def test_limits_of_a_call(open_client: Driver, method: str) -> None:
    """A negative limit is an error, and a limit of 0 sends nothing."""
    with Sandbox(flows=1) as sandbox:
        client = open_client(sandbox)
        with pytest.raises(ValueError, match=r"^limit must be an integer of 0 or more, not -1$"):
            getattr(client, method)(limit=-1)
        assert list(getattr(client, method)(limit=0)) == []
        assert sandbox.requests == ()
