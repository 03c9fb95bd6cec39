"""Whom a client asks, as whom: credentials and hosts from arguments, profiles and the environment."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from flexflows import AsyncFlexFlows, ConfigurationError, FlexFlows
from flexflows import _settings as settings
from flexflows._hosts import is_loopback

SERVER = "https://flex-api.twilio.com"
SID = "AC" + "a" * 32
OTHER = "AC" + "b" * 32
KEY = "SK" + "c" * 32
ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(
        ("account_sid", "auth_token", "api_key", "api_secret", "auth", "profile", "region", "edge", "base_url")
    ),
    "timeout": 30.0,
    "attempts": 5,
}
TOKEN = {"account_sid": SID, "auth_token": "token"}
ENVIRONMENT = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token"}
NEITHER = (
    "TWILIO_ACCOUNT_SID is set, and neither TWILIO_AUTH_TOKEN nor both of TWILIO_API_KEY and TWILIO_API_SECRET; "
    "set one or the other"
)
OLD = "profile 'old' in {path} is of an old kind, without its secret; make it again with `twilio profiles:create`"
NOTHING = (
    "there is no accountSid of profile 'work' in {path}, no apiKey of profile 'work' in {path}, "
    "no apiSecret of profile 'work' in {path}; make it again with `twilio profiles:create`"
)
WORK = {"accountSid": SID, "apiKey": KEY, "apiSecret": "work"}


def resolve(environ: Mapping[str, str] | None = None, **arguments: Any) -> settings.Settings:
    return settings.resolve(SERVER, **{**ARGUMENTS, **arguments}, environ=environ or {})


def mistake(environ: Mapping[str, str] | None = None, **arguments: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        resolve(environ, **arguments)
    assert (caught.value.cursor, caught.value.attempts) == (None, 0)
    return str(caught.value)


def sent_as(auth: httpx.Auth) -> tuple[str, str]:
    request = next(auth.sync_auth_flow(httpx.Request("GET", SERVER)))
    username, _, password = (
        base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
    )
    return username, password


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, document: Any) -> dict[str, str]:
    """Write the Twilio CLI's configuration, and give the environment that says where it is."""
    (folder / "config.json").write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return {"TWILIO_CONFIG_DIR": str(folder)}


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        pytest.param(TOKEN, {}, (SID, "token"), id="token"),
        pytest.param({"api_key": KEY, "api_secret": "s"}, {}, (KEY, "s"), id="key"),
        pytest.param({"api_key": KEY, "api_secret": "s", "account_sid": SID}, {}, (KEY, "s"), id="key of an account"),
        pytest.param({**TOKEN, "api_key": KEY, "api_secret": "s"}, {}, (KEY, "s"), id="key before token"),
        pytest.param({"account_sid": SID, "auth_token": "é:ü"}, {}, (SID, "é:ü"), id="any characters"),
        pytest.param({}, ENVIRONMENT, (SID, "token"), id="environment's token"),
        pytest.param(
            {}, {**ENVIRONMENT, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "s"}, (KEY, "s"), id="environment's key"
        ),
        pytest.param(
            {},
            {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "s"},
            (KEY, "s"),
            id="environment's key alone",
        ),
        pytest.param({}, {**ENVIRONMENT, "TWILIO_API_KEY": KEY}, (SID, "token"), id="environment's half a key"),
        pytest.param({}, {**ENVIRONMENT, "TWILIO_API_SECRET": "s"}, (SID, "token"), id="environment's other half"),
        pytest.param({}, {**ENVIRONMENT, "TWILIO_API_KEY": ""}, (SID, "token"), id="empty is unset"),
        pytest.param({"account_sid": OTHER, "auth_token": "t"}, ENVIRONMENT, (OTHER, "t"), id="arguments first"),
    ],
)
def test_credentials(arguments: dict[str, Any], environ: dict[str, str], expected: tuple[str, str]) -> None:
    """Arguments come before the environment, and a key pair before the auth token."""
    assert sent_as(resolve(environ, **arguments).auth) == expected


