"""Credentials: from arguments, profiles, the environment and the active profile, in this order."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from resolving import ENVIRONMENT, KEY, OTHER, SID, TOKEN, WORK, error_message, resolve, write_config

WORK_ENVIRONMENT = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "s"}


def sent_as(auth: httpx.Auth) -> tuple[str, str]:
    request = next(auth.sync_auth_flow(httpx.Request("GET", "https://flex.example")))
    pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    username, _, password = pair.partition(":")
    return username, password


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        pytest.param(TOKEN, {}, (SID, "token"), id="token"),
        pytest.param({"api_key": KEY, "api_secret": "s"}, {}, (KEY, "s"), id="key"),
        pytest.param({"api_key": KEY, "api_secret": "s", "account_sid": SID}, {}, (KEY, "s"), id="key of an account"),
        pytest.param({**TOKEN, "api_key": KEY, "api_secret": "s"}, {}, (KEY, "s"), id="key before token"),
        pytest.param({"account_sid": SID, "auth_token": "é:ü"}, {}, (SID, "é:ü"), id="any characters"),
        pytest.param({}, ENVIRONMENT, (SID, "token"), id="environment's token"),
        pytest.param({}, {**ENVIRONMENT, **WORK_ENVIRONMENT}, (KEY, "s"), id="environment's key before its token"),
        pytest.param({}, WORK_ENVIRONMENT, (KEY, "s"), id="environment's key alone"),
        pytest.param({}, {**ENVIRONMENT, "TWILIO_API_KEY": KEY}, (SID, "token"), id="environment's half a key"),
        pytest.param({}, {**ENVIRONMENT, "TWILIO_API_SECRET": "s"}, (SID, "token"), id="environment's other half"),
        pytest.param({}, {**ENVIRONMENT, "TWILIO_API_KEY": ""}, (SID, "token"), id="empty is unset"),
        pytest.param({"account_sid": OTHER, "auth_token": "t"}, ENVIRONMENT, (OTHER, "t"), id="arguments first"),
    ],
)
def test_credentials(arguments: dict[str, Any], environ: dict[str, str], expected: tuple[str, str]) -> None:
    """Arguments come before the environment, and a key pair before the auth token."""
    assert sent_as(resolve(environ, **arguments).auth) == expected


def test_an_auth_comes_first() -> None:
    """An `httpx.Auth` comes before everything else, and is used as it is."""
    auth = httpx.BasicAuth("a", "b")
    assert resolve(ENVIRONMENT, auth=auth, **TOKEN).auth is auth


SPACE = "contains white space (perhaps a line break at its end); remove it"
QUOTES = "has quotation marks around it; remove them"
NOT_AN_ACCOUNT = "account_sid must be an account SID (AC…), not"
LETTERS = "account_sid must be an account SID (AC…) of letters A to Z and digits only; fix it"
EMPTY = "is empty; set it, or leave it out"


@pytest.mark.parametrize(
    ("arguments", "environ", "message"),
    [
        ({"account_sid": SID}, {}, "account_sid without auth_token; set both"),
        ({"api_key": KEY}, {}, "api_key without api_secret; set both"),
        ({"api_secret": "s"}, {}, "api_secret without api_key; set both"),
        ({**TOKEN, "api_key": KEY}, {}, "api_key without api_secret; set both"),
        ({"account_sid": SID}, ENVIRONMENT, "account_sid without auth_token; set both"),
        ({"account_sid": "", "auth_token": "t"}, {}, f"account_sid {EMPTY}"),
        ({"account_sid": SID, "auth_token": ""}, {}, f"auth_token {EMPTY}"),
        ({"account_sid": KEY, "auth_token": "t"}, {}, f"{NOT_AN_ACCOUNT} an API key's SID"),
        ({"account_sid": "token", "auth_token": "t"}, {}, f"{NOT_AN_ACCOUNT} another value"),
        ({"account_sid": "ACé", "auth_token": "t"}, {}, LETTERS),
        ({"api_key": KEY, "api_secret": "s", "account_sid": "x"}, {}, f"{NOT_AN_ACCOUNT} another value"),
        ({"api_key": SID, "api_secret": "s"}, {}, "api_key must be an API key's SID (SK…), not an account SID"),
        ({"account_sid": SID, "auth_token": "t\n"}, {}, f"auth_token {SPACE}"),
        ({"account_sid": f" {SID}", "auth_token": "t"}, {}, f"account_sid {SPACE}"),
        *(({"account_sid": SID, "auth_token": quoted}, {}, f"auth_token {QUOTES}") for quoted in ('"t"', "'t", "t”")),
        ({"api_key": f"“{KEY}”", "api_secret": "s"}, {}, f"api_key {QUOTES}"),
        (
            {"account_sid": SID, "auth_token": "t\0"},
            {},
            "auth_token contains non-printable characters; remove them",
        ),
        ({}, {"TWILIO_AUTH_TOKEN": "t"}, "TWILIO_AUTH_TOKEN without TWILIO_ACCOUNT_SID; set both"),
        (
            {},
            {**WORK_ENVIRONMENT, "TWILIO_ACCOUNT_SID": ""},
            "TWILIO_API_KEY and TWILIO_API_SECRET without TWILIO_ACCOUNT_SID; set both",
        ),
        (
            {},
            {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY},
            "TWILIO_API_KEY without TWILIO_API_SECRET; set both",
        ),
        (
            {},
            {**WORK_ENVIRONMENT, "TWILIO_API_KEY": SID},
            "TWILIO_API_KEY must be an API key's SID (SK…), not an account SID",
        ),
        ({}, {**WORK_ENVIRONMENT, "TWILIO_API_SECRET": '"s"'}, f"TWILIO_API_SECRET {QUOTES}"),
    ],
)
def test_wrong_credentials(arguments: dict[str, Any], environ: dict[str, str], message: str) -> None:
    """Half a pair, white space, quotation marks and a wrong SID are errors that name the value."""
    assert error_message(environ, **arguments) == message


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (None, "no profiles in {path}"),
        ({"profiles": {}}, "no profiles in {path}"),
        ({"profiles": {"a": WORK, "b": WORK}}, "{path} has 2 profiles, none active: run `twilio profiles:use`"),
        ({"profiles": {"a": WORK}, "requireProfileInput": True}, "{path} has requireProfileInput: pass profile="),
        (
            {"profiles": {"a": WORK}, "activeProject": "a", "requireProfileInput": True},
            "{path} has requireProfileInput: pass profile=",
        ),
    ],
)
def test_no_credentials(tmp_path: Path, document: object, reason: str) -> None:
    """Without credentials, the error names every way to set them, and why no profile is active."""
    environ = {"TWILIO_CONFIG_DIR": str(tmp_path)} if document is None else write_config(tmp_path, document)
    assert error_message(environ) == (
        "no Twilio credentials found; pass account_sid and auth_token, api_key and api_secret, auth=, or profile=; "
        "or set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; "
        f"or create a profile with `twilio profiles:create` ({reason.format(path=tmp_path / 'config.json')})"
    )


@pytest.mark.parametrize("sid", [SID, KEY, "x"])
def test_a_lone_account_sid_counts_as_nothing(tmp_path: Path, sid: str) -> None:
    """An account SID without credentials beside it is passed over, whatever its value, as by the Twilio CLI."""
    environ = {**write_config(tmp_path, {"profiles": {"work": WORK}}), "TWILIO_ACCOUNT_SID": sid}
    assert sent_as(resolve(environ).auth) == (KEY, "work")
    (tmp_path / "config.json").unlink()
    assert error_message(environ).startswith("no Twilio credentials found; pass account_sid and ")


A = {**WORK, "apiSecret": "a"}


@pytest.mark.parametrize(
    ("document", "profile", "secret"),
    [
        ({"profiles": {"a": A, "work": WORK}}, "work", "work"),
        ({"profiles": {"a": A, "work": WORK}, "activeProject": "a"}, "work", "work"),
        ({"profiles": {"a": A, "work": WORK}, "activeProject": "work"}, None, "work"),
        ({"profiles": {"a": A}, "activeProject": None}, None, "a"),
        ({"profiles": {"work": WORK}, "projects": 7, "more": True}, "work", "work"),
        ({"profiles": {"wörk ❤": WORK}}, "wörk ❤", "work"),
        ({"profiles": {"work": {**WORK, "apiSecret": " \twork\r\n"}}}, "work", "work"),
    ],
)
def test_profiles(tmp_path: Path, document: object, profile: str | None, secret: str) -> None:
    """A profile is found by its name; without a name, the active profile is used, or the only one."""
    assert sent_as(resolve(write_config(tmp_path, document), profile=profile).auth) == (KEY, secret)


def test_the_order_of_sources(tmp_path: Path) -> None:
    """A named profile comes before the environment, and the environment before the active profile."""
    environ = {**write_config(tmp_path, {"profiles": {"work": WORK}, "activeProject": "work"}), **ENVIRONMENT}
    assert sent_as(resolve(environ).auth) == (SID, "token")
    assert sent_as(resolve(environ, profile="work").auth) == (KEY, "work")
    assert sent_as(resolve(environ, profile="work", account_sid=OTHER, auth_token="t").auth) == (OTHER, "t")
