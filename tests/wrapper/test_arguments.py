"""A caller's mistakes: each names the parameter, what it got and what would be right, before anything is sent."""

from typing import Any

import httpx
import pytest
from drivers import Driver

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows
from flexflows.sandbox import Sandbox

SID = "AC" + "a" * 32
TEXTS = ["account_sid", "auth_token", "api_key", "api_secret", "profile", "region", "edge", "base_url"]
VERBS = ["list", "stream", "pages", "page"]
SECONDS = "timeout must be a number of seconds or an httpx.Timeout, not "
RANGE = "timeout must be more than 0 seconds, and 1000000 at most, not "
OWN = "timeout.read must be more than 0 seconds, and 1000000 at most, not "


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(("value", "shown"), [(7, "int"), (b"x", "bytes"), (["x"], "list"), (True, "bool")])
def test_texts_must_be_texts(client: type[Any], name: str, value: object, shown: str) -> None:
    """Whatever is no string is named by its type alone, since it may be a secret."""
    with pytest.raises(TypeError) as caught:
        client(**{"account_sid": SID, "auth_token": "t", name: value})
    assert str(caught.value) == f"{name} must be a string or None, not of type {shown}"


@pytest.mark.parametrize(
    ("client", "transport"), [(FlexFlows, httpx.AsyncHTTPTransport()), (AsyncFlexFlows, httpx.HTTPTransport())]
)
def test_transports_must_fit_the_client(client: type[Any], transport: object) -> None:
    """A transport of the other kind is named at once."""
    wanted = "BaseTransport" if client is FlexFlows else "AsyncBaseTransport"
    with pytest.raises(TypeError) as caught:
        client(SID, "t", transport=transport)
    assert str(caught.value) == f"transport must be an httpx.{wanted}, not of type {type(transport).__name__}"


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ({"auth": ("a", "b")}, TypeError, "auth must be an httpx.Auth, not of type tuple"),
        ({"auth": "secret"}, TypeError, "auth must be an httpx.Auth, not of type str"),
        ({"auth": httpx.BasicAuth}, TypeError, "auth must be an httpx.Auth, not of type type"),
        ({"timeout": None}, TypeError, f"{SECONDS}None"),
        ({"timeout": "30"}, TypeError, f"{SECONDS}of type str"),
        ({"timeout": True}, TypeError, f"{SECONDS}of type bool"),
        ({"timeout": (1, 2)}, TypeError, f"{SECONDS}of type tuple"),
        ({"timeout": 0}, ValueError, f"{RANGE}0.0"),
        ({"timeout": -1.5}, ValueError, f"{RANGE}-1.5"),
        ({"timeout": float("nan")}, ValueError, f"{RANGE}nan"),
        ({"timeout": float("inf")}, ValueError, f"{RANGE}inf"),
        ({"timeout": 1_000_001}, ValueError, f"{RANGE}1000001.0"),
        ({"timeout": 10**5000}, ValueError, "timeout must be at most 1000000 seconds"),
        ({"timeout": httpx.Timeout(None, read=0)}, ValueError, f"{OWN}0.0"),
        ({"timeout": httpx.Timeout(None, read=1e10)}, ValueError, f"{OWN}10000000000.0"),
        ({"timeout": httpx.Timeout(None, pool="x")}, TypeError, "timeout.pool must be a number of seconds"),  # type: ignore[arg-type]
        ({"attempts": 0}, ValueError, "attempts must be an integer of 1 or more, not 0"),
        ({"attempts": -1}, ValueError, "attempts must be an integer of 1 or more, not -1"),
        ({"attempts": -(10**5000)}, ValueError, "attempts must be an integer of 1 or more, not one of that size"),
        ({"attempts": 1 - 10**18}, ValueError, f"attempts must be an integer of 1 or more, not -{'9' * 18}"),
        ({"attempts": -(10**18)}, ValueError, "attempts must be an integer of 1 or more, not one of that size"),
        ({"attempts": 2.0}, TypeError, "attempts must be an integer of 1 or more, not of type float"),
        ({"attempts": True}, TypeError, "attempts must be an integer of 1 or more, not of type bool"),
        ({"attempts": None}, TypeError, "attempts must be an integer of 1 or more, not None"),
        ({"transport": object()}, TypeError, "transport must be an httpx."),
        ({"transport": httpx.MockTransport}, TypeError, "transport must be an httpx."),
        ({"profile": ""}, ConfigurationError, "there is no profile ''"),
        ({"base_url": "localhost"}, ConfigurationError, "base_url must be an absolute URL"),
        ({"region": "moon"}, ConfigurationError, "region 'moon' is not one whose edge is known"),
    ],
)
def test_mistakes_at_construction(
    client: type[Any], arguments: dict[str, Any], kind: type[Exception], said: str
) -> None:
    """A client that cannot work is not made."""
    with pytest.raises(kind) as caught:
        client(**{"account_sid": SID, "auth_token": "t", **arguments})
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
def test_what_is_optional_is_named(client: type[Any]) -> None:
    """Only the account's SID and token, and the filter, may be given by their place."""
    with pytest.raises(TypeError, match="positional"):
        client(SID, "t", "SK")
    one = client(SID, "t")
    for verb in VERBS:
        with pytest.raises(TypeError, match="positional"):
            getattr(one, verb)("Sales", 1)


