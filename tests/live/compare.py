"""Compare flexflows with Twilio's own SDK on a real account, and print a verdict to paste into an issue.

It only reads, and prints no SID, name or telephone number. The credentials are TWILIO_ACCOUNT_SID with TWILIO_API_KEY
and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; with FLEXFLOWS_BASE_URL, both clients use that loopback origin.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from flexflows import FlexFlow, FlexFlows, FlexFlowsError, record_fields

FIELDS = {field.name: field for field in record_fields()}


class HttpClient(TwilioHttpClient):
    """Twilio's own HTTP client, whose requests go to FLEXFLOWS_BASE_URL if it is set."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if origin := os.environ.get("FLEXFLOWS_BASE_URL"):
            url = f"{origin.rstrip('/')}{FlexFlows.operation.path}?{url.partition('?')[2]}"
        return super().request(method, url, *args, **kwargs)


def without_nulls(value: Any) -> Any:
    """Return an object without null properties, which flexflows does not tell from missing ones."""
    return {name: each for name, each in value.items() if each is not None} if isinstance(value, dict) else value


def differences(ours: FlexFlow, theirs: Any) -> Iterator[str]:
    """Yield the fields in which a record differs from the object of Twilio's SDK."""
    record = ours.to_dict()
    for name, value in vars(theirs).items():
        expected = f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value
        if name in FIELDS and without_nulls(record.get(name)) != without_nulls(expected):
            yield f"DIFFERENT: field {name}"


def unknowns(flow: FlexFlow) -> Iterator[str]:
    """Yield what the fragment does not know: fields, types of fields, and values of enums."""
    inner = flow.integration.additional_properties if flow.integration else {}
    unparsed = flow.additional_properties | {f"integration.{name}": value for name, value in inner.items()}
    for name, value in unparsed.items():
        yield f"unknown: {'type of ' if name in FIELDS else ''}field {word(name)}, {type(value).__name__}"
    for name, field in FIELDS.items():
        value = getattr(flow, name, None)
        if field.values and value is not None and value not in field.values:
            yield f"unknown: value {word(value)} of {name}"


def word(text: str) -> str:
    """Return a text if it looks like a word of the API's vocabulary, which no SID, name or number does."""
    return text if re.fullmatch(r"[a-z]+([._-][a-z]+)*", text) and len(text) < 32 else "(not printed)"


def main() -> int:
    """Print the verdict; return 0 if both clients read the same, else 1."""
    credentials = [os.environ.get(f"TWILIO_{name}") for name in ("API_KEY", "API_SECRET", "ACCOUNT_SID")]
    with FlexFlows() as client:
        ours = client.list()
        in_small_pages = client.list(page_size=len(ours) // 3 + 1)
    theirs = Client(*credentials, http_client=HttpClient()).flex_api.v1.flex_flow.list()
    if [flow.sid for flow in ours] != [flow.sid for flow in theirs] or ours != in_small_pages:
        different = Counter(["DIFFERENT: the list, or its small pages"])
    else:
        different = Counter(each for pair in zip(ours, theirs, strict=True) for each in differences(*pair))
    packages = ", ".join(f"{name} {version(name)}" for name in ("flexflows", "twilio", "httpx"))
    origin = os.environ.get("FLEXFLOWS_BASE_URL", FlexFlows.operation.server)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {origin}, {packages}")
    print(f"flows: {len(ours)}, which both read {'differently' if different else 'the same'}")
    for finding, count in (different + Counter(each for flow in ours for each in unknowns(flow))).items():
        print(f"{finding}: {count}")
    return int(bool(different))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FlexFlowsError as error:
        sys.exit(f"No verdict, as the account could not be read: {error}")
