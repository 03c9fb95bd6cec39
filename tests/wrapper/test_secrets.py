"""A marked secret is passed in every possible way, every failure is provoked, and the mark must not show up."""

import base64
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from client_faults import fault as fault_of
from drivers import driver
from raw_server import RawServer, by_number, each, page, response
from rich.traceback import Traceback

import flexflows
from flexflows.sandbox import Sandbox

MARK = "S3cr3t/M4rk%+"
SID = "AC" + "a" * 32
KEY = "SK" + "c" * 32
PAIRS = (f"{SID}:{MARK}", f"{KEY}:{MARK}", f"user:{MARK}")
MARKS = {
    MARK,
    quote(MARK, safe=""),
    quote(quote(MARK, safe=""), safe=""),
    "S3cr3t",
    "M4rk",
    *(base64.b64encode(pair.encode()).decode().rstrip("=")[:-2] for pair in (MARK, *PAIRS)),
    *(base64.urlsafe_b64encode(pair.encode()).decode().rstrip("=")[:-2] for pair in (MARK, *PAIRS)),
}


class Bearer(httpx.Auth):
    """A credential of the caller's own."""

    def __init__(self, value: str) -> None:
        self.value = value

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = self.value
        yield request


def reachable(  # noqa: C901 - there are many ways to hide
    found: object, path: str = "error", seen: dict[int, object] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield every text that can be reached from an object through attributes, items, causes and contexts."""
    seen = {} if seen is None else seen
    if id(found) in seen or isinstance(found, type | int | float | None):
        return
    seen[id(found)] = found
    yield path, repr(found)
    yield path, str(found)
    if isinstance(found, bytes):
        yield path, found.decode("latin-1")
    if isinstance(found, dict):
        for name, value in found.items():
            yield from reachable(name, f"{path} key", seen)
            yield from reachable(value, f"{path}[{name!r}]", seen)
    elif isinstance(found, list | tuple | set | frozenset):
        for index, value in enumerate(found):
            yield from reachable(value, f"{path}[{index}]", seen)
    names = {name for kind in type(found).__mro__ for name in getattr(kind, "__slots__", ())}
    if isinstance(found, BaseException):
        names |= {"args", "__cause__", "__context__", "__notes__", "exceptions", "doc", "object", "msg"}
        names |= {"request", "response"}
    if isinstance(found, httpx.Request | httpx.Response):
        names |= {"headers", "content", "url", "extensions"}
    if isinstance(found, httpx.Headers | httpx.URL):
        names |= {"raw", "_list", "userinfo"}
    for name in {*names, *getattr(found, "__dict__", ())}:
        try:
            value = getattr(found, name)
        except Exception:  # noqa: BLE001, S112 - an attribute that is not there holds nothing
            continue
        if not callable(value):
            yield from reachable(value, f"{path}.{name}", seen)


def shown(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield every text by which an error may be shown, kept or sent on."""
    yield from reachable(error)
    yield "traceback", "".join(traceback.format_exception(error))
    yield "locals", "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    trace = Traceback.extract(
        type(error), error, error.__traceback__, show_locals=True, locals_max_length=None, locals_max_string=None
    )
    yield "rich", repr(trace)
    if isinstance(error, flexflows.FlexFlowsError):
        dump = pickle.dumps(error)
        yield "pickle", dump.decode("latin-1")
        yield from reachable(pickle.loads(dump), "unpickled")  # noqa: S301


def assert_unmarked(texts: Iterator[tuple[str, str]]) -> None:
    places = {path for path, text in texts for mark in MARKS if mark in text}
    assert not places


def provoke(action: Callable[[], object]) -> BaseException:
    """Return the error of an action, without the frames of the test, which hold the secret."""
    try:
        action()
    except (flexflows.FlexFlowsError, TypeError, ValueError) as error:
        # The first frames are those of the test.
        while error.__traceback__ is not None and "/tests/" in error.__traceback__.tb_frame.f_code.co_filename:
            error.__traceback__ = error.__traceback__.tb_next
        return error
    pytest.fail("nothing failed")