def test_an_auth_of_the_callers_is_used_as_it_is() -> None:
    """An `httpx.Auth` comes before everything else."""
    auth = httpx.BasicAuth("a", "b")
    assert resolve(ENVIRONMENT, auth=auth, **TOKEN).auth is auth


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        ({"account_sid": SID}, {}, "account_sid given without auth_token; give both"),
        ({"auth_token": "t"}, {}, "auth_token given without account_sid; give both"),
        ({"api_key": KEY}, {}, "api_key given without api_secret; give both"),
        ({"api_secret": "s"}, {}, "api_secret given without api_key; give both"),
        ({**TOKEN, "api_key": KEY}, {}, "api_key given without api_secret; give both"),
        ({"account_sid": SID}, ENVIRONMENT, "account_sid given without auth_token; give both"),
        ({"account_sid": "", "auth_token": "t"}, {}, "account_sid is empty"),
        ({"account_sid": SID, "auth_token": ""}, {}, "auth_token is empty"),
        (
            {"account_sid": KEY, "auth_token": "t"},
            {},
            "account_sid must be an account SID (AC…), and is an API key's SID",
        ),
        (
            {"account_sid": "token", "auth_token": "t"},
            {},
            "account_sid must be an account SID (AC…), and is something else",
        ),
        (
            {"account_sid": "AC:x", "auth_token": "t"},
            {},
            "account_sid must be an account SID (AC…), and is an account SID",
        ),
        (
            {"account_sid": "ACé", "auth_token": "t"},
            {},
            "account_sid must be an account SID (AC…), and is an account SID",
        ),
        ({"api_key": SID, "api_secret": "s"}, {}, "api_key must be an API key's SID (SK…), and is an account SID"),
        (
            {"api_key": KEY, "api_secret": "s", "account_sid": "x"},
            {},
            "account_sid must be an account SID (AC…), and is something else",
        ),
        (
            {"account_sid": SID, "auth_token": "t\n"},
            {},
            "auth_token has white space in it (a line break at its end, perhaps); remove it",
        ),
        (
            {"account_sid": f" {SID}", "auth_token": "t"},
            {},
            "account_sid has white space in it (a line break at its end, perhaps); remove it",
        ),
        (
            {"account_sid": SID, "auth_token": "t\0"},
            {},
            "auth_token has characters in it that cannot be printed; remove them",
        ),
        ({}, {"TWILIO_AUTH_TOKEN": "t"}, "TWILIO_AUTH_TOKEN given without TWILIO_ACCOUNT_SID; give both"),
        (
            {},
            {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "s"},
            "TWILIO_API_KEY and TWILIO_API_SECRET given without TWILIO_ACCOUNT_SID; give both",
        ),
        (
            {},
            {"TWILIO_ACCOUNT_SID": SID},
            NEITHER,
        ),
        (
            {},
            {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_SECRET": "s"},
            NEITHER,
        ),
        (
            {},
            {**ENVIRONMENT, "TWILIO_ACCOUNT_SID": KEY},
            "TWILIO_ACCOUNT_SID must be an account SID (AC…), and is an API key's SID",
        ),
        (
            {},
            {**ENVIRONMENT, "TWILIO_API_KEY": SID, "TWILIO_API_SECRET": "s"},
            "TWILIO_API_KEY must be an API key's SID (SK…), and is an account SID",
        ),
        (
            {},
            {**ENVIRONMENT, "TWILIO_AUTH_TOKEN": "a b"},
            "TWILIO_AUTH_TOKEN has white space in it (a line break at its end, perhaps); remove it",
        ),
    ],
)
def test_mistakes_in_credentials(arguments: dict[str, Any], environ: dict[str, str], said: str) -> None:
    """Half a pair, white space, the wrong SID: each is named, by the name that its giver knows it by."""
    assert mistake(environ, **arguments) == said


def test_no_credentials(folder: Path) -> None:
    """Without any, the error names every way to give them, and the file that was looked for."""
    said = mistake({"TWILIO_CONFIG_DIR": str(folder)})
    assert said == (
        "no Twilio credentials found; give account_sid and auth_token, api_key and api_secret, auth=, or profile=; "
        "or set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; "
        f"or make a profile with `twilio profiles:create` (looked for in {folder / 'config.json'})"
    )


