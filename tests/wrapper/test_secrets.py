"""A marked secret is passed in every way, every failure is provoked, and the mark must not show up."""

import base64
import functools
import gc
import itertools
import json
import logging
import pickle
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import httpx
import pytest
from drivers import Driver
from raw_server import Connection, RawServer, chunked, each, page, response
from resolving import KEY, SID, write_config

import flexflows
from flexflows._credentials import NamedValue
from flexflows._errors import causes
from flexflows._profiles import CliConfig

MARK = "S3cr3tM4rk" + "x" * 22
BASIC = [base64.b64encode(f"{user}:{MARK}".encode()).decode() for user in (SID, KEY)]
MARKS = (MARK[:10], MARK[-20:], *(basic[-20:] for basic in BASIC))
PROFILE = {"accountSid": SID, "apiKey": KEY, "apiSecret": MARK}
TOKEN: dict[str, Any] = {"account_sid": SID, "auth_token": MARK}
FOLDER = str(Path(flexflows.__file__).parent)


class Bearer(httpx.Auth):
    """A credential of the caller's own."""

    def __init__(self, value: str) -> None:
        self.value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self.value
        yield request


def texts_of(error: BaseException) -> Iterator[str]:
    """Yield every text by which an error may be shown, kept or sent on."""
    for one in causes(error):
        yield f"{one!r} {one}"
        yield pickle.dumps((one.args, vars(one))).decode("latin-1")
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def is_marked(text: str) -> bool:
    return any(mark in text for mark in MARKS)


def assert_unmarked(texts: Iterator[str]) -> None:
    assert [text for text in texts if is_marked(text)] == []


def provoke(action: Callable[[], object]) -> BaseException | None:
    """Return the error of an action, if there is one, without the frame of this function."""
    try:
        action()
    except BaseException as error:  # noqa: BLE001 - Ctrl-C too
        return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
    return None


def test_the_search_finds_a_secret() -> None:
    """The search finds a secret in a header of a cause, and in a local variable."""

    def failing(local: str) -> None:
        cause = httpx.ReadError("x", request=httpx.Request("GET", "http://h", headers={"A": BASIC[0]}))
        raise flexflows.FlexFlowsError(local[:0]) from cause

    error = provoke(functools.partial(failing, MARK))
    assert isinstance(error, flexflows.FlexFlowsError)
    assert [is_marked(text) for text in texts_of(error)] == [False, False, False, True, True]


