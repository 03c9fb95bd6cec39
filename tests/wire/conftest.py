"""Fixtures that record and replay cassettes; `tests/cassettes/README.md` explains the cassettes' origin."""

import base64
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_recording._vcr import CombinedPersister
from scrubbing import CREDENTIALS, ORIGIN, PATH, left_over, scrub, strings, values_of
from vcr.request import Request

from flexflows import FlexFlows
from flexflows.sandbox import FAULTS, Sandbox
from flexflows.sandbox._api import Response, error
from flexflows.sandbox._faults import FaultKind
from flexflows.testing import instant_retries

SENT: set[str] = set()
"""The credentials of this run, for the check of the cassettes that it records."""
FROM_OTHERS = "not from Twilio"
SECRET = 8
"""The length up to which a variable of the environment is no secret."""
SOURCE = pytest.StashKey[str]()
WRITTEN = {
    "400": error(400, 20001, "Invalid parameter"),
    "redirect": Response(307, headers={"Location": "https://elsewhere.test/"}),
}
"""Responses that no sandbox has, by the names under which a cassette is recorded from them."""


class ScrubbingPersister(CombinedPersister):
    """A persister that scrubs a cassette, and compares what it wrote with the values that the server sent."""

    config: pytest.Config

    def load_cassette(self, cassette_path: str, serializer: Any) -> tuple[list[Request], list[dict[str, Any]]]:
        """Load a cassette; one that is not from Twilio serves the fragment's path and list key, as the sandbox does."""
        requests, responses = super().load_cassette(cassette_path, serializer)
        if FROM_OTHERS in Path(cassette_path).read_text("utf-8").partition("\n")[0]:
            recorded = requests[0].uri.partition("?")[0]
            for request in requests:
                request.uri = request.uri.replace(recorded, f"{ORIGIN}{PATH}")
            for response in responses:
                text = response["body"]["string"].decode().replace(recorded, f"{ORIGIN}{PATH}")
                key = re.search('"key": ("[^"]+")', text)
                text = text.replace(key[1], json.dumps(FlexFlows.operation.key)) if key else text
                response["body"]["string"] = text.encode()
        return requests, responses

    def save_cassette(self, cassette_path: str, cassette_dict: dict[str, Any], serializer: Any) -> None:  # type: ignore[override]
        requests, responses = cassette_dict["requests"], cassette_dict["responses"]
        configured = {value for name, value in os.environ.items() if name.startswith("TWILIO_") and len(value) > SECRET}
        values = values_of(requests, responses) | SENT | configured
        scrub(requests, responses)
        super().save_cassette(cassette_path, cassette_dict, serializer)
        path = Path(cassette_path)
        text = path.read_text("utf-8")
        remaining = left_over(values, [*strings(yaml.safe_load(text))])
        path.write_text(f"# Recorded by `make record` from {self.config.stash[SOURCE]}; scrubbed.\n{text}", "utf-8")
        if remaining:
            path.unlink()
            pytest.fail(f"removed {path.name}: {len(remaining)} values of the account were left in it", pytrace=False)


def _normalize(request: Request) -> Request:
    """Keep of a request what is compared on replay: the method, the URL, Accept, and that credentials were sent."""
    request.uri = f"{ORIGIN}/{request.uri.split('/', 3)[3]}"
    sent = {name.lower(): value for name, value in request.headers.items()}
    scheme, _, encoded = sent.get("authorization", "").partition(" ")
    if encoded and encoded != CREDENTIALS:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
        SENT.update((encoded, encoded.rstrip("="), user, password))
    request.headers = {"accept": sent.get("accept", "")}
    if encoded:
        request.headers["authorization"] = f"{scheme} {CREDENTIALS}"
    return request


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "before_record_request": _normalize,
        "decode_compressed_response": True,
        # All that a cassette keeps of a request: vcr's own comparison ignores the query's order and encoding.
        "match_on": ["method", "whole_uri", "headers"],
        "allow_playback_repeats": False,
    }


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Compare whole URLs, and scrub the cassettes."""

    def same_uri(one: Request, other: Request) -> None:
        assert one.uri == other.uri

    vcr.register_matcher("whole_uri", same_uri)
    persister = ScrubbingPersister(vcr.persister.extra_paths)
    persister.config = config
    vcr.register_persister(persister)


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(Path(__file__).parent.parent / "cassettes")


@pytest.fixture(autouse=True)
def _instant() -> Iterator[None]:
    with instant_retries():
        yield


@pytest.fixture
def account(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The arguments of a client: while recording of Twilio if TWILIO_* is set, else of a sandbox; on replay made up."""
    faults = request.node.get_closest_marker("faults")
    stash = request.config.stash
    if request.config.getoption("--record-mode") in {None, "none"}:
        for name in [name for name in os.environ if name.upper().endswith("_PROXY")]:
            monkeypatch.delenv(name)
        yield {"account_sid": "AC" + "a" * 32, "auth_token": "replayed", "base_url": ORIGIN}
    elif "TWILIO_ACCOUNT_SID" in os.environ and not faults:
        at_origin = "FLEXFLOWS_BASE_URL" in os.environ
        stash[SOURCE] = f"the server at FLEXFLOWS_BASE_URL, {FROM_OTHERS}" if at_origin else "Twilio"
        yield {}
    else:
        stash[SOURCE] = f"flexflows.sandbox, {FROM_OTHERS}"
        for name, response in WRITTEN.items():
            monkeypatch.setitem(FAULTS, name, FaultKind("written here", lambda _, written=response: written))
        with Sandbox(5, seed=1, faults=faults.args if faults else (), host_in_urls=ORIGIN) as sandbox:
            yield {"account_sid": sandbox.account_sid, "auth_token": sandbox.auth_token, "base_url": sandbox.url}
