"""The content of the cassettes, and the blocked network."""

import base64
import json
import os
import re
import socket
from pathlib import Path

import pytest
from scrubbing import scrub_body, secret_values

CASSETTES = sorted((Path(__file__).parent.parent / "cassettes").glob("*.yaml"))
SECRET_LIKE = {
    "a credential's header": re.compile(r"(?i)authorization|basic [a-z0-9+/]{16,}|bearer "),
    "a token or secret of 32 hex digits": re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])"),
    "an account's SID": re.compile(r"\b(AC|SK)(?!a{32}|f{32})[0-9a-fA-F]{32}\b"),
    "a phone number": re.compile(r"(?<![0-9A-Za-z])\+(?!15005550006)[1-9][0-9]{6,14}\b"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "a messenger identity": re.compile(r"messenger:(?!0\b|text\b)"),
    "a URL with a user": re.compile(r"://[^/\s\"']*@"),
    "a sandbox's address": re.compile(r"127\.0\.0\.1|localhost"),
}


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
@pytest.mark.parametrize("what", SECRET_LIKE)
def test_no_cassette_holds_anything_secret(cassette: Path, what: str) -> None:
    """No cassette holds a credential, an SID of a real account, or personal data."""
    assert SECRET_LIKE[what].search(cassette.read_text("utf-8")) is None


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
def test_no_cassette_holds_a_credential_of_this_machine(cassette: Path) -> None:
    """After `make record`, the credentials that were used are in no cassette."""
    text = cassette.read_text("utf-8")
    assert not [value for value in secret_values(os.environ) if value in text]


RECORD = {
    "sid": "FO" + "b" * 32,
    "account_sid": "AC" + "b" * 32,
    "friendly_name": "Ms Miller's line",
    "contact_identity": "messenger:1234567",
    "channel_type": "facebook",
    "date_created": "2021-03-03T14:50:24Z",
    "enabled": True,
    "integration": {"url": "https://user:password@hooks.example/miller", "retry_count": 3, "note": "call +4915112345"},
    "new": ["miller@example.org", None],
}


def test_scrubbing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials, their base64, and every free text of a record are replaced; the rest is kept."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0123456789abcdef")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "b" * 32)
    encoded = base64.b64encode(f"AC{'b' * 32}:0123456789abcdef".encode()).decode()
    page = json.loads(scrub_body(json.dumps({"flex_flows": [RECORD], "meta": {"echo": encoded}}).encode()))
    assert page == {
        "flex_flows": [
            {
                **RECORD,
                "account_sid": "AC" + "a" * 32,
                "friendly_name": "text",
                "contact_identity": "messenger:0",
                "integration": {"url": "https://example.com/", "retry_count": 3, "note": "text"},
                "new": ["text", None],
            }
        ],
        "meta": {"echo": "scrubbed"},
    }
    for identity, expected in {
        "": "",
        "+4915112345": "+15005550006",
        "whatsapp:+49151": "whatsapp:+15005550006",
    }.items():
        scrubbed = json.loads(scrub_body(json.dumps({"flex_flows": [{"contact_identity": identity}]}).encode()))
        assert scrubbed["flex_flows"][0]["contact_identity"] == expected
    assert scrub_body(b"<p>a@b.example 0123456789abcdef") == b"<p>someone.example scrubbed"


def test_the_network_is_blocked() -> None:
    """A test cannot connect to the network."""
    with pytest.raises(RuntimeError, match="Network is disabled"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))
