"""Faults for this client's own tests, in addition to the sandbox's public faults."""

import asyncio
import json
import time
from collections.abc import Callable
from email.utils import formatdate
from enum import Enum, auto
from typing import Any, cast
from urllib.parse import urlsplit

from flexflows.sandbox._responses import Delivery, Response, error, reset

from flexflows.sandbox import FAULTS, Fault, FaultKind
from flexflows.sandbox._faults import (
    GATEWAY,
    HTML,
    RATE_LIMIT,
    UNKNOWN_FIELD,
    Effect,
    EffectContext,
    Page,
    change_body,
    change_page,
    change_records,
    deliver,
    gateway,
    respond,
)

RAW = "@raw@"
"""A placeholder for JSON text that the encoder cannot write."""
DEEP = 100_000
BROKEN_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + b"this is no deflated data" * 9
SIDE_EFFECTS = "\x1b[2J\x1b[31m\x1b]0;title\x07[bold red]\r\n\t\u202e\u2028"


def change_next_page(change: Callable[[str, EffectContext], object], *, even_last: bool = False) -> Effect:
    """Return an effect that changes `next_page_url`, or with `even_last` the page's own URL, also on the last page."""

    def apply(page: Page, context: EffectContext) -> Page:
        meta: Page = page["meta"]
        url = meta["url"] if even_last else meta["next_page_url"]
        return page | {"meta": meta | {"next_page_url": url and change(url, context)}}

    return change_page(apply)


def error_with_body(status: int, body: object) -> Effect:
    return respond(Response(status, json.dumps(body).encode()))


def retry_after_date(_response: Response, _context: EffectContext) -> Response:
    return error(*RATE_LIMIT, ("retry-after", formatdate(time.time() + 2, usegmt=True)))


def with_raw(raw: str) -> Effect:
    """Return an effect that adds an attribute with the JSON text `raw` to every record."""
    add = change_records(lambda record, _: record | {UNKNOWN_FIELD: RAW})

    def effect(response: Response, context: EffectContext) -> Response:
        changed = add(response, context)
        return Response(changed.status, changed.body.replace(f'"{RAW}"'.encode(), raw.encode()))

    return effect


def with_host(url: str, host: str) -> str:
    return urlsplit(url)._replace(scheme="https", netloc=host).geturl()


def reordered(url: str, _context: EffectContext) -> str:
    parts = urlsplit(url)
    return parts._replace(query="&".join(reversed(parts.query.split("&")))).geturl()


def with_big_integers(record: Page, _context: EffectContext) -> Page:
    return cast("Page", enlarged(record)) | {UNKNOWN_FIELD: [2**63, 2**64, -(2**63) - 1, 10**40]}


def enlarged(value: Any) -> Any:
    match value:
        case int() if not isinstance(value, bool):
            return value + 2**70
        case dict():
            return {name: enlarged(each) for name, each in value.items()}
        case _:
            return value


def free_text(context: EffectContext) -> set[str]:
    """Return the record's free-text attributes."""
    return {
        name
        for name, schema in context.schema.properties.items()
        if "string" in schema.types and not (schema.values or schema.pattern or schema.format or schema.max_length)
    }


def with_text(suffix: str) -> Callable[[Page, EffectContext], Page]:
    """Return a change that appends `suffix` to every free text of a record, and adds an attribute with `suffix`."""

    def change(record: Page, context: EffectContext) -> Page:
        free = {name: f"{record[name] or ''}{suffix}" for name in record if name in free_text(context)}
        return record | free | {UNKNOWN_FIELD: suffix}

    return change


def with_new_flows(response: Response, context: EffectContext) -> Response:
    """Add three flows to the account, after the response."""
    number = len(context.records)
    for each in range(3):
        context.records.insert(0, context.records[0] | {"sid": f"FO{number + each:032x}"})
    return response


