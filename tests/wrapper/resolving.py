"""A client's settings, resolved from an environment and arguments."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from flexflows import ConfigurationError, FlexFlows

SID = "AC" + "a" * 32
OTHER = "AC" + "b" * 32
KEY = "SK" + "c" * 32
TOKEN = {"account_sid": SID, "auth_token": "token"}
ENVIRONMENT = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token"}
WORK = {"accountSid": SID, "apiKey": KEY, "apiSecret": "work"}


def resolve(environ: Mapping[str, str] | None = None, **arguments: Any) -> Any:
    """Return the settings of a client."""
    with mock.patch.dict(os.environ, environ or {}):
        return FlexFlows(**arguments)._settings


def error_message(environ: Mapping[str, str] | None = None, **arguments: Any) -> str:
    """Return the message of the `ConfigurationError` that creating a client raises."""
    with pytest.raises(ConfigurationError) as caught:
        resolve(environ, **arguments)
    return str(caught.value)


def write_config(folder: Path, document: object) -> dict[str, str]:
    """Write the Twilio CLI's `config.json`, and return the environment that names its folder."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    (folder / "config.json").write_bytes(content)
    return {"TWILIO_CONFIG_DIR": str(folder)}
