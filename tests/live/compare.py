"""Compare flexflows with Twilio's own SDK on a real account, and print a verdict to paste into an issue.

It only reads, and prints no SID, name or telephone number. The credentials are TWILIO_ACCOUNT_SID with TWILIO_API_KEY
and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN.
"""

import argparse
import os
import platform
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
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
    """Twilio's own HTTP client, whose requests go to another origin if one is named."""

    base_url = ""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        path = url.partition("://")[2].partition("/")[2]
        return super().request(method, f"{self.base_url.rstrip('/')}/{path}" if self.base_url else url, *args, **kwargs)


def differences(ours: FlexFlow, theirs: Any) -> Iterator[str]:
    """Yield the names of the fields in which a record differs from Twilio's own object of it."""
    raw = ours.additional_properties
    for name, value in vars(theirs).items():
        own = raw.get(name, getattr(ours, name, None))
        same = without_nulls(own) == without_nulls(value) if isinstance(value, Mapping) else own == value
        if not name.startswith("_") and not same:
            yield f"field {name}"


def without_nulls(value: Any) -> Any:
    """Return an object without its null properties, which attributes do not tell from missing ones."""
    record = value.to_dict() if isinstance(value, Integration) else value or {}
    return {name: inner for name, inner in record.items() if inner is not None}


def unknowns(record: FlexFlow | Integration, prefix: str = "") -> Iterator[str]:
    """Yield what the fragment does not know: a field, a type, a value that is not among those of an enum."""
    for name, value in without_nulls(record.to_dict()).items():
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


def compare(ours: FlexFlows, theirs: Client) -> list[str]:
    """Read the account with both, then in small pages, and return the lines of the verdict."""
    flows, expected = ours.list(), theirs.flex_api.v1.flex_flow.list()
    paged = ours.list(page_size=len(flows) // 3 + 1)
    by_sid = {flow.sid: flow for flow in expected}
    differing = Counter(name for flow in flows if flow.sid in by_sid for name in differences(flow, by_sid[flow.sid]))
    unknown = Counter(each for flow in flows for each in unknowns(flow))
    lines = [f"DIFFERENT: {name}: {count} of {len(flows)} flows" for name, count in differing.items()]
    if [flow.sid for flow in flows] != [flow.sid for flow in expected]:
        lines.append(f"DIFFERENT: the SIDs or their order, of {len(flows)} and {len(expected)} flows")
    if [flow.sid for flow in flows] != [flow.sid for flow in paged]:
        lines.append("DIFFERENT: the SIDs or their order in large and in small pages")
    lines = lines or [f"the same as Twilio's SDK: {len(flows)} flows with every field, in large and in small pages"]
    return [
        *lines,
        *(f"unknown to the fragment: {name}: {count} of {len(flows)} flows" for name, count in unknown.items()),
    ]


def main() -> int:
    """Print the verdict; return 0 if both clients read the same, 1 if not, and 2 without credentials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default=os.environ.get("FLEXFLOWS_BASE_URL"), help="another origin for both")
    base_url = parser.parse_args().base_url
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
    sid, token, key, secret = (os.environ.get(name) for name in names)
    if not sid or not (token or (key and secret)):
        print(f"no credentials; set {names[0]}, and {names[2]} with {names[3]}, or {names[1]}", file=sys.stderr)
        return 2
    if certificates := os.environ.get("SSL_CERT_FILE"):
        os.environ["REQUESTS_CA_BUNDLE"] = certificates  # which Twilio's SDK reads instead
    HttpClient.base_url = base_url or ""
    pair = (key, secret) if key and secret else (sid, token)
    try:
        with FlexFlows(base_url=base_url) as ours:
            lines = compare(ours, Client(*pair, account_sid=sid, http_client=HttpClient()))
    except (FlexFlowsError, TwilioException, RequestException) as error:
        name = f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}"
        lines = [f"FAILED: {name}, status {getattr(error, 'status', 'unknown')}"]
        print(f"not for the issue, as it may name the account: {error}", file=sys.stderr)
    packages = ", ".join(f"{name} {version(name)}" for name in ("flexflows", "twilio", "httpx"))
    origin = "another origin" if base_url else "Twilio"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {origin}, {packages}, Python {platform.python_version()}", *lines, sep="\n")
    return int(any(line.startswith(("DIFFERENT", "FAILED")) for line in lines))


if __name__ == "__main__":
    sys.exit(main())