@pytest.mark.parametrize(
    ("document", "profile", "expected"),
    [
        ({"profiles": {"work": WORK}}, "work", (KEY, "work")),
        ({"profiles": {"work": WORK}, "activeProject": "work"}, None, (KEY, "work")),
        ({"profiles": {"a": {**WORK, "apiSecret": "a"}, "work": WORK}, "activeProject": "work"}, None, (KEY, "work")),
        ({"profiles": {"a": {**WORK, "apiSecret": "a"}, "work": WORK}, "activeProject": None}, None, (KEY, "a")),
        ({"profiles": {"a": {**WORK, "apiSecret": "a"}, "work": WORK}}, "work", (KEY, "work")),
        ({"profiles": {"work": WORK}, "projects": [{"id": "work"}, {}]}, "work", (KEY, "work")),
        ({"profiles": {"work": WORK}, "projects": 7, "more": True}, "work", (KEY, "work")),
        ({"profiles": {"wörk ❤": WORK}}, "wörk ❤", (KEY, "work")),
    ],
)
def test_profiles(folder: Path, document: Any, profile: str | None, expected: tuple[str, str]) -> None:
    """A profile is found by its name; without one the active profile counts, else the first."""
    assert sent_as(resolve(write(folder, document), profile=profile).auth) == expected


def test_the_order_of_sources(folder: Path) -> None:
    """A named profile comes before the environment, and the environment before the active profile."""
    environ = {**write(folder, {"profiles": {"work": WORK}, "activeProject": "work"}), **ENVIRONMENT}
    assert sent_as(resolve(environ).auth) == (SID, "token")
    assert sent_as(resolve(environ, profile="work").auth) == (KEY, "work")
    assert sent_as(resolve(environ, profile="work", account_sid=OTHER, auth_token="t").auth) == (OTHER, "t")


def test_the_file_is_found_in_the_home_directory(home: Path) -> None:
    """Without `$TWILIO_CONFIG_DIR`, or with an empty one, the file is `~/.twilio-cli/config.json`."""
    folder = home / ".twilio-cli"
    folder.mkdir()
    try:
        write(folder, {"profiles": {"work": WORK}})
        assert sent_as(resolve({}, profile="work").auth) == (KEY, "work")
        assert sent_as(resolve({"TWILIO_CONFIG_DIR": ""}, profile="work").auth) == (KEY, "work")
    finally:
        (folder / "config.json").unlink()
        folder.rmdir()


