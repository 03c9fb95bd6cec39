"""The faults of a sandbox, and the requests that they affect."""

import json
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Self, TypeAlias

from attrs import evolve, field, frozen

from flexflows._fragment import Schema
from flexflows.sandbox._api import START_TOKEN
from flexflows.sandbox._responses import CLOSED, RESET, STALLED, TRUNCATED, Delivery, Response, error

Page: TypeAlias = dict[str, Any]

HTML = ("content-type", "text/html; charset=utf-8")
GATEWAY = b"<!doctype html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"
RATE_LIMIT = (429, 45010, "Too many requests")  # https://www.twilio.com/docs/api/errors/45010
UNKNOWN_FIELD = "sandbox_unknown"
_OK = 200


@frozen
class EffectContext:
    """The list that a fault affects; an effect may change `records`, all records of the account."""

    path: str
    key: str
    schema: Schema
    records: list[dict[str, Any]]


Effect: TypeAlias = Callable[[Response, EffectContext], Response]
"""The effect of a fault: a function from the correct response to the faulty one."""


@frozen
class FaultKind:
    """A kind of fault.

    Attributes:
        name: The name, in lower case with hyphens.
        description: The effect, in a few words.
        effect: The function from the correct response to the faulty one.
    """

    name: str
    description: str
    effect: Effect = field(repr=False)


def respond(response: Response) -> Effect:
    """Return an effect that replaces the response."""
    return lambda _response, _context: response


def gateway(status: int, body: bytes = GATEWAY, *headers: tuple[str, str]) -> Effect:
    """Return an effect that replaces the response by one of a gateway in front of Twilio."""
    return respond(Response(status, body, (HTML, *headers), is_from_twilio=False))


def deliver(delivery: Delivery) -> Effect:
    """Return an effect that changes only the delivery of the response."""
    return lambda response, _context: evolve(response, delivery=delivery)


def change_body(change: Callable[[bytes], bytes], *headers: tuple[str, str]) -> Effect:
    """Return an effect that changes the bytes of a page, and no error response."""

    def effect(response: Response, _context: EffectContext) -> Response:
        if response.status != _OK:
            return response
        return evolve(response, body=change(response.body), headers=(*response.headers, *headers))

    return effect


def change_page(change: Callable[[Page, EffectContext], object]) -> Effect:
    """Return an effect that changes a page, and no error response."""

    def effect(response: Response, context: EffectContext) -> Response:
        if response.status != _OK:
            return response
        return evolve(response, body=json.dumps(change(json.loads(response.body), context)).encode())

    return effect


def change_records(change: Callable[[Page, EffectContext], Page]) -> Effect:
    """Return an effect that changes the records of a page."""
    return change_page(
        lambda page, context: page | {context.key: [change(record, context) for record in page[context.key]]}
    )


def _empty_page(page: Page, context: EffectContext) -> Page:
    # The next page starts at the same record, by another token: padding at the end of Twilio's tokens has no meaning.
    url: str = page["meta"]["url"]
    number = page["meta"]["page"]
    following = url.replace(f"&Page={number}", f"&Page={number + 1}")
    following += "=" if "PageToken=" in url else f"&PageToken={START_TOKEN}"
    return page | {context.key: [], "meta": page["meta"] | {"next_page_url": following}}


def _unknown_fields(page: Page, context: EffectContext) -> Page:
    extra = {UNKNOWN_FIELD: {"list": [1, "two", None, {"three": 3.5}], "text": "naïve"}}
    records = [record | extra for record in page[context.key]]
    return {context.key: records, "meta": page["meta"] | extra} | extra


def _unknown_values(record: Page, context: EffectContext) -> Page:
    listed = {name for name, schema in context.schema.properties.items() if schema.values}
    return {name: "carrier_pigeon" if name in listed else value for name, value in record.items()}


def _wrong_types(record: Page, _context: EffectContext) -> Page:
    return {name: _of_another_type(value) for name, value in record.items()}


def _of_another_type(value: object) -> object:
    others: dict[type, object] = {bool: "yes", str: 42, type(None): [None]}
    return others.get(type(value), "text")


def _repeated_page(page: Page, _context: EffectContext) -> Page:
    return page | {"meta": page["meta"] | {"next_page_url": page["meta"]["url"]}}