def test_the_search_finds_a_secret() -> None:
    """The search finds a secret in an attribute, a header, a cause and a local variable."""
    found = flexflows.FlexFlowsError("x")
    found.__cause__ = ValueError()
    found.__cause__.request = httpx.Request("GET", "http://h", headers={"A": f"Basic {MARK}"})  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="request"):
        assert_unmarked(shown(found))

    def failing() -> None:
        local = f"a {MARK}"
        raise flexflows.FlexFlowsError(local[:0])

    try:
        failing()
    except flexflows.FlexFlowsError as error:
        with pytest.raises(AssertionError, match="locals"):
            assert_unmarked(shown(error))


GIVEN: dict[str, dict[str, Any]] = {
    "token": {"account_sid": SID, "auth_token": MARK},
    "key": {"api_key": KEY, "api_secret": MARK},
    "basic": {"auth": httpx.BasicAuth("user", MARK)},
    "own": {"auth": Bearer(f"Bearer {MARK}")},
    "environment": {},
}
FAILURES: dict[str, Callable[[int], bytes]] = {
    "401": lambda _: response(b'{"code": 20003, "message": "Authenticate"}', status="401 No"),
    "500": lambda _: response(b"<html>", status="500 No"),
    "302": lambda _: response(b"", "Location: https://elsewhere.invalid/", status="302 Found"),
    "redirect to nowhere": lambda _: response(b"", "Location: https://[", status="302 Found"),
    "html": lambda _: response(b"<html>"),
    "wrong shape": lambda _: response(b"[]"),
    "half": lambda _: response(b'{"flex_flows": ['),
    "broken gzip": lambda _: response(b"\x1f\x8bxxxx", "Content-Encoding: gzip"),
    "no HTTP": lambda _: b"hello\r\n\r\n",
    "pagination": lambda _: response(page("FO1", next_page_url="https://elsewhere.invalid/?a=1")),
    "loop": lambda _: response(page("FO1", next_page_url="/v1/FlexFlows?PageToken=1")),
}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_failing_requests(
    given: str, kind: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails in a request, no error, traceback, pickle or log line has the secret."""
    if given == "environment":
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", SID)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", MARK)
    for name in ("flexflows", "httpx", "httpcore", "asyncio", "anyio", "h11"):
        caplog.set_level(logging.DEBUG, name)
    failures = 0
    with driver(kind) as open_client:
        for failure in FAILURES.values():
            with RawServer(by_number(failure)) as listener:
                client = open_client(**GIVEN[given], base_url=listener.url, attempts=2, timeout=5)
                error = provoke(lambda client=client: list(client.stream()))  # type: ignore[misc]
                assert_unmarked(shown(error))
                assert_unmarked(reachable(repr(client)))
                assert any(b"uthorization" in head for head in listener.requests)
                failures += 1
    assert failures == len(FAILURES)
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert_unmarked(("log", f"{record.getMessage()} {record.args!r}") for record in caplog.records)


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
@pytest.mark.parametrize("fault", ["stall", "stall-in-body", "reset", "reset-after-headers", "cut-off", "close"])
def test_failing_connections(kind: str, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    """The errors of timeouts, resets and truncated bodies do not have the secret."""
    caplog.set_level(logging.DEBUG)
    with (
        Sandbox(faults=[fault_of(f"{fault}+")], account_sid=SID, auth_token=MARK) as sandbox,
        driver(kind) as open_client,
    ):
        client = open_client(account_sid=SID, auth_token=MARK, base_url=sandbox.url, attempts=2, timeout=0.1)
        error = provoke(client.list)
    assert type(error) is flexflows.TransportError
    assert isinstance(error.__cause__, httpx.TransportError)
    assert error.attempts == 2
    assert_unmarked(shown(error))
    assert_unmarked(("log", f"{record.getMessage()} {record.args!r}") for record in caplog.records)


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_connections_that_are_refused(kind: str) -> None:
    """The error about a host that refuses connections does not have the secret."""
    with RawServer(each(response(page()))) as listener:
        port = listener.port
    for host in ("127.0.0.1", "localhost"):
        with driver(kind) as open_client:
            client = open_client(account_sid=SID, auth_token=MARK, base_url=f"http://{host}:{port}", attempts=1)
            error = provoke(client.list)
        assert str(error).startswith(f"the request to {host} failed: ")
        assert_unmarked(shown(error))


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_a_credential_that_is_not_a_valid_header(kind: str) -> None:
    """Httpx quotes an invalid header; the error does not."""
    with RawServer(each(response(page()))) as listener, driver(kind) as open_client:
        client = open_client(auth=Bearer(f"Bearer {MARK}\n"), base_url=listener.url)
        error = provoke(client.list)
        assert str(error) == "the request to 127.0.0.1 failed: a header is not valid HTTP"
        assert isinstance(error.__cause__, httpx.LocalProtocolError)
        assert_unmarked(shown(error))
        assert listener.requests == []


PROFILE = {"accountSid": SID, "apiKey": KEY, "apiSecret": MARK}
MISTAKES: dict[str, tuple[dict[str, Any], dict[str, str], Any]] = {
    "token with a wrong SID": ({"account_sid": "x", "auth_token": MARK}, {}, None),
    "token alone": ({"auth_token": MARK}, {}, None),
    "token with white space": ({"account_sid": SID, "auth_token": f"{MARK}\n"}, {}, None),
    "token with control characters": ({"account_sid": SID, "auth_token": f"{MARK}\0"}, {}, None),
    "token and a region": ({"account_sid": SID, "auth_token": MARK, "region": "moon"}, {}, None),
    "token and a base URL": ({"account_sid": SID, "auth_token": MARK, "base_url": "http://flex.example"}, {}, None),
    "token and a timeout": ({"account_sid": SID, "auth_token": MARK, "timeout": -1}, {}, None),
    "token and a transport": ({"account_sid": SID, "auth_token": MARK, "transport": 1}, {}, None),
    "token and half a key": ({"account_sid": SID, "auth_token": MARK, "api_key": KEY}, {}, None),
    "secret alone": ({"api_secret": MARK}, {}, None),
    "secret with a wrong key": ({"api_key": SID, "api_secret": MARK}, {}, None),
    "secret for a SID": ({"account_sid": MARK, "auth_token": "x"}, {}, None),
    "secret for a key": ({"api_key": MARK, "api_secret": "x"}, {}, None),
    "secret for an auth": ({"auth": MARK}, {}, None),
    "secret in an auth": ({"auth": (SID, MARK)}, {}, None),
    "secret as bytes": ({"account_sid": SID, "auth_token": MARK.encode()}, {}, None),
    "secret for a timeout": ({"account_sid": SID, "auth_token": "x", "timeout": MARK}, {}, None),
    "secret for attempts": ({"account_sid": SID, "auth_token": "x", "attempts": MARK}, {}, None),
    "secret for a transport": ({"account_sid": SID, "auth_token": "x", "transport": MARK}, {}, None),
    "secret in a list": ({"account_sid": SID, "auth_token": [MARK]}, {}, None),
    "user in a base URL": ({"base_url": f"https://user:{MARK}@flex.example"}, {}, None),
    "quoted user in a base URL": ({"base_url": f"https://{SID}:{quote(MARK, safe='')}@flex.example"}, {}, None),
    "user in a plain base URL": ({"base_url": f"http://user:{MARK}@flex.example:x"}, {}, None),
    "query in a base URL": ({"base_url": f"https://flex.example/?token={MARK}"}, {}, None),
    "environment alone": ({}, {"TWILIO_AUTH_TOKEN": MARK}, None),
    "environment with a wrong SID": ({}, {"TWILIO_ACCOUNT_SID": "x", "TWILIO_AUTH_TOKEN": MARK}, None),
    "environment swapped": ({}, {"TWILIO_ACCOUNT_SID": MARK, "TWILIO_AUTH_TOKEN": SID}, None),
    "environment with white space": ({}, {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": f" {MARK}"}, None),
    "environment and a region": (
        {},
        {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": MARK, "TWILIO_REGION": "moon"},
        None,
    ),
    "environment's key": (
        {},
        {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": "x", "TWILIO_API_SECRET": MARK},
        None,
    ),
    "environment and a profile": ({"profile": "x"}, {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": MARK}, None),
    "a proxy": (
        {"account_sid": SID, "auth_token": "x", "base_url": "https://flex.example"},
        {"HTTPS_PROXY": f"http://user:{MARK}@proxy.example:x"},
        None,
    ),
    "a proxy of no scheme": (
        {"account_sid": SID, "auth_token": "x", "base_url": "https://flex.example"},
        {"HTTPS_PROXY": f"foo://user:{MARK}@proxy.example"},
        None,
    ),
    "a certificate": ({"account_sid": SID, "auth_token": MARK}, {"SSL_CERT_FILE": "/nowhere/at/all"}, None),
    "file of no JSON": ({}, {}, f'{{"profiles": {{"work": {{"apiSecret": "{MARK}"'),
    "file that is not UTF-8": ({}, {}, b'{"apiSecret": "' + MARK.encode() + b'\xff"}'),
    "file of another shape": ({}, {}, {"profiles": [PROFILE]}),
    "file of a list": ({}, {}, [PROFILE]),
    "file that is broken elsewhere": ({}, {}, {"profiles": {"work": PROFILE}, "edge": 7}),
    "profile of another name": ({"profile": "x"}, {}, {"profiles": {"work": PROFILE}}),
    "profile without a SID": ({}, {}, {"profiles": {"work": {**PROFILE, "accountSid": None}}}),
    "profile with a wrong key": ({}, {}, {"profiles": {"work": {**PROFILE, "apiKey": MARK}}}),
    "profile with white space": ({}, {}, {"profiles": {"work": {**PROFILE, "apiSecret": f"{MARK} x"}}}),
    "profile with a list": ({}, {}, {"profiles": {"work": {**PROFILE, "apiSecret": [MARK]}}}),
    "profile that is a string": ({}, {}, {"profiles": {"work": MARK}}),
    "profile and a region": ({}, {}, {"profiles": {"work": {**PROFILE, "region": "moon"}}}),
}


@pytest.mark.parametrize("client", [flexflows.FlexFlows, flexflows.AsyncFlexFlows])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_wrong_settings(client: type[Any], mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong when a client is created, the error and its traceback do not have the secret."""
    arguments, environ, file = MISTAKES[mistake]
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    if file is not None:
        raw = file if isinstance(file, bytes) else (file if isinstance(file, str) else json.dumps(file)).encode()
        (tmp_path / "config.json").write_bytes(raw)
    error = provoke(lambda: client(**arguments))
    assert_unmarked(shown(error))


def test_no_repr_has_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repr of a client, its settings, its credentials or a profile shows the secret."""
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({"profiles": {"work": PROFILE}}))
    from flexflows._credentials import NamedValue  # noqa: PLC0415 - used only in this test
    from flexflows._profiles import CliConfig  # noqa: PLC0415

    config = CliConfig.read({"TWILIO_CONFIG_DIR": str(tmp_path)})
    assert config.profiles["work"].api_secret == MARK
    for arguments in (GIVEN["token"], GIVEN["key"], GIVEN["basic"], {"profile": "work"}):
        with flexflows.FlexFlows(**arguments) as client:
            for found in (client, client._settings, client._settings.auth, client._transport):
                assert_unmarked(iter([("repr", repr(found)), ("str", str(found))]))
    for found in (config, config.profiles["work"], NamedValue("auth_token", MARK)):
        assert_unmarked(iter([("repr", repr(found)), ("str", str(found))]))


@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
def test_pages_do_not_have_the_secret(kind: str) -> None:
    """Pages, cursors and records do not have the secret."""

    def reply(number: int) -> bytes:
        return response(page("FO1", next_page_url=f"/v1/FlexFlows?PageToken={number}"))

    with RawServer(by_number(reply)) as listener, driver(kind) as open_client:
        found = open_client(account_sid=SID, auth_token=MARK, base_url=listener.url).page()
    assert found.next_cursor is not None
    assert_unmarked(reachable(found))
    assert_unmarked(iter([("pickle", pickle.dumps(found).decode("latin-1"))]))
