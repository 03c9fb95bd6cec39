"""The API as a function: a request and the account's records in, Twilio's answer out."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from attrs import field, frozen

from flexflows.sandbox._account import Account
from flexflows.sandbox._answer import Answer, error
from flexflows.sandbox._flows import Flows
from flexflows.sandbox._pages import Span, select, token_after, token_before
from flexflows.sandbox._schema import Listing

DEFAULT_PAGE_SIZE = 50
_NUMBER = re.compile(r"[0-9]{1,18}")


@frozen
class Question:
    """What was asked for."""

    method: str
    path: str
    query: str
    authorization: str = field(repr=False)
    origin: str
    """What the answer's URLs begin with, such as `https://flex-api.twilio.com`."""


class Api:
    """Answers as Twilio would."""

    def __init__(self, listing: Listing, account: Account) -> None:
        self._listing = listing
        self._account = account
        # A few pages: a listing that is repeated, as benchmarks do, costs the sandbox nothing the second time.
        self._encode = lru_cache(maxsize=16)(_encode)

    def answer(self, question: Question, flows: Flows) -> Answer:
        """Answer `question` from the records `flows`."""
        if not self._account.admits(question.authorization):
            return error(401, 20003, "Authenticate", ("www-authenticate", 'Basic realm="Twilio API"'))
        if question.path != self._listing.path:
            return error(404, 20404, f"The requested resource {question.path} was not found")
        if question.method != "GET":
            return error(405, 20004, "Method not allowed", ("allow", "GET"))
        return self._page(dict(parse_qsl(question.query, keep_blank_values=True)), question.origin, flows)

    def _page(self, parameters: Mapping[str, str], origin: str, flows: Flows) -> Answer:
        listing = self._listing
        size = _whole_number(parameters.get("PageSize", str(DEFAULT_PAGE_SIZE)))
        page = _whole_number(parameters.get("Page", "0"))
        token = parameters.get("PageToken")
        if size is None or not 1 <= size <= listing.max_page_size:
            return error(400, 20007, f"Page size must be a number from 1 to {listing.max_page_size}")
        if page is None or (page > 0 and token is None):
            return error(400, 70002, "Page must be a number, and from the second page on come with a PageToken")
        filters = {name: value for name, value in parameters.items() if name in listing.filters}
        span = select(flows, size, token, {listing.filters[name]: value for name, value in filters.items()})
        if span is None:
            return error(400, 21481, "Invalid PageToken")
        links = Links(origin + listing.path, filters, size, page, token)
        meta = msgspec.json.encode({**links.around(span, flows), "key": listing.key})
        return Answer(200, b'{"%s":[%s],"meta":%s}' % (listing.key.encode(), self._encode(flows, span.positions), meta))


def _encode(flows: Flows, positions: Sequence[int]) -> bytes:
    return ",".join([flows.text(position) for position in positions]).encode()


def _whole_number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


@frozen
class Links:
    """Makes the URLs of a page and of those around it."""

    url: str
    filters: Mapping[str, str]
    size: int
    page: int
    token: str | None

    def around(self, span: Span, flows: Flows) -> dict[str, Any]:
        """Give the page's `meta`, its `key` aside."""
        before = token_before(flows, span.start) if span.has_previous and span.start < len(flows) else None
        last = span.positions[-1] if span.positions else span.start - 1
        after = token_after(flows, last) if span.has_next else None
        return {
            "page": self.page,
            "page_size": self.size,
            "first_page_url": self.to(0, None),
            "previous_page_url": before and self.to(max(self.page - 1, 0), before),
            "url": self.to(self.page, self.token),
            "next_page_url": after and self.to(self.page + 1, after),
        }

    def to(self, page: int, token: str | None) -> str:
        """Make the URL of `page`."""
        query = {**self.filters, "PageSize": self.size, "Page": page, **({} if token is None else {"PageToken": token})}
        return f"{self.url}?{urlencode(query, quote_via=quote)}"
