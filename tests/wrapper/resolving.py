"""A client's settings, resolved from an environment and arguments."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flexflows import ConfigurationError
from flexflows import _settings as settings

SERVER = "https://flex-api.twilio.com"
SID = "AC" + "a" * 32
OTHER = "AC" + "b" * 32
KEY = "SK" + "c" * 32
TOKEN = {"account_sid": SID, "auth_token": "token"}
ENVIRONMENT = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token"}
WORK = {"accountSid": SID, "apiKey": KEY, "apiSecret": "work"}
TEXTS = ("account_sid", "auth_token", "api_key", "api_secret", "profile", "region", "edge", "base_url")
ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys((*TEXTS, "auth")),
    "timeout": 30.0,
    "attempts": 5,
    "has_transport": False,
}


def resolve(environ: Mapping[str, str] | None = None, **arguments: Any) -> settings.Settings:
    """Return the settings of a client."""
    return settings.resolve_settings(SERVER, **{**ARGUMENTS, **arguments}, environ=environ or {})


def error_message(environ: Mapping[str, str] | None = None, **arguments: Any) -> str:
    """Return the message of the `ConfigurationError` that resolving the settings raises."""
    with pytest.raises(ConfigurationError) as caught:
        resolve(environ, **arguments)
    return str(caught.value)


def write_config(folder: Path, document: object) -> dict[str, str]:
    """Write the Twilio CLI's `config.json`, and return the environment that names its folder."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    (folder / "config.json").write_bytes(content)
    return {"TWILIO_CONFIG_DIR": str(folder)}
