"""A marked secret is passed in every way, every failure is provoked, and the mark must not show up."""

import base64
import gc
import json
import logging
import pickle
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Self

import attrs
import httpx
import pytest
from drivers import Driver
from raw_server import PATH, Connection, RawServer, account, by_number, chunked, each, page, response

import flexflows
from flexflows._credentials import NamedValue
from flexflows._profiles import CliConfig
from flexflows._secrets import Secrets

MARK = "S3cr3tM4rk" + "x" * 22
SID = "AC" + "a" * 32
KEY = "SK" + "c" * 32
HALVES = (MARK[:10], MARK[-20:])
BASIC = base64.b64encode(f"{SID}:{MARK}".encode()).decode()
MARKS = {*HALVES, BASIC[-20:], base64.b64encode(f"{KEY}:{MARK}".encode()).decode()[-20:]}
FOLDER = str(Path(flexflows.__file__).parent)


class Bearer(httpx.Auth):
    """A credential of the caller's own."""

    def __init__(self, value: str) -> None:
        self.value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self.value
        yield request


def reachable(value: object, path: str = "error", seen: dict[int, object] | None = None) -> Iterator[tuple[str, str]]:
    """Yield every text that can be reached from a value through attributes, items, causes and contexts."""
    seen = {} if seen is None else seen
    if id(value) in seen or isinstance(value, type | int | float | None):
        return
    seen[id(value)] = value
    yield path, value.decode("latin-1") if isinstance(value, bytes) else f"{value!r} {value}"
    items: Any = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list | tuple | set | frozenset):
        items = enumerate(value)
    names = {*getattr(value, "__dict__", ())}
    names |= {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
    if isinstance(value, BaseException):
        names |= {"args", "__cause__", "__context__", "__notes__", "exceptions", "doc", "object", "request", "response"}
    if isinstance(value, httpx.Request | httpx.Response):
        names |= {"headers", "content", "url", "extensions"}
    for name, inner in [*items, *((name, attribute(value, name)) for name in names)]:
        if not callable(inner):
            yield from reachable(inner, f"{path}.{name}", seen)


def attribute(value: object, name: str) -> Any:
    try:
        return getattr(value, name, None)
    except Exception:  # noqa: BLE001 - an attribute that is not there holds nothing
        return None


def texts_of(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield every text by which an error may be shown, kept or sent on."""
    yield from reachable(error)
    yield "locals", "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    if isinstance(error, flexflows.FlexFlowsError):
        dump = pickle.dumps(error)
        yield "pickle", dump.decode("latin-1")
        yield from reachable(pickle.loads(dump), "unpickled")  # noqa: S301


def assert_unmarked(texts: Iterator[tuple[str, str]]) -> None:
    marked = {path for path, text in texts for mark in MARKS if mark in text}
    assert not marked


def provoke(action: Callable[[], object]) -> BaseException:
    """Return the error of an action, without the frames of the test, which hold the secret."""
    try:
        action()
    except BaseException as error:  # noqa: BLE001 - Ctrl-C too
        while error.__traceback__ and not error.__traceback__.tb_frame.f_code.co_filename.startswith(FOLDER):
            error.__traceback__ = error.__traceback__.tb_next
        return error
    pytest.fail("nothing failed")


def test_the_search_finds_a_secret() -> None:
    """The search finds a secret in a header of a cause, and in a local variable."""
    error = flexflows.FlexFlowsError("x")
    error.__cause__ = ValueError()
    error.__cause__.request = httpx.Request("GET", "http://h", headers={"A": f"Basic {BASIC}"})  # type: ignore[attr-defined]
    with pytest.raises(AssertionError, match="request"):
        assert_unmarked(texts_of(error))

    def failing() -> None:
        local = f"a {MARK}"
        raise flexflows.FlexFlowsError(local[:0])

    try:
        failing()
    except flexflows.FlexFlowsError as caught:
        with pytest.raises(AssertionError, match="locals"):
            assert_unmarked(texts_of(caught))


CREDENTIALS: dict[str, dict[str, Any]] = {
    "token": {"account_sid": SID, "auth_token": MARK},
    "key": {"api_key": KEY, "api_secret": MARK},
    "basic": {"auth": httpx.BasicAuth(SID, MARK)},
    "bearer": {"auth": Bearer(f"Bearer {MARK}")},
    "a header without scheme": {"auth": Bearer(MARK)},
    "environment": {},
}
HTML = b"<html>" + MARK.encode()
AT_THE_CUT = b'{"message": "' + b"m" * (64 * 1024 - 25) + MARK.encode() + b'", "code": 1}'
ECHOES: dict[str, Callable[[str], bytes]] = {
    "body": lambda sent: response(json.dumps({"message": f"no {MARK} {sent}", "code": 1}).encode(), status="401 No"),
    "details": lambda sent: response(json.dumps({"details": [{MARK: sent}]}).encode(), status="400 No"),
    "header": lambda sent: response(b"", f"Twilio-Request-Id: {MARK}", f"X: {sent}", status="500 No"),
    "redirect": lambda _: response(b"", f"Location: https://elsewhere.invalid/{MARK}", status="302 Found"),
    "at the cut of a body": lambda _: response(AT_THE_CUT, status="403 No"),
    "at the cut of a message": lambda _: response(b'{"message": "%b%b"}' % (b"m" * 490, MARK.encode()), status="400 N"),
    "html": lambda _: response(HTML, status="503 No"),
    "html page": lambda _: response(HTML),
    "no JSON": lambda _: response(b"y" * 40 + MARK.encode(), f"Content-Type: {'t' * 40}{MARK}"),
    "broken JSON": lambda _: response(b'{"a": "%b" x}' % MARK.encode()),
    "half of JSON": lambda _: response(b'{"a": "%b"' % MARK.encode()),
    "not UTF-8": lambda _: response(b'{"a": "%b \xff"}' % MARK.encode()),
    "wrong shape": lambda _: response(b'{"%b%b": 1}' % (b"k" * 90, MARK.encode())),
    "pagination": lambda _: response(page("FO1", next_page_url=f"/v1/{'p' * 480}{MARK}?a=1")),
    "broken gzip": lambda _: response(MARK.encode(), "Content-Encoding: gzip"),
    "no HTTP": lambda _: f"hello {MARK}\r\n\r\n".encode(),
    "no HTTP header": lambda sent: f"HTTP/1.1 200 OK\r\n{MARK} {sent}\r\n\r\n".encode(),
    "no chunk": lambda _: chunked(HTML)[:-5] + f"{MARK}\r\n".encode(),
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_an_echo_of_the_credentials(
    open_client: Driver, kind: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a server echoes, no error, traceback, pickle or log line of ours has the secret or a part of it."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", MARK)
    caplog.set_level(logging.DEBUG, "flexflows")
    for echo in ECHOES.values():

        def handler(connection: Connection, echo: Callable[[str], bytes] = echo) -> None:
            _, _, sent = connection.head().decode().partition("Authorization: ")
            connection.send(echo(sent))

        with RawServer(handler) as server:
            client = open_client(**CREDENTIALS[kind], base_url=server.url, attempts=2)
            error = provoke(lambda client=client: list(client.stream()))  # type: ignore[misc]
            assert isinstance(error, flexflows.FlexFlowsError)
            assert_unmarked(texts_of(error))
            assert all(b"uthorization" in head for head in server.requests)
    assert_unmarked(("log", f"{record.getMessage()} {record.args!r}") for record in caplog.records)


@pytest.mark.parametrize("port", [1, None])
def test_connections_that_fail(open_client: Driver, port: int | None) -> None:
    """The error about a host that refuses connections, or does not respond, does not have the secret."""
    with RawServer(lambda connection: connection.head() and connection.server.stopping.wait(20) and None) as server:
        url = server.url if port is None else f"http://127.0.0.1:{port}"
        client = open_client(account_sid=SID, auth_token=MARK, base_url=url, attempts=2, timeout=0.1)
        error = provoke(client.list)
    assert type(error) is flexflows.TransportError
    assert isinstance(error.__cause__, httpx.TransportError)
    assert_unmarked(texts_of(error))


def test_a_credential_that_is_not_a_valid_header(open_client: Driver) -> None:
    """The error about an invalid header does not quote it, as httpx does."""
    with RawServer(each(response(page()))) as server:
        client = open_client(auth=Bearer(f"Bearer {MARK}\n"), base_url=server.url)
        error = provoke(client.list)
        assert str(error) == "the request to 127.0.0.1 failed: a header is not valid HTTP"
        assert_unmarked(texts_of(error))
        assert server.requests == []


@attrs.frozen(repr=False)
class FrozenError(httpx.ReadError):
    """An error of a caller's own transport whose attributes cannot be set."""

    text: str


def test_an_error_of_a_transport_that_quotes_the_credentials(open_client: Driver) -> None:
    """The text of a transport's own error, of its causes and of a group of them is cleaned, its request replaced."""

    def fail(request: httpx.Request) -> httpx.Response:
        try:
            try:
                _ = {}[f"sent {request.headers['Authorization']}"]
            except KeyError:
                raise ValueError(MARK, 7) from ExceptionGroup("group", [LookupError(MARK)])
        except ValueError as cause:
            error = FrozenError(f"quotes {MARK}")
            BaseException.__setattr__(error, "_request", request)
            raise error from cause

    client = open_client(account_sid=SID, auth_token=MARK, transport=httpx.MockTransport(fail), attempts=1)
    error = provoke(client.list)
    assert str(error).endswith(" failed: quotes [removed]")
    assert_unmarked((path, text) for path, text in texts_of(error) if not path.endswith(".text"))


PROFILE = {"accountSid": SID, "apiKey": KEY, "apiSecret": MARK}
TOKEN = {"account_sid": SID, "auth_token": MARK}
MISTAKES: dict[str, tuple[dict[str, Any], dict[str, str], Any]] = {
    "token with a wrong SID": ({"account_sid": "x", "auth_token": MARK}, {}, None),
    "token alone": ({"auth_token": MARK}, {}, None),
    "token with white space": ({"account_sid": SID, "auth_token": f"{MARK}\n"}, {}, None),
    "token and a region": ({**TOKEN, "region": "moon"}, {}, None),
    "token and a base URL": ({**TOKEN, "base_url": "http://flex.example"}, {}, None),
    "token and a timeout": ({**TOKEN, "timeout": -1}, {}, None),
    "token and half a key": ({**TOKEN, "api_key": KEY}, {}, None),
    "token and an unknown argument": ({**TOKEN, "tokn": MARK}, {}, None),
    "secret for a key": ({"api_key": MARK, "api_secret": "x"}, {}, None),
    "secret for an auth": ({"auth": MARK}, {}, None),
    "secret as bytes": ({"account_sid": SID, "auth_token": MARK.encode()}, {}, None),
    "secret for a timeout": ({**TOKEN, "timeout": MARK}, {}, None),
    "secret for attempts": ({**TOKEN, "attempts": MARK}, {}, None),
    "secret for a transport": ({**TOKEN, "transport": MARK}, {}, None),
    "user in a base URL": ({"base_url": f"https://user:{MARK}@flex.example:x"}, {}, None),
    "query in a base URL": ({**TOKEN, "base_url": f"https://flex.example/?token={MARK}"}, {}, None),
    "environment alone": ({}, {"TWILIO_AUTH_TOKEN": MARK}, None),
    "environment swapped": ({}, {"TWILIO_ACCOUNT_SID": MARK, "TWILIO_AUTH_TOKEN": SID}, None),
    "environment's key": ({}, {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": "x", "TWILIO_API_SECRET": MARK}, None),
    "a proxy": (TOKEN, {"HTTPS_PROXY": f"http://user:{MARK}@proxy.example:x"}, None),
    "a proxy without port": (TOKEN, {"HTTPS_PROXY": f"http://user:{MARK}"}, None),
    "a proxy of no scheme": (TOKEN, {"HTTPS_PROXY": f"foo://user:{MARK}@proxy.example"}, None),
    "a certificate": (TOKEN, {"SSL_CERT_FILE": "/nowhere/at/all"}, None),
    "file of no JSON": ({}, {}, f'{{"profiles": {{"work": {{"apiSecret": "{MARK}"'),
    "file that is not UTF-8": ({}, {}, b'{"apiSecret": "' + MARK.encode() + b'\xff"}'),
    "file of another shape": ({}, {}, {"profiles": [PROFILE]}),
    "file that is broken elsewhere": ({}, {}, {"profiles": {"work": PROFILE}, "edge": 7}),
    "profile of another name": ({"profile": "x"}, {}, {"profiles": {"work": PROFILE}}),
    "profile without a SID": ({}, {}, {"profiles": {"work": {**PROFILE, "accountSid": None}}}),
    "profile with white space": ({}, {}, {"profiles": {"work": {**PROFILE, "apiSecret": f"{MARK} x"}}}),
    "profile with a list": ({}, {}, {"profiles": {"work": {**PROFILE, "apiSecret": [MARK]}}}),
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
    assert_unmarked(texts_of(provoke(lambda: client(**arguments))))


@pytest.mark.parametrize("file", [[PROFILE], {"profiles": {"work": PROFILE}, "edge": 7}, {"profiles": {"a": MARK}}])
def test_unreadable_profiles(file: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of `read_profiles` and its traceback do not have the secrets of the file."""
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps(file))
    assert_unmarked(texts_of(provoke(flexflows.read_profiles)))


class InterruptAt:
    """Raise Ctrl-C at a line of the package, counted from 1; a context manager."""

    def __init__(self, number: int) -> None:
        self.remaining = number
        self._before = sys.gettrace()

    def __enter__(self) -> Self:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *exc_info: object) -> None:
        sys.settrace(self._before)

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and frame.f_code.co_filename.startswith(FOLDER):
            self.remaining -= 1
            if self.remaining == 0:
                raise KeyboardInterrupt
        return self._trace


ACTIONS: dict[str, Callable[[], object]] = {
    "constructor": lambda: flexflows.FlexFlows(SID, MARK, region="ie1"),
    "constructor with a profile": lambda: flexflows.FlexFlows(profile="work"),
    "read_profiles": flexflows.read_profiles,
    "list": lambda: LISTED[0].list(limit=2),
    "refused list": lambda: REFUSED[0].list(limit=2),
}
LISTED = [
    flexflows.FlexFlows(SID, MARK, transport=httpx.MockTransport(lambda _: httpx.Response(200, content=page("FO1"))))
]
REFUSED = [
    flexflows.FlexFlows(
        SID,
        MARK,
        attempts=1,
        transport=httpx.MockTransport(
            lambda request: httpx.Response(403, json={"message": request.headers["Authorization"]})
        ),
    )
]


# Ctrl-C between opening a file and entering its block leaves the file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_ctrl_c_at_any_line(action: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at any line of the package leaves a traceback without the secret."""
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({"profiles": {"work": PROFILE}}))
    lines = leaks = 0
    for number in range(1, 2000):
        with InterruptAt(number) as interrupt:
            try:
                action()
            except KeyboardInterrupt as error:
                lines += 1
                while error.__traceback__ and not error.__traceback__.tb_frame.f_code.co_filename.startswith(FOLDER):
                    error.__traceback__ = error.__traceback__.tb_next
                caught: BaseException | None = error
            except flexflows.FlexFlowsError:
                caught = None
        if interrupt.remaining > 0:
            break
        if caught is not None:
            leaks += any(mark in text for _, text in texts_of(caught) for mark in MARKS)
    assert lines > 20
    gc.collect()
    assert leaks <= 3  # where nothing can be done: as the function with the arguments begins and ends


def test_no_repr_has_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repr of a client, its settings, its credentials, a profile or the proxies shows the secret."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{MARK}@proxy.example:3128")
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({"profiles": {"work": PROFILE}}))
    config = CliConfig.read({"TWILIO_CONFIG_DIR": str(tmp_path)})
    assert config.profiles["work"].api_secret == MARK
    values: list[object] = [config, config.profiles["work"], NamedValue("auth_token", MARK)]
    for arguments in (TOKEN, CREDENTIALS["key"], CREDENTIALS["basic"], {"profile": "work"}):
        with flexflows.FlexFlows(**arguments) as client:
            settings = client._settings
            values += [client, settings, settings.auth, settings.network]
    assert_unmarked(("repr", f"{value!r} {value}") for value in values)


def test_pages_do_not_have_the_secret(open_client: Driver) -> None:
    """Pages, cursors and records do not have the secret."""

    def reply(number: int) -> bytes:
        return response(page("FO1", next_page_url=f"{PATH}?PageToken={number}"))

    with RawServer(by_number(reply)) as server:
        found = open_client(**account(server, auth_token=MARK)).page()
    assert found.next_cursor is not None
    assert_unmarked(reachable(found))
    assert_unmarked(iter([("pickle", pickle.dumps(found).decode("latin-1"))]))


@pytest.mark.parametrize(
    ("secret", "data", "start"),
    [
        (
            b"Basic dXNlcjpwYXNzdzByZA==",
            b"a passw0rd user:passw0rd dXNlcjpwYXNzdzByZA== b",
            b"a [removed] [removed] [re",
        ),
        (b"Bearer t0kent0ken", b"a t0kent0ken b", b"a [removed] b"),
        (b"x" * 40, b"y" * 20 + b"x" * 60, b"y" * 20 + b"[remo"),
        (b"Bearer t0kent0ken", b"a t0kent0k", b"a "),
        (b"short", b"a short text", b"a short text"),
        (b"Basic !!!", b"a", b"a"),
    ],
)
def test_the_start_of_data_without_secrets(secret: bytes, data: bytes, start: bytes) -> None:
    """Secrets are removed before data is cut, and no part of one is left at the cut."""
    assert Secrets([(b"Authorization", secret), (b"Host", b"a short text")]).start(data, 25) == start
