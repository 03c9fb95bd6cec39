"""Credentials: from arguments, profiles, the environment and the active profile, in this order."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from resolving import ENVIRONMENT, KEY, OTHER, SID, TOKEN, WORK, error_message, resolve, write_config

from flexflows import MissingCredentialsError

PAIR = {"api_key": KEY, "api_secret": "s"}
KEYS = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": "s"}


def sent_as(auth: httpx.Auth) -> tuple[str, str]:
    request = next(auth.sync_auth_flow(httpx.Request("GET", "https://flex.example")))
    pair = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    username, _, password = pair.partition(":")
    return username, password


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        (TOKEN, {}, (SID, "token")),
        (PAIR, {}, (KEY, "s")),
        ({**PAIR, "account_sid": SID}, {}, (KEY, "s")),
        ({**TOKEN, **PAIR}, {}, (KEY, "s")),
        ({}, ENVIRONMENT, (SID, "token")),
        ({}, {**ENVIRONMENT, **KEYS}, (KEY, "s")),
        ({}, {**ENVIRONMENT, "TWILIO_API_KEY": KEY}, (SID, "token")),
        ({"account_sid": OTHER, "auth_token": "t"}, ENVIRONMENT, (OTHER, "t")),
    ],
)
def test_credentials(arguments: dict[str, Any], environ: dict[str, str], expected: tuple[str, str]) -> None:
    """Arguments come before the environment, and a complete key pair before the auth token."""
    assert sent_as(resolve(environ, **arguments).auth) == expected


def test_an_auth_comes_first() -> None:
    """An `httpx.Auth` comes before everything else, and is used as it is."""
    auth = httpx.BasicAuth("a", "b")
    assert resolve(ENVIRONMENT, auth=auth, **TOKEN).auth is auth


SPACE = "contains white space (perhaps a line break at its end); remove it"
QUOTES = "has quotation marks around it; remove them"
NOT_A_KEY = "must be an API key's SID (SK…), not an account SID"


def token(value: str) -> dict[str, str]:
    return {"account_sid": SID, "auth_token": value}


@pytest.mark.parametrize(
    ("arguments", "environ", "message"),
    [
        ({"api_key": KEY}, {}, "api_key without api_secret; set both"),
        ({**TOKEN, "api_key": KEY}, {}, "api_key without api_secret; set both"),
        ({"account_sid": SID}, ENVIRONMENT, "account_sid without auth_token; set both"),
        ({**TOKEN, "account_sid": ""}, {}, "account_sid is empty; set it, or leave it out"),
        ({**TOKEN, "account_sid": KEY}, {}, "account_sid must be an account SID (AC…), not an API key's SID"),
        ({**PAIR, "api_key": SID}, {}, f"api_key {NOT_A_KEY}"),
        (token("t\n"), {}, f"auth_token {SPACE}"),
        (token('"t"'), {}, f"auth_token {QUOTES}"),
        (token("t”"), {}, f"auth_token {QUOTES}"),
        (token("t\0"), {}, "auth_token contains non-printable characters; remove them"),
        ({}, {"TWILIO_AUTH_TOKEN": "t"}, "TWILIO_AUTH_TOKEN without TWILIO_ACCOUNT_SID; set both"),
        ({}, {**KEYS, "TWILIO_ACCOUNT_SID": ""}, "TWILIO_API_KEY and TWILIO_API_SECRET without TWILIO_ACCOUNT_SID;"),
        ({}, {**KEYS, "TWILIO_API_SECRET": ""}, "TWILIO_API_KEY without TWILIO_API_SECRET; set both"),
        ({}, {**KEYS, "TWILIO_API_KEY": SID}, f"TWILIO_API_KEY {NOT_A_KEY}"),
    ],
)
def test_wrong_credentials(arguments: dict[str, Any], environ: dict[str, str], message: str) -> None:
    """Half a pair, white space, quotation marks and a wrong SID are errors that name the value."""
    assert error_message(environ, **arguments).startswith(message)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "no profiles in {path}"),
        ({"profiles": {"a": WORK, "b": WORK}}, "{path} has 2 profiles, none active: run `twilio profiles:use`"),
        ({"profiles": {"a": WORK}, "requireProfileInput": True}, "{path} has requireProfileInput: pass profile="),
    ],
)
def test_no_credentials(tmp_path: Path, document: object, reason: str) -> None:
    """Without credentials, the error names every way to set them, and why no profile is active."""
    lone_sid = {"TWILIO_ACCOUNT_SID": "x"}  # which counts as nothing
    with pytest.raises(MissingCredentialsError) as caught:
        resolve({**write_config(tmp_path, document), **lone_sid})
    assert str(caught.value) == (
        "no Twilio credentials found; pass account_sid and auth_token, api_key and api_secret, auth=, or profile=; "
        "or set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; "
        f"or create a profile with `twilio profiles:create` ({reason.format(path=tmp_path / 'config.json')})"
    )


A = {**WORK, "apiSecret": "a"}


@pytest.mark.parametrize(
    ("document", "environ", "arguments", "expected"),
    [
        ({"profiles": {"a": A, "work": WORK}, "activeProject": "a"}, {}, {"profile": "work"}, (KEY, "work")),
        ({"profiles": {"a": A, "work": WORK}, "activeProject": "work"}, {}, {}, (KEY, "work")),
        ({"profiles": {"a": A}, "activeProject": None}, {"TWILIO_ACCOUNT_SID": SID}, {}, (KEY, "a")),
        ({"profiles": {"work": WORK}, "projects": 7, "more": True}, {}, {"profile": "work"}, (KEY, "work")),
        ({"profiles": {"work": {**WORK, "apiSecret": " \twork\r\n"}}}, {}, {}, (KEY, "work")),
        ({"profiles": {"work": WORK}}, ENVIRONMENT, {}, (SID, "token")),
        ({"profiles": {"work": WORK}}, ENVIRONMENT, {"profile": "work"}, (KEY, "work")),
        ({"profiles": {"work": WORK}}, ENVIRONMENT, {"profile": "work", **token("t")}, (SID, "t")),
    ],
)
def test_profiles(
    tmp_path: Path, document: object, environ: dict[str, str], arguments: dict[str, Any], expected: tuple[str, str]
) -> None:
    """A named profile comes after arguments and before the environment; the active or the only one comes last."""
    assert sent_as(resolve({**write_config(tmp_path, document), **environ}, **arguments).auth) == expected