async def write_half_chunked(response: Response, transport: asyncio.Transport) -> None:
    half = response.body[: len(response.body) // 2]
    transport.write(response.head(("transfer-encoding", "chunked")) + b"%x\r\n%s\r\n" % (len(half), half))
    transport.close()


async def write_half_and_stall(response: Response, transport: asyncio.Transport) -> None:
    transport.write(response.head(response.length) + response.body[: len(response.body) // 2])


async def write_head_and_reset(response: Response, transport: asyncio.Transport) -> None:
    transport.write(response.head(response.length))
    await asyncio.sleep(0.01)
    reset(transport)


async def write_all(response: Response, transport: asyncio.Transport) -> None:
    transport.write(response.head(response.length) + response.body)
    transport.close()


async def trickle(response: Response, transport: asyncio.Transport) -> None:
    data = response.head(response.length) + response.body
    for index in range(128):
        if transport.is_closing():
            return
        transport.write(data[index : index + 1])
        await asyncio.sleep(0.0002)
    transport.write(data[128:])
    transport.close()


CLIENT_FAULTS = {
    name: FaultKind(name, "", effect)
    for name, effect in {
        # Errors.
        "429-retry-date": retry_after_date,
        "429-retry-unreadable": respond(error(*RATE_LIMIT, ("retry-after", "soon"))),
        "520": gateway(520, b"error code: 520"),
        "999": respond(Response(999, GATEWAY, (HTML,), Delivery(write_all), is_from_twilio=False)),  # not uvicorn's
        "redirect": gateway(307, b"", ("location", "https://elsewhere.invalid/v1/")),
        "error-rfc9457": error_with_body(
            403,
            {
                "type": "https://www.twilio.com/docs/errors/70051",
                "title": "Not authorized",
                "status": 403,
                "code": 70051,
                "detail": "The credentials do not allow this",
                "instance": "/sandbox",
                "errors": [{"detail": "flex is missing", "pointer": "#/permissions"}],
            },
        ),
        "error-v1": error_with_body(
            403,
            {
                "code": 45003,
                "message": "Not authorized",
                "httpStatusCode": 403,
                "params": {"permission": "flex"},
                "userError": True,
            },
        ),
        "error-list": error_with_body(
            400, {"errors": [{"code": 20001, "message": "One thing"}, {"code": 20002, "message": "Another"}]}
        ),
        "error-details": error_with_body(
            400, {"code": 20001, "message": "Bad request", "status": 400, "details": {"reason": ["a", "b"]}}
        ),
        "error-without-code": error_with_body(403, {"message": "Forbidden", "status": 403}),
        "error-wrong-types": error_with_body(
            400, {"code": "many", "message": ["a"], "status": None, "more_info": 7, "details": "x"}
        ),
        "error-empty": respond(Response(403, b"")),
        "error-not-json": respond(Response(403, b"{'oops'")),
        "error-not-utf8": respond(Response(403, '{"code": 20403, "message": "Déjà suspendu"}'.encode("latin-1"))),
        # The connection.
        "reset-after-headers": deliver(Delivery(write_head_and_reset)),
        "cut-off-chunked": deliver(Delivery(write_half_chunked)),
        "stall-in-body": deliver(Delivery(write_half_and_stall)),
        "trickle": deliver(Delivery(trickle)),
        "broken-gzip": change_body(lambda _: BROKEN_GZIP, ("content-encoding", "gzip")),
        # Status 200 without a page.
        "empty": change_body(lambda _: b""),
        "not-utf8": change_body(lambda body: b'{"\xff\xfe":0,' + body[1:]),
        "null": change_body(lambda _: b"null"),
        "list": change_page(lambda page, context: page[context.key]),
        "list-null": change_page(lambda page, context: page | {context.key: None}),
        "list-of-strings": change_page(lambda page, context: page | {context.key: ["one", "two"]}),
        "deep-nesting": with_raw("[" * DEEP + "]" * DEEP),
        # Odd records.
        "no-attributes": change_records(lambda _record, _context: {}),
        "big-integers": change_records(with_big_integers),
        "huge-float": with_raw("1e400"),
        "lone-surrogates": change_records(with_text("\ud83d")),
        "side-effects": change_records(with_text(SIDE_EFFECTS)),
        # Paging.
        "no-meta": change_page(lambda page, context: {context.key: page[context.key]}),
        "next-page-wrong-path": change_next_page(lambda url, context: url.replace(context.path, "/v1/Elsewhere")),
        "next-page-unreadable": change_next_page(lambda _url, _context: "https://[::1/\x00", even_last=True),
        "next-page-wrong-type": change_next_page(lambda _url, _context: 42, even_last=True),
        "next-page-other-host": change_next_page(lambda url, _: with_host(url, "elsewhere.invalid")),
        "next-page-reordered": change_next_page(reordered),
        "next-page-padded": change_next_page(lambda url, _: f"{url}=="),
        "next-page-escaped": change_next_page(lambda url, _: f"{url}%3D%3D"),
        "flows-added": with_new_flows,
    }.items()
}

ALL_FAULTS = {**FAULTS, **CLIENT_FAULTS}
"""Every fault by its name."""


def fault(text: str) -> Fault:
    """Parse the short form of any fault."""
    return Fault.parse(text, ALL_FAULTS)


class Leaves(Enum):
    """The part of a faulty response that a client can use if it does not retry."""

    PAGE_AND_NEXT = auto()
    CHANGED_PAGE_AND_NEXT = auto()
    PAGE_ONLY = auto()
    NOTHING = auto()


_PAGE_AND_NEXT = (
    "trickle next-page-other-host next-page-reordered next-page-padded next-page-escaped empty-page flows-added"
)
_CHANGED = (
    "unknown-fields unknown-values wrong-types nulls no-attributes big-integers huge-float lone-surrogates side-effects"
)
_PAGE_ONLY = "no-meta repeated-page next-page-wrong-path next-page-unreadable next-page-wrong-type"

LEAVES = (
    dict.fromkeys(ALL_FAULTS, Leaves.NOTHING)
    | dict.fromkeys(_PAGE_AND_NEXT.split(), Leaves.PAGE_AND_NEXT)
    | dict.fromkeys(_CHANGED.split(), Leaves.CHANGED_PAGE_AND_NEXT)
    | dict.fromkeys(_PAGE_ONLY.split(), Leaves.PAGE_ONLY)
)