PAIR = {"api_key": KEY, "api_secret": MARK}
CREDENTIALS: dict[str, dict[str, Any]] = {
    "token": TOKEN,
    "key": PAIR,
    "bearer": {"auth": Bearer(f"Bearer {MARK}")},
    "a header without scheme": {"auth": Bearer(MARK)},
}
M = MARK.encode()
AT_THE_CUT = b'{"message": "' + b"m" * (64 * 1024 - 25) + M + b'", "code": 1}'
ECHOES: list[Callable[[str], bytes]] = [
    lambda sent: response(json.dumps({"message": f"no {MARK} {sent}", "code": 1}).encode(), status="401 No"),
    lambda sent: response(json.dumps({"details": [{MARK: sent}]}).encode(), status="400 No"),
    lambda sent: response(b"", f"Twilio-Request-Id: {MARK}", f"X: {sent}", f"{MARK}: x", status=f"500 {MARK}"),
    lambda _: response(b"", f"Location: https://elsewhere.invalid/{MARK}", status="302 Found"),
    lambda _: response(AT_THE_CUT, status="403 No"),
    lambda _: response(b'{"message": "%b%b"}' % (b"m" * 490, M), status="400 No"),
    lambda _: response(b"<html>" + M, status="503 No")[:-12],
    lambda _: response(b"y" * 40 + M, f"Content-Type: {'t' * 40}{MARK}"),
    lambda _: response(b'{"a": "%b" x}' % M),
    lambda _: response(b'{"%b%b": 1}' % (b"k" * 90, M)),
    lambda _: response(page("FO1", next_page_url=f"/v1/{'p' * 480}{MARK}?a=1")),
    lambda _: response(M, "Content-Encoding: gzip"),
    lambda _: b"hello " + M + b"\r\n\r\n",
    lambda sent: f"HTTP/1.1 200 OK\r\n{MARK} {sent}\r\n\r\n".encode(),
    lambda _: chunked(M)[:-5] + M + b"\r\n",
]


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_an_echo_of_the_credentials(open_client: Driver, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a server echoes, no error, traceback, pickle or log line of ours has the secret or a part of it."""

    def handler(connection: Connection) -> None:
        _, _, sent = connection.head().decode().partition("Authorization: ")
        connection.send(echo(sent))

    caplog.set_level(logging.DEBUG, "flexflows")
    with RawServer(handler) as server:
        client = open_client(**CREDENTIALS[kind], base_url=server.url, attempts=2)
        for echo in ECHOES:  # noqa: B007 - the handler sends it
            error = provoke(client.list)
            assert isinstance(error, flexflows.FlexFlowsError)
            assert_unmarked(texts_of(error))
        assert all(b"uthorization" in head for head in server.requests)
    assert_unmarked(f"{record.getMessage()} {record.args!r}" for record in caplog.records)


def test_a_credential_that_is_not_a_valid_header(open_client: Driver) -> None:
    """The error about an invalid header does not quote it, as httpx does."""
    with RawServer(each(response(page()))) as server:
        error = provoke(open_client(auth=Bearer(f"Bearer {MARK}\n"), base_url=server.url).list)
        assert isinstance(error, flexflows.TransportError)
        assert str(error) == "the request to 127.0.0.1 failed: a header is not valid HTTP"
        assert_unmarked(texts_of(error))
        assert server.requests == []


@attrs.frozen(repr=False)
class FrozenError(httpx.ReadError):
    """An error of a caller's own transport whose attributes cannot be set."""

    text: str


def test_an_error_of_a_transport_that_quotes_the_credentials(open_client: Driver) -> None:
    """The texts and requests of a transport's own error, of its causes and of a group of them are cleaned."""

    def fail(request: httpx.Request) -> httpx.Response:
        inner = httpx.ReadError(MARK, request=request)
        inner.__cause__ = ValueError(MARK, 7)
        inner.__cause__.__context__ = ExceptionGroup("group", [LookupError(request.headers["Authorization"])])
        raise FrozenError(f"quotes {MARK}") from inner

    error = provoke(open_client(**TOKEN, transport=httpx.MockTransport(fail), attempts=1).list)
    assert isinstance(error, flexflows.TransportError)
    assert str(error).endswith(" failed: quotes [removed]")
    assert_unmarked(texts_of(error))


def profile(**changes: Any) -> dict[str, Any]:
    return {"profiles": {"work": {**PROFILE, **changes}}}


@pytest.mark.parametrize(
    ("arguments", "environ", "document"),
    [
        (TOKEN | {"auth_token": f"{MARK}\n"}, {}, {}),
        (TOKEN | {"auth_token": MARK.encode()}, {}, {}),
        (TOKEN | {"tokn": MARK}, {}, {}),
        (TOKEN | {"timeout": MARK}, {}, {}),
        (TOKEN | {"base_url": f"https://flex.example/?token={MARK}"}, {}, {}),
        (TOKEN | {"base_url": f"https://user:{MARK}@flex.example:x"}, {}, {}),
        ({}, {"TWILIO_ACCOUNT_SID": MARK, "TWILIO_AUTH_TOKEN": SID}, {}),
        (TOKEN, {"HTTPS_PROXY": f"http://user:{MARK}@proxy.example:x"}, {}),
        (TOKEN, {"SSL_CERT_FILE": "/nowhere/at/all"}, {}),
        ({}, {}, b'{"profiles": {"work": {"apiSecret": "%b"' % M),
        ({}, {}, [PROFILE]),
        ({}, {}, profile(accountSid=None)),
        ({}, {}, profile(apiSecret=f"{MARK} x")),
        ({}, {}, profile(apiSecret=[MARK])),
        ({"profile": "x"}, {}, profile()),
    ],
)
def test_wrong_settings(
    arguments: dict[str, Any], environ: dict[str, str], document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong when a client is created, the error and its traceback do not have the secret."""
    for name, value in {**environ, **write_config(tmp_path, document)}.items():
        monkeypatch.setenv(name, value)
    error = provoke(functools.partial(flexflows.FlexFlows, **arguments))
    assert error is not None
    assert_unmarked(texts_of(error))


def refuse(request: httpx.Request) -> httpx.Response:
    return httpx.Response(403, json={"message": request.headers["Authorization"]})


CLIENT = flexflows.FlexFlows(**TOKEN, attempts=1, transport=httpx.MockTransport(refuse))
ACTIONS: dict[str, Callable[[], object]] = {
    "constructor": functools.partial(flexflows.FlexFlows, **TOKEN, region="ie1"),
    "constructor with a profile": functools.partial(flexflows.FlexFlows, profile="work"),
    "read_profiles": flexflows.read_profiles,
    "list": CLIENT.list,
}


def interrupt(action: Callable[[], object], number: int) -> tuple[BaseException | None, bool]:
    """Raise Ctrl-C at a line of the package, counted from 1; return the error, and whether there is such a line."""
    lines: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        line = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and line[0].startswith(FOLDER) and line not in lines:
            lines.add(line)
            if len(lines) == number:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        error = provoke(action)
    finally:
        sys.settrace(before)
    return error, len(lines) >= number


# Ctrl-C between opening a file and entering its block leaves the file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_ctrl_c_at_any_line(action: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at any line of the package leaves a traceback without the secret."""
    write_config(tmp_path, profile())
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    leaks = 0
    for number in itertools.count(1):
        error, is_line = interrupt(action, number)
        if not is_line:
            break
        assert isinstance(error, KeyboardInterrupt)
        leaks += any(map(is_marked, texts_of(error)))
    assert number > 20
    gc.collect()
    assert leaks <= 3  # where nothing can be done: as the function with the arguments begins and ends


def test_no_repr_has_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repr of a client, its settings, its credentials, a profile or the proxies shows the secret."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{MARK}@proxy.example:3128")
    environ = write_config(tmp_path, profile())
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    config = CliConfig.read(environ)
    assert config.profiles["work"].api_secret == MARK
    values: list[object] = [config, config.profiles["work"], NamedValue("auth_token", MARK)]
    for arguments in (TOKEN, PAIR, {"profile": "work"}):
        with flexflows.FlexFlows(**arguments) as client:
            values += [client, client._settings, client._settings.network]
    assert_unmarked(f"{value!r} {value}" for value in values)
