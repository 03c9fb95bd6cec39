"""Replace the data of a real account in a cassette: credentials, SIDs, phone numbers, and every free text."""

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

MIN_SECRET = 8
KEPT_NAMES = frozenset({"Support"})  # a test's filter
SAFE_TEXT = re.compile(
    r"[A-Z]{2}[0-9a-f]{32}|\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)|https://(flex-api|www)\.twilio\.com/[^@]*|[a-z_]{,20}"
)
"""SIDs, times, Twilio's own URLs and enum values."""
PATTERNS = (
    (re.compile(r"\b(AC|SK|IS)[0-9a-fA-F]{32}\b"), lambda match: match[1] + "a" * 32),
    (re.compile(r"(?<![0-9a-zA-Z])\+[1-9][0-9]{6,14}\b"), lambda _: "+15005550006"),
    (re.compile(r"(?<![0-9a-zA-Z])%2B[1-9][0-9]{6,14}\b", re.IGNORECASE), lambda _: "%2B15005550006"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), lambda _: "someone.example"),
    (re.compile(r"\bmessenger:[^\s\"'&]+"), lambda _: "messenger:0"),
    (re.compile(r"://[^/@\s\"']*@"), lambda _: "://"),
)


def secret_values(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of `TWILIO_*`, alone and in pairs, as they are and in base64."""
    values = [value for name, value in environ.items() if name.startswith("TWILIO_") and len(value) >= MIN_SECRET]
    pairs = [f"{one}:{other}" for one in values for other in values if one != other]
    for value in (*pairs, *values):
        encoded = base64.b64encode(value.encode()).decode()
        yield from (encoded, encoded.rstrip("="), value)


def scrub_text(text: str) -> str:
    """Replace everything in a text that looks like a secret."""
    for value in secret_values(os.environ):
        replacement = value[:2] + "a" * 32 if re.fullmatch("(AC|SK)[0-9a-f]{32}", value) else "scrubbed"
        text = text.replace(value, replacement)
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def scrub_body(body: bytes) -> bytes:
    """Replace everything that looks like a secret, and in the records of a page also every free text."""
    text = body.decode("utf-8", "surrogateescape")
    try:
        document = json.loads(text)
    except ValueError:
        return scrub_text(text).encode("utf-8", "surrogateescape")
    if isinstance(document, dict) and isinstance(document.get("flex_flows"), list):
        document["flex_flows"] = [_scrub(record, "") for record in document["flex_flows"]]
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return scrub_text(text).encode("utf-8", "surrogateescape")


def _scrub(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _scrub(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_scrub(item, name) for item in value]
    if not isinstance(value, str) or value in KEPT_NAMES:
        return value
    scheme, colon, _ = value.partition(":")
    if name == "contact_identity":
        number = "+15005550006" if "+" in value else "text"
        return f"{scheme}:{number}" if colon and scheme in {"whatsapp", "messenger"} else (number if value else value)
    if name == "url" and not SAFE_TEXT.fullmatch(value):
        return "https://example.com/"
    return value if name != "friendly_name" and SAFE_TEXT.fullmatch(value) else "text"