_KINDS = (
    FaultKind("401", "wrong credentials, code 20003", respond(error(401, 20003, "Authenticate"))),
    FaultKind("403", "account suspended, code 20403", respond(error(403, 20403, "Account suspended"))),
    FaultKind("404", "not found, code 20404", respond(error(404, 20404, "Not found"))),
    FaultKind("429", "rate limit exceeded, code 45010", respond(error(*RATE_LIMIT))),
    FaultKind(
        "429-retry-after", "rate limit exceeded, Retry-After: 1", respond(error(*RATE_LIMIT, ("retry-after", "1")))
    ),
    FaultKind(
        "429-retry-later",
        "rate limit exceeded, Retry-After: 3600",
        respond(error(*RATE_LIMIT, ("retry-after", "3600"))),
    ),
    FaultKind("500", "internal error, code 20500", respond(error(500, 20500, "Internal Server Error"))),
    FaultKind("503", "unavailable, code 20503", respond(error(503, 20503, "Service Unavailable"))),
    FaultKind("503-html", "unavailable, with an HTML page of a gateway", gateway(503)),
    FaultKind("close", "connection closed without a response", deliver(CLOSED)),
    FaultKind("reset", "connection reset without a response", deliver(RESET)),
    FaultKind("cut-off", "connection closed in the middle of the body", deliver(TRUNCATED)),
    FaultKind("stall", "no response, while the connection stays open", deliver(STALLED)),
    FaultKind("bad-json", "200 with JSON that ends in the middle", change_body(lambda body: body[: len(body) // 2])),
    FaultKind("html", "200 with an HTML page", gateway(200)),
    FaultKind("no-list", "a page without its list", change_page(lambda page, _: {"meta": page["meta"]})),
    FaultKind("unknown-fields", "fields that the fragment does not have", change_page(_unknown_fields)),
    FaultKind("unknown-values", "values that no enum lists", change_records(_unknown_values)),
    FaultKind("wrong-types", "values of other types", change_records(_wrong_types)),
    FaultKind("nulls", "null in every attribute", change_records(lambda record, _: dict.fromkeys(record))),
    FaultKind("empty-page", "an empty page before the next one", change_page(_empty_page)),
    FaultKind("repeated-page", "a next page that is the same page", change_page(_repeated_page)),
)
FAULTS: Mapping[str, FaultKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""The kinds of faults by their names."""


def _find(name: str, kinds: Mapping[str, FaultKind]) -> FaultKind:
    if name not in kinds:
        close = get_close_matches(name, kinds, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"use one of {', '.join(kinds)}"
        raise ValueError(f"unknown fault {name!r}; {hint}")
    return kinds[name]


def _to_kind(kind: str | FaultKind) -> FaultKind:
    return _find(kind, FAULTS) if isinstance(kind, str) else kind


_PLANNED = re.compile(r"(?P<name>[a-z0-9_-]+?)(?:@(?P<request>[0-9]+))?(?:x(?P<times>[0-9]+)|(?P<always>\+))?")


@frozen
class Fault:
    """A fault and the requests that it affects.

    Args:
        kind: The name of one of `FAULTS`, or a kind of your own.
        request: The number of the first request that it affects, from 1, counted over all requests that the sandbox
            receives, retries too.
        times: The number of consecutive requests, 1 or more; `None`: all later ones.

    Raises:
        ValueError: There is no such fault, or a number is out of its range.
    """

    kind: FaultKind = field(converter=_to_kind)
    request: int = 1
    times: int | None = 1

    def __attrs_post_init__(self) -> None:
        if self.request < 1 or (self.times is not None and self.times < 1):
            raise ValueError(f"request is {self.request} and times is {self.times}; use 1 or more")

    @classmethod
    def parse(cls, text: str, kinds: Mapping[str, FaultKind] = FAULTS) -> Self:
        """Parse `NAME`, `NAME@REQUEST`, `NAME@REQUESTxTIMES` or `NAME@REQUEST+`.

        `429` affects the first request, `429@2` the second, `429@2x3` the second to the fourth, `429@2+` all from the
        second on; `429x3` and `429+` start at the first.

        Args:
            text: The fault.
            kinds: The kinds of faults by their names.

        Raises:
            ValueError: The text has another form, or there is no such fault.
        """
        match = _PLANNED.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a fault; write NAME, NAME@REQUEST, NAME@REQUESTxTIMES or NAME@REQUEST+")
        times = None if match["always"] else int(match["times"] or 1)
        return cls(_find(match["name"], kinds), int(match["request"] or 1), times)

    def affects(self, number: int) -> bool:
        """Return whether the fault affects the request with this number."""
        return number >= self.request and (self.times is None or number < self.request + self.times)
