"""The API as a function: a request and the account's records in, Twilio's response out."""

import base64
import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qs, quote, urlencode

import msgspec

from flexflows.sandbox._endpoints import ListEndpoint, attribute_name
from flexflows.sandbox._records import make_sid
from flexflows.sandbox._responses import Response, error

Record: TypeAlias = dict[str, Any]

START_TOKEN = "PA"  # noqa: S105  # not a secret
"""The sandbox's own page token of the first page; Twilio has no such token."""
_DEFAULT_PAGE_SIZE = 50
_MAX_PAGE_SIZE = 1000  # if the fragment has no maximum
_DIGITS = re.compile(r"[0-9]{1,18}")


class Api:
    """The list endpoints of a fragment, over the records of an account.

    Args:
        endpoints: The endpoints.
        credentials: The accepted credentials, each as `user:password`.
        records: The records of each endpoint, by its path; they may change between requests.
    """

    def __init__(
        self, endpoints: Sequence[ListEndpoint], credentials: Collection[str], records: Mapping[str, list[Record]]
    ) -> None:
        self.endpoints = endpoints
        self.records = records
        self._credentials = credentials

    def find(self, path: str) -> ListEndpoint | None:
        """Return the endpoint of a path."""
        return next((each for each in self.endpoints if each.path_parameters(path) is not None), None)

    def respond(self, method: str, path: str, query: str, *, authorization: str, origin: str) -> Response:
        """Return the response to a request, with URLs of the given origin."""
        if _credentials(authorization) not in self._credentials:
            return error(401, 20003, "Authenticate", ("www-authenticate", 'Basic realm="Twilio API"'))
        endpoint = self.find(path)
        if endpoint is None:
            return error(404, 20404, f"The requested resource {path} was not found")
        if method != "GET":
            return error(405, 20004, "Method not allowed", ("allow", "GET"))
        return self._page(endpoint, path, parse_qs(query, keep_blank_values=True), origin)

    def _page(self, endpoint: ListEndpoint, path: str, parameters: dict[str, list[str]], origin: str) -> Response:
        least, most = int(endpoint.page_size.minimum or 1), int(endpoint.page_size.maximum or _MAX_PAGE_SIZE)
        size = _whole_number(parameters.get("PageSize", [str(min(_DEFAULT_PAGE_SIZE, most))])[-1])
        number = _whole_number(parameters.get("Page", ["0"])[-1])
        token = parameters.get("PageToken", [None])[-1]
        if size is None or not least <= size <= most:
            return error(400, 20007, f"Page size must be a number from {least} to {most}")
        if number is None or (number > 0 and token is None):
            return error(400, 70002, "Page must be a number, and from the second page on come with a PageToken")
        try:
            wanted = endpoint.parse_filters(parameters)
        except ValueError as problem:
            return error(400, 20001, str(problem))
        records = _below(self.records[endpoint.path], endpoint.path_parameters(path) or {})
        selected = [index for index, record in enumerate(records) if endpoint.selects(record, wanted)]
        keys = _keys(records)
        bounds = _bounds(keys, selected, size, token or START_TOKEN) if token != "" else None
        if bounds is None:
            return error(400, 21481, "Invalid PageToken")
        start, end = bounds
        indices = selected[start:end]
        carried = {name: parameters[name] for name in wanted}

        def url(page: int, token: str | None) -> str:
            query = carried | {"PageSize": [str(size)], "Page": [str(page)], "PageToken": [token] if token else []}
            return f"{origin}{quote(path)}?{urlencode(query, doseq=True, quote_via=quote)}"

        before = url(max(number - 1, 0), f"PB{keys[indices[0]]}") if indices and start > 0 else None
        last = f"PA{keys[indices[-1]]}" if indices else START_TOKEN
        meta = {
            "page": number,
            "page_size": size,
            "first_page_url": url(0, None),
            "previous_page_url": before,
            "url": url(number, token),
            "next_page_url": url(number + 1, last) if end < len(selected) else None,
            "key": endpoint.key,
        }
        return Response(200, msgspec.json.encode({endpoint.key: [records[each] for each in indices], "meta": meta}))


def _credentials(authorization: str) -> str | None:
    """Return the credentials of an Authorization header (RFC 7617), or `None` when it cannot be read."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else None
    except ValueError:  # not base64, not ASCII, not UTF-8
        return None


def _keys(records: Sequence[Record]) -> list[str]:
    """Return the key of each record in page tokens: its SID, so that tokens stay valid when records are added."""
    keys: dict[str, None] = {}
    for number, record in enumerate(records):
        sid = record.get("sid")
        keys[sid if isinstance(sid, str) and sid and sid not in keys else make_sid("", number)] = None
    return list(keys)


def _bounds(keys: list[str], selected: Sequence[int], size: int, token: str) -> tuple[int, int] | None:
    """Return the page's start and end in the selected records, or `None` when the token is not one of this list."""
    direction, key = token[:2], token[2:].rstrip("=")  # Twilio's tokens may end in padding
    if direction not in {"PA", "PB"} or (key and key not in keys):
        return None
    anchor = keys.index(key) if key else -1
    if direction == "PA":  # the page after the record that the token names
        start = bisect_left(selected, anchor + 1)
        return start, min(start + size, len(selected))
    end = bisect_left(selected, anchor)
    return max(end - size, 0), end


def _below(records: Sequence[Record], parameters: Mapping[str, str]) -> list[Record]:
    """Return the records with the parameters of the path, such as a workspace's SID, as their attributes."""
    values = {attribute_name(name): value for name, value in parameters.items()}
    return [record | {name: value for name, value in values.items() if name in record} for record in records]


def _whole_number(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text) else None
