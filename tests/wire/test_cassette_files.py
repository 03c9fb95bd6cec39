"""The content of the cassettes, and the block of the network."""

import re
import socket
from pathlib import Path

import pytest

CASSETTES = sorted((Path(__file__).parent.parent / "cassettes").glob("*.yaml"))
SECRET_LIKE = {
    "a credential's header": re.compile(r"(?i)authorization|basic [a-z0-9+/]{16,}|bearer "),
    "a token or secret of 32 hex digits": re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])"),
    "an account's SID": re.compile(r"\b(AC|SK)(?!a{32}|f{32})[0-9a-fA-F]{32}\b"),
    "a phone number": re.compile(r"(?<![0-9A-Za-z])\+(?!15005550006)[1-9][0-9]{6,14}\b"),
    "a sandbox's address": re.compile(r"127\.0\.0\.1|localhost"),
}


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
@pytest.mark.parametrize("what", SECRET_LIKE)
def test_no_cassette_holds_anything_secret(cassette: Path, what: str) -> None:
    """No cassette holds what only its recorder should know."""
    assert SECRET_LIKE[what].search(cassette.read_text("utf-8")) is None


def test_the_network_is_blocked() -> None:
    """A test cannot connect to the network."""
    with pytest.raises(RuntimeError, match="Network is disabled"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))