SIZE = "page_size must be an integer from 1 to 1000, not "
LIMIT = "limit must be an integer of 0 or more, not "
MISTAKES: list[tuple[str, object, type[Exception], str]] = [
    ("friendly_name", 7, TypeError, "friendly_name must be a string, not a value of type int"),
    ("friendly_name", b"x", TypeError, "friendly_name must be a string, not a value of type bytes"),
    ("friendly_name", "\ud83d", ValueError, "friendly_name has the character"),
    ("friendly_name", "a" * 40_000, ValueError, "friendly_name is too long to be sent"),
    ("limit", -1, ValueError, f"{LIMIT}-1"),
    ("limit", "1", TypeError, f"{LIMIT}of type str"),
    ("limit", 1.0, TypeError, f"{LIMIT}of type float"),
    ("limit", True, TypeError, f"{LIMIT}of type bool"),
    ("page_size", 0, ValueError, f"{SIZE}0"),
    ("page_size", -1, ValueError, f"{SIZE}-1"),
    ("page_size", 1001, ValueError, f"{SIZE}1001"),
    ("page_size", "1", TypeError, f"{SIZE}of type str"),
    ("page_size", 1.0, TypeError, f"{SIZE}of type float"),
    ("page_size", False, TypeError, f"{SIZE}of type bool"),
    ("cursor", 7, TypeError, "cursor must be a string or None, not of type int"),
    (
        "cursor",
        "",
        ValueError,
        "cursor must be a next_cursor, previous_cursor or error's cursor of this list, unchanged",
    ),
    ("cursor", "https://flex-api.twilio.com/v1/FlexFlows?Page=1", ValueError, "cursor must be a next_cursor"),
    ("nonsense", 1, TypeError, ""),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("name", "value", "kind", "said"), MISTAKES)
def test_mistakes_in_a_call(
    open_client: Driver, verb: str, name: str, value: object, kind: type[Exception], said: str
) -> None:
    """A wrong argument is named when the verb is called, not at the first record, and nothing is sent."""
    if name == "limit" and verb == "page":
        said = ""  # no parameter of this verb: Python says so
        kind = TypeError
    with Sandbox(flows=1) as sandbox:
        client = open_client(sandbox)
        with pytest.raises(kind) as caught:
            getattr(client, verb)(**{name: value})
        assert str(caught.value).startswith(said)
        assert sandbox.requests == ()


@pytest.mark.parametrize("verb", VERBS)
def test_a_cursor_and_a_filter(open_client: Driver, verb: str) -> None:
    """A cursor carries its filter, so both together are refused."""
    with Sandbox(flows=2) as sandbox:
        client = open_client(sandbox)
        cursor = client.page(page_size=1).next_cursor
        with pytest.raises(ValueError, match=r"^cursor carries the filters it was made with"):
            getattr(client, verb)(friendly_name="Sales", cursor=cursor)
        assert len(sandbox.requests) == 1