@pytest.mark.skipif(os.name == "nt", reason="Windows always has one")
def test_a_machine_without_a_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container whose user has no home directory has no profiles, and that is all."""
    import pwd  # noqa: PLC0415 - not on Windows

    def nobody(_uid: int) -> Any:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert "no Twilio credentials found" in mistake()


@pytest.mark.parametrize(
    ("document", "profile", "said"),
    [
        ({}, "work", "there is no profile 'work' in {path}; it has: none"),
        ({"profiles": {"b": WORK, "a": WORK}}, "work", "there is no profile 'work' in {path}; it has: 'a', 'b'"),
        ({"profiles": {"b": WORK}, "activeProject": "gone"}, None, "there is no profile 'gone' in {path}; it has: 'b'"),
        (
            {"projects": [{"id": "old"}]},
            "old",
            OLD,
        ),
        (
            {"projects": [{"id": "old"}], "activeProject": "old"},
            None,
            OLD,
        ),
        (
            {"profiles": {"work": {}}},
            "work",
            NOTHING,
        ),
        (
            {"profiles": {"work": {**WORK, "apiSecret": ""}}},
            "work",
            "there is no apiSecret of profile 'work' in {path}; make it again with `twilio profiles:create`",
        ),
        (
            {"profiles": {"work": {**WORK, "apiSecret": "a\n"}}},
            "work",
            "apiSecret of profile 'work' in {path} has white space in it (a line break at its end, perhaps); remove it",
        ),
        (
            {"profiles": {"work": {**WORK, "accountSid": KEY}}},
            "work",
            "accountSid of profile 'work' in {path} must be an account SID (AC…), and is an API key's SID",
        ),
        (
            {"profiles": {"work": {**WORK, "apiKey": SID}}},
            "work",
            "apiKey of profile 'work' in {path} must be an API key's SID (SK…), and is an account SID",
        ),
        (
            {"profiles": {"work": {**WORK, "apiSecret": 7}}},
            "work",
            "apiSecret of profile 'work' in {path} must be a string, and is a JSON int",
        ),
        ({"profiles": {"work": []}}, "work", "profile 'work' in {path} must be an object, and is a JSON list"),
        ({"profiles": [1]}, "work", '"profiles" in {path} must be an object, and is a JSON list'),
        ({"projects": ["a"]}, "work", '"projects" in {path} must be an object, and is a JSON str'),
        ({"edge": 7}, "work", '"edge" in {path} must be a string, and is a JSON int'),
        ({"activeProject": 7}, "work", '"activeProject" in {path} must be a string, and is a JSON int'),
        ([], "work", "the file in {path} must be an object, and is a JSON list"),
        ("", "work", "{path} is not valid JSON (line 1); mend it, or move it away"),
        ('{\n"a"', "work", "{path} is not valid JSON (line 2); mend it, or move it away"),
        ("[" * 100_000, "work", "{path} is not valid JSON; mend it, or move it away"),
        ({"profiles": {"work": {**WORK, "region": "xx7"}}}, "work", "region 'xx7' is not one whose edge is known"),
        (
            {"profiles": {"work": {**WORK, "region": "ie1 "}}},
            "work",
            "region of profile 'work' in {path} must be a name such as 'ie1', not 'ie1 '",
        ),
        (
            {"profiles": {"work": {**WORK, "edge": "dublin."}}},
            "work",
            "edge of profile 'work' in {path} must be a name such as 'dublin', not 'dublin.'",
        ),
    ],
)
def test_mistakes_in_profiles(folder: Path, document: Any, profile: str | None, said: str) -> None:
    """What is wrong with a profile is said with its name and the file's."""
    path = folder / "config.json"
    assert mistake(write(folder, document), profile=profile).startswith(said.format(path=path))


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    """A file that is there and cannot be read is named, with the reason."""
    path = folder / "config.json"
    path.write_bytes(b'{"a": "\xff"}')
    environ = {"TWILIO_CONFIG_DIR": str(folder)}
    assert mistake(environ, profile="work") == f"{path} is not valid JSON; mend it, or move it away"
    path.unlink()
    path.mkdir()
    assert mistake(environ, profile="work") == f"{path} cannot be read: Is a directory"


REGIONAL = {"profiles": {"work": {**WORK, "region": "au1", "edge": "sydney"}}, "activeProject": "work"}


@pytest.mark.parametrize(
    ("arguments", "environ", "host"),
    [
        ({}, {}, "flex-api.twilio.com"),
        ({"region": "us1"}, {}, "flex-api.ashburn.us1.twilio.com"),
        ({"region": "ie1"}, {}, "flex-api.dublin.ie1.twilio.com"),
        ({"region": "au1"}, {}, "flex-api.sydney.au1.twilio.com"),
        ({"edge": "dublin"}, {}, "flex-api.dublin.us1.twilio.com"),
        ({"edge": "ashburn-ix"}, {}, "flex-api.ashburn-ix.us1.twilio.com"),
        ({"region": "jp1", "edge": "tokyo"}, {}, "flex-api.tokyo.jp1.twilio.com"),
        ({}, {"TWILIO_REGION": "ie1"}, "flex-api.dublin.ie1.twilio.com"),
        ({}, {"TWILIO_EDGE": "sydney"}, "flex-api.sydney.us1.twilio.com"),
        ({"region": "", "edge": ""}, {"TWILIO_REGION": "", "TWILIO_EDGE": ""}, "flex-api.twilio.com"),
        ({"region": "au1"}, {"TWILIO_REGION": "ie1"}, "flex-api.sydney.au1.twilio.com"),
        ({"edge": "tokyo"}, {"TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"}, "flex-api.tokyo.ie1.twilio.com"),
    ],
)
def test_hosts(arguments: dict[str, Any], environ: dict[str, str], host: str) -> None:
    """Region and edge make the host, from arguments or the environment; each alone brings the other."""
    found = resolve(environ, **TOKEN, **arguments)
    assert str(found.base_url) == f"https://{host}"


