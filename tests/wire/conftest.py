"""How cassettes are recorded and replayed; see `tests/cassettes/README.md` for their origin."""

import re
from pathlib import Path
from typing import Any

import pytest
from vcr.request import Request

HOST = "https://flex-api.twilio.com"
SANDBOX_ORIGIN = re.compile(r"^http://127\.0\.0\.1:\d+")
KEPT_HEADERS = ("content-type", "location", "retry-after", "twilio-")

# Values of a real account in Twilio's responses, and their replacements in the cassette.
SCRUBBED = (
    (re.compile(rb"\b(AC|SK|IS)[0-9a-fA-F]{32}\b"), lambda match: match[1] + b"a" * 32),
    (re.compile(rb"(?<![0-9a-zA-Z])\+[1-9][0-9]{6,14}\b"), lambda _match: b"+15005550006"),
)


def _scrub(text: bytes) -> bytes:
    for pattern, instead in SCRUBBED:
        text = pattern.sub(instead, text)
    return text


def _scrub_request(request: Request) -> Request:
    request.uri = _scrub(SANDBOX_ORIGIN.sub(HOST, request.uri).encode()).decode()
    request.headers = {name: value for name, value in request.headers.items() if name.lower() == "accept"}
    return request


def _scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {
        name: values for name, values in response["headers"].items() if name.lower().startswith(KEPT_HEADERS)
    }
    body = response.get("body") or {}
    if isinstance(body.get("string"), bytes):
        body["string"] = _scrub(body["string"])
    return response


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "before_record_request": _scrub_request,
        "before_record_response": _scrub_response,
        "decode_compressed_response": True,
        # The query byte for byte: vcr's own comparison forgets the order and the encoding.
        "match_on": ["method", "raw_uri"],
        "allow_playback_repeats": False,
    }


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:  # noqa: ARG001
    """Teach the recorder the comparison of the whole URL."""

    def same_uri(one: Request, other: Request) -> None:
        assert one.uri == other.uri

    vcr.register_matcher("raw_uri", same_uri)


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(Path(__file__).parent.parent / "cassettes")
