"""Fixtures that record and replay cassettes; `tests/cassettes/README.md` explains the cassettes' origin."""

import re
from pathlib import Path
from typing import Any

import pytest
from scrubbing import scrub_body, scrub_text
from vcr.request import Request

HOST = "https://flex-api.twilio.com"
SANDBOX_ORIGIN = re.compile(r"^http://127\.0\.0\.1:\d+")
KEPT_HEADERS = ("content-type", "location", "retry-after", "twilio-")


def _scrub_request(request: Request) -> Request:
    request.uri = scrub_text(SANDBOX_ORIGIN.sub(HOST, request.uri))
    request.headers = {name: value for name, value in request.headers.items() if name.lower() == "accept"}
    return request


def _scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {
        name: [scrub_text(value) for value in values]
        for name, values in response["headers"].items()
        if name.lower().startswith(KEPT_HEADERS)
    }
    body = response.get("body") or {}
    if isinstance(body.get("string"), bytes):
        body["string"] = scrub_body(body["string"])
    return response


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "before_record_request": _scrub_request,
        "before_record_response": _scrub_response,
        "decode_compressed_response": True,
        # The query byte for byte: vcr's own comparison ignores the order and the encoding.
        "match_on": ["method", "raw_uri"],
        "allow_playback_repeats": False,
    }


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:  # noqa: ARG001
    """Register a comparison of the whole URL."""

    def same_uri(one: Request, other: Request) -> None:
        assert one.uri == other.uri

    vcr.register_matcher("raw_uri", same_uri)


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(Path(__file__).parent.parent / "cassettes")