@pytest.mark.parametrize(
    ("document", "arguments", "environ", "host"),
    [
        (REGIONAL, {}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work"}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work", **TOKEN}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"profile": "work", "auth": httpx.BasicAuth("a", "b")}, {}, "flex-api.sydney.au1.twilio.com"),
        (REGIONAL, {"edge": "tokyo"}, {}, "flex-api.tokyo.au1.twilio.com"),
        (REGIONAL, {}, {"TWILIO_EDGE": "tokyo"}, "flex-api.tokyo.au1.twilio.com"),
        (REGIONAL, {}, ENVIRONMENT, "flex-api.twilio.com"),
        (REGIONAL, TOKEN, {}, "flex-api.twilio.com"),
        (REGIONAL, {"auth": httpx.BasicAuth("a", "b")}, {}, "flex-api.twilio.com"),
        ({"profiles": {"work": WORK}, "edge": "tokyo"}, {}, {}, "flex-api.tokyo.us1.twilio.com"),
        ({**REGIONAL, "edge": "tokyo"}, {}, {}, "flex-api.sydney.au1.twilio.com"),
    ],
)
def test_hosts_of_profiles(
    folder: Path, document: Any, arguments: dict[str, Any], environ: dict[str, str], host: str
) -> None:
    """A profile's region and edge count when the profile is in use, and the file's edge where it has none."""
    found = resolve({**write(folder, document), **environ}, **arguments)
    assert str(found.base_url) == f"https://{host}"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://flex.example", "https://flex.example"),
        ("https://flex.example/", "https://flex.example"),
        ("https://flex.example/proxy/twilio", "https://flex.example/proxy/twilio"),
        ("https://flex.example/proxy/twilio//", "https://flex.example/proxy/twilio"),
        ("https://flex.example/X/", "https://flex.example/X"),
        ("https://flex.example/a%2Fb%20c", "https://flex.example/a%2Fb%20c"),
        ("https://flex.example:8443", "https://flex.example:8443"),
        ("https://flex.example:443/", "https://flex.example"),
        ("HTTPS://FLEX.EXAMPLE", "https://flex.example"),
        ("https://bücher.example", "https://bücher.example"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("https://192.0.2.1", "https://192.0.2.1"),
        ("http://localhost", "http://localhost"),
        ("http://LOCALHOST:1", "http://localhost:1"),
        ("http://127.0.0.1:65535/", "http://127.0.0.1:65535"),
        ("http://127.1.2.3", "http://127.1.2.3"),
        ("http://[::1]:8080/v", "http://[::1]:8080/v"),
    ],
)
def test_base_urls(base_url: str, expected: str) -> None:
    """A base URL wins over region and edge, and keeps its port and path; plain http may lead to this machine."""
    found = resolve({"TWILIO_REGION": "ie1"}, base_url=base_url, edge="tokyo", **TOKEN)
    assert found.base_url == httpx.URL(expected)
    assert not str(found.base_url).endswith("/")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"base_url": ""}, "base_url must be an absolute URL such as https://flex-api.twilio.com, not ''"),
        ({"base_url": "flex-api.twilio.com"}, "base_url must be an absolute URL such as"),
        ({"base_url": "/v1"}, "base_url must be an absolute URL such as"),
        ({"base_url": "https://"}, "base_url must be an absolute URL such as"),
        ({"base_url": "https:///v1"}, "base_url must be an absolute URL such as"),
        ({"base_url": "ftp://flex.example"}, "base_url must be an absolute URL such as"),
        ({"base_url": "https://flex.example:x"}, "base_url is not a URL: Invalid port"),
        ({"base_url": "https://[::1"}, "base_url is not a URL: "),
        ({"base_url": "https://a\0b"}, "base_url is not a URL: "),
        ({"base_url": "https://a..b"}, "base_url is not a URL: "),
        ({"base_url": f"https://{'a' * 64}.example"}, "base_url is not a URL: "),
        ({"base_url": "https://flex.example:0"}, "base_url must have a port from 1 to 65535, if any, not 0"),
        ({"base_url": "https://flex.example:65536"}, "base_url must have a port from 1 to 65535, if any, not 65536"),
        ({"base_url": "https://flex.example?"}, "base_url must end with its path, and has a query or a fragment"),
        ({"base_url": "https://flex.example/?a=b"}, "base_url must end with its path, and has a query or a fragment"),
        ({"base_url": "https://flex.example#"}, "base_url must end with its path, and has a query or a fragment"),
        (
            {"base_url": "http://flex.example"},
            "base_url must be https, since credentials are sent there; 'http://flex.example' is plain http",
        ),
        ({"base_url": "http://0.0.0.0"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "http://192.168.0.1"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "http://localhost.example"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "http://127.0.0.1.example"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "http://[2001:db8::1]"}, "base_url must be https, since credentials are sent there"),
        ({"base_url": "https://a:b@flex.example"}, "base_url must not hold credentials, nor any @"),
        ({"base_url": "https://a:b/c@flex.example"}, "base_url must not hold credentials, nor any @"),
        ({"base_url": "a@b"}, "base_url must not hold credentials, nor any @"),
        (
            {"region": "br1"},
            "region 'br1' is not one whose edge is known (us1, ie1, au1); name the edge too",
        ),
        ({"region": "IE1"}, "region must be a name such as 'ie1', not 'IE1'"),
        ({"region": "ie1.evil.example/"}, "region must be a name such as 'ie1', not 'ie1.evil.example/'"),
        ({"region": "ie1\n"}, r"region must be a name such as 'ie1', not 'ie1\n'"),
        ({"region": "a--b"}, "region must be a name such as 'ie1', not 'a--b'"),
        ({"region": "ie1", "edge": "-a"}, "edge must be a name such as 'dublin', not '-a'"),
        ({"edge": "dublin-"}, "edge must be a name such as 'dublin', not 'dublin-'"),
        ({"edge": "a" * 64}, "edge must be a name such as 'dublin', not 'aaaa"),
    ],
)
def test_mistakes_in_hosts(arguments: dict[str, Any], said: str) -> None:
    """A host that credentials must not go to, or that cannot be one, is named at once."""
    assert mistake({}, **TOKEN, **arguments).startswith(said)


