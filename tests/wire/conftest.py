"""Fixtures that record and replay cassettes; `tests/cassettes/README.md` explains the cassettes' origin."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_recording._vcr import CombinedPersister
from scrubbing import CREDENTIALS, ORIGIN, left_over, scrub, strings, values_of
from vcr.request import Request

from flexflows.sandbox import FAULTS, Sandbox
from flexflows.sandbox._api import Response, error
from flexflows.sandbox._faults import FaultKind
from flexflows.testing import instant_retries

SENT: set[str] = set()
"""The credentials of this run, for the check of the cassettes that it records."""
SOURCE = pytest.StashKey[str]()
WRITTEN = {
    "400": error(400, 20001, "Invalid parameter"),
    "redirect": Response(307, headers={"Location": "https://elsewhere.test/"}),
}
"""Responses that no sandbox has, by the names under which a cassette is recorded from them."""


class ScrubbingPersister(CombinedPersister):
    """A persister that scrubs a cassette, and compares what it wrote with the values that the server sent."""

    config: pytest.Config

    def save_cassette(self, cassette_path: str, cassette_dict: dict[str, Any], serializer: Any) -> None:  # type: ignore[override]
        requests, responses = cassette_dict["requests"], cassette_dict["responses"]
        values = values_of(requests, responses) | SENT
        scrub(requests, responses)
        super().save_cassette(cassette_path, cassette_dict, serializer)
        path = Path(cassette_path)
        text = path.read_text("utf-8")
        path.write_text(f"# Recorded by `make record` from {self.config.stash[SOURCE]}; scrubbed.\n{text}", "utf-8")
        if remaining := left_over(values, [*strings(yaml.safe_load(text))]):
            path.unlink()
            pytest.fail(f"removed {path.name}: {len(remaining)} values of the account were left in it", pytrace=False)


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    persister = ScrubbingPersister(vcr.persister.extra_paths)
    persister.config = config
    vcr.register_persister(persister)


def _normalize(request: Request) -> Request:
    """Keep of a request what is compared on replay: the method, the URL, Accept, and that credentials were sent."""
    request.uri = f"{ORIGIN}/{request.uri.split('/', 3)[3]}"
    sent = {name.lower(): value for name, value in request.headers.items()}
    scheme, _, encoded = sent.get("authorization", "").partition(" ")
    request.headers = {"accept": sent.get("accept", "")}
    if encoded:
        request.headers["authorization"] = f"{scheme} {CREDENTIALS}"
        if encoded != CREDENTIALS:
            user, _, password = base64.b64decode(encoded).decode().partition(":")
            SENT.update((encoded, encoded.rstrip("="), user, password))
    return request


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "before_record_request": _normalize,
        "decode_compressed_response": True,
        "match_on": ["method", "uri", "headers"],
        "allow_playback_repeats": False,
    }


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
        stash[SOURCE] = "the server at FLEXFLOWS_BASE_URL, not from Twilio" if at_origin else "Twilio"
        yield {}
    else:
        stash[SOURCE] = "flexflows.sandbox, not from Twilio"
        for name, response in WRITTEN.items():
            monkeypatch.setitem(FAULTS, name, FaultKind("written here", lambda _, written=response: written))
        with Sandbox(5, seed=1, faults=faults.args if faults else (), host_in_urls=ORIGIN) as sandbox:
            yield {"account_sid": sandbox.account_sid, "auth_token": sandbox.auth_token, "base_url": sandbox.url}
