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

from requests import RequestException
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from flexflows import FlexFlow, FlexFlows, FlexFlowsError, Integration, record_fields

FIELDS = {field.name: field for field in record_fields()}
SAME = "flows that both read the same, in large and in small pages"


class HttpClient(TwilioHttpClient):
    """Twilio's own HTTP client, whose requests go to FLEXFLOWS_BASE_URL if it is set."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if origin := os.environ.get("FLEXFLOWS_BASE_URL"):
            url = f"{origin.rstrip('/')}{FlexFlows.operation.path}?{url.partition('?')[2]}"
        return super().request(method, url, *args, **kwargs)


def without_nulls(value: Any) -> Any:
    """Return an object as a dictionary without null properties, which attributes do not tell from missing ones."""
    record = value.to_dict() if isinstance(value, FlexFlow | Integration) else value
    return {name: each for name, each in record.items() if each is not None} if isinstance(record, dict) else record


def differences(ours: FlexFlow, theirs: Any) -> Iterator[str]:
    """Yield the fields in which a record differs from the object of Twilio's SDK."""
    for name, value in vars(theirs).items():
        our_value = ours.additional_properties.get(name, getattr(ours, name, None))
        if not name.startswith("_") and without_nulls(our_value) != without_nulls(value):
            yield f"DIFFERENT: field {name}"


def unknowns(record: FlexFlow | Integration, prefix: str = "") -> Iterator[str]:
    """Yield what the fragment does not know: a field, a type, a value that is not among those of an enum."""
    for name, value in without_nulls(record).items():
        field = FIELDS.get(prefix + name)
        if field is None:
            yield f"unknown: field {word(prefix + name)} ({type(value).__name__})"
        elif name in record.additional_properties:
            yield f"unknown: field {field.name} with a value that does not fit ({type(value).__name__})"
        elif field.values and value not in field.values:
            yield f"unknown: value {word(value)} of {field.name}"
        elif isinstance(inner := getattr(record, name, None), Integration):
            yield from unknowns(inner, f"{name}.")


def word(text: str) -> str:
    """Return a text if it looks like a word of the API's vocabulary, which no SID, name or number does."""
    return text if re.fullmatch(r"[a-z]+([._-][a-z]+)*", text) and len(text) < 32 else "(not printed)"


def compare(ours: FlexFlows, theirs: Client) -> Counter[str]:
    """Read the account with both clients, then in three pages, and count the flows of each finding."""
    flows, expected = ours.list(), theirs.flex_api.v1.flex_flow.list()
    findings: Counter[str] = Counter()
    if [flow.sid for flow in flows] != [flow.sid for flow in expected]:
        findings["DIFFERENT: SIDs or their order"] = len(flows)
    elif flows != ours.list(page_size=len(flows) // 3 + 1):
        findings["DIFFERENT: small pages"] = len(flows)
    else:
        findings.update(each for pair in zip(flows, expected, strict=True) for each in differences(*pair))
    if not findings:
        findings[SAME] = len(flows)
    findings.update(each for flow in flows for each in unknowns(flow))
    return findings


def main() -> int:
    """Print the verdict; return 0 if both clients read the same, else 1."""
    credentials = [os.environ.get(f"TWILIO_{name}") for name in ("API_KEY", "API_SECRET", "ACCOUNT_SID")]
    try:
        with FlexFlows() as ours:
            findings = compare(ours, Client(*credentials, http_client=HttpClient()))
    except (FlexFlowsError, TwilioException, RequestException) as error:
        name = f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}"
        findings = Counter([f"FAILED: {name}, status {getattr(error, 'status', 'unknown')}"])
        print(f"not for the issue, as it may name the account: {error}", file=sys.stderr)
    packages = ", ".join(f"{name} {version(name)}" for name in ("flexflows", "twilio", "httpx"))
    origin = "another origin" if "FLEXFLOWS_BASE_URL" in os.environ else "Twilio"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {origin}, {packages}")
    print(*(f"{finding}: {count}" for finding, count in findings.items()), sep="\n")
    return int(SAME not in findings)


if __name__ == "__main__":
    sys.exit(main())