@pytest.mark.parametrize(
    ("name", "example"), [("TWILIO_REGION", "ie1"), ("TWILIO_EDGE", "dublin")], ids=["region", "edge"]
)
def test_mistakes_in_the_environments_hosts(name: str, example: str) -> None:
    """A region or an edge from the environment is named after its variable."""
    assert mistake({name: "a b"}, **TOKEN) == f"{name} must be a name such as {example!r}, not 'a b'"


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.255", True),
        ("::1", True),
        ("::2", False),
        ("128.0.0.1", False),
        ("localhost.", False),
        ("localhost.localdomain", False),
        ("127.1", False),
        ("", False),
    ],
)
def test_loopback(host: str, is_it: bool) -> None:  # noqa: FBT001 - a column
    """A host is this machine by its name or its address alone; nothing is looked up."""
    assert is_loopback(host) is is_it


def test_timeouts() -> None:
    """A number bounds each operation and the answer's body, and not the wait for the own pool; a Timeout is kept."""
    found = resolve(timeout=7, **TOKEN)
    assert (found.timeout, found.deadline) == (httpx.Timeout(7, pool=None), 7.0)
    assert resolve(timeout=1_000_000, **TOKEN).deadline == 1_000_000
    own = httpx.Timeout(None, connect=1)
    found = resolve(timeout=own, **TOKEN)
    assert (found.timeout, found.deadline) == (own, None)


@pytest.mark.parametrize("client", [FlexFlows, AsyncFlexFlows])
def test_how_patient_a_client_is(client: type[FlexFlows | AsyncFlexFlows]) -> None:
    """Untold, a client waits 30 seconds, and asks 5 times."""
    found = client(**TOKEN)._settings
    assert (found.timeout, found.deadline, found.attempts) == (httpx.Timeout(30, pool=None), 30.0, 5)


def test_nothing_secret_is_shown() -> None:
    """Settings, profiles and credentials show no secret in their repr."""
    assert "token" not in repr(resolve(**TOKEN)).replace("auth_token", "")
