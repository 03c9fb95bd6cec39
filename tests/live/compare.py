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


class HttpClient(TwilioHttpClient):
    """Twilio's own HTTP client, whose requests go to FLEXFLOWS_BASE_URL if it is set."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        if origin := os.environ.get("FLEXFLOWS_BASE_URL"):
            _, mark, query = url.partition("?")
            url = f"{origin.rstrip('/')}{FlexFlows.operation.path}{mark}{query}"
        return super().request(method, url, *args, **kwargs)


def plain(value: Any) -> Any:
    """Return an object as a dictionary without null properties, which attributes do not tell from missing ones."""
    record = value.to_dict() if isinstance(value, FlexFlow | Integration) else value
    return {name: each for name, each in record.items() if each is not None} if isinstance(record, dict) else record


def differences(ours: FlexFlow, theirs: Any) -> Iterator[str]:
    """Yield the names of the fields in which a record differs from the object of Twilio's SDK."""
    for name, value in vars(theirs).items():
        own = ours.additional_properties.get(name, getattr(ours, name, None))
        if not name.startswith("_") and plain(own) != plain(value):
            yield f"field {name}"


def unknowns(record: FlexFlow | Integration, prefix: str = "") -> Iterator[str]:
    """Yield what the fragment does not know: a field, a type, a value that is not among those of an enum."""
    for name, value in plain(record).items():
        field, kind = FIELDS.get(prefix + name), type(value).__name__
        if field is None:
            yield f"field {word(prefix + name)} ({kind})"
        elif name in record.additional_properties:
            yield f"field {field.name} with a value that does not fit ({kind})"
        elif field.values and value not in field.values:
            yield f"value {word(value)} of {field.name}"
        elif isinstance(inner := getattr(record, name, None), Integration):
            yield from unknowns(inner, f"{name}.")


def word(text: str) -> str:
    """Return a text if it is a word of the API's vocabulary by its looks; a SID, a name or a number is not."""
    return text if re.fullmatch(r"[a-z]+([._-][a-z]+)*", text) and len(text) < 32 else "(not printed)"


def compare(ours: FlexFlows, theirs: Client) -> Iterator[str]:
    """Read the account with both, then in three pages, and yield the lines of the verdict."""
    flows, expected = ours.list(), theirs.flex_api.v1.flex_flow.list()
    by_sid = {flow.sid: flow for flow in expected}
    different = Counter(name for flow in flows if flow.sid in by_sid for name in differences(flow, by_sid[flow.sid]))
    if [flow.sid for flow in flows] != [flow.sid for flow in expected]:
        different["SIDs or their order"] = len(flows)
    if flows != ours.list(page_size=len(flows) // 3 + 1):
        different["small pages"] = len(flows)
    for name, count in different.items():
        yield f"DIFFERENT: {name}: {count} of {len(flows)} flows"
    if not different:
        yield f"the same as Twilio's SDK: {len(flows)} flows with every field, in large and in small pages"
    for name, count in Counter(each for flow in flows for each in unknowns(flow)).items():
        yield f"unknown to the fragment: {name}: {count} of {len(flows)} flows"


def main() -> int:
    """Print the verdict; return 0 if both clients read the same, else 1."""
    user, password = os.environ.get("TWILIO_API_KEY"), os.environ.get("TWILIO_API_SECRET")
    account_sid = os.environ.get("TWILIO_ACCOUNT_SID")
    try:
        with FlexFlows() as ours:
            lines = [*compare(ours, Client(user, password, account_sid, http_client=HttpClient()))]
    except (FlexFlowsError, TwilioException, RequestException) as error:
        name = f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}"
        lines = [f"FAILED: {name}, status {getattr(error, 'status', 'unknown')}"]
        print(f"not for the issue, as it may name the account: {error}", file=sys.stderr)
    packages = ", ".join(f"{name} {version(name)}" for name in ("flexflows", "twilio", "httpx"))
    origin = "another origin" if "FLEXFLOWS_BASE_URL" in os.environ else "Twilio"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {origin}, {packages}", *lines, sep="\n")
    return int(any(line.startswith(("DIFFERENT", "FAILED")) for line in lines))


if __name__ == "__main__":
    sys.exit(main())
