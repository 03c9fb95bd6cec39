"""What faults do to an answer: functions that take the right one and give the wrong one."""

import json
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from attrs import evolve, frozen

from flexflows.sandbox._answer import Answer, Delivery, error

Page: TypeAlias = dict[str, Any]

HTML = ("content-type", "text/html; charset=utf-8")
GATEWAY = b"<!doctype html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"
UNKNOWN = "sandbox_unknown"
_OK = 200
RAW = "@sandbox-raw@"
"""Stands in a page for JSON that no encoder writes."""


@frozen
class Scene:
    """What an effect may need to know about the list."""

    path: str
    key: str
    with_enum: frozenset[str]
    """The attributes of a record that list their values."""
    free_text: frozenset[str]
    """The attributes of a record that may be any text."""
    start_token: str
    """A token that asks for the list's first page."""


Effect: TypeAlias = Callable[[Answer, Scene], Answer]


def same(answer: Answer, _: Scene) -> Answer:
    """Leave the answer as it is."""
    return answer


def instead(answer: Answer) -> Effect:
    """Answer something else."""
    return lambda _answer, _scene: answer


def gateway(status: int, body: bytes = GATEWAY, *headers: tuple[str, str]) -> Effect:
    """Answer as a proxy in front of Twilio would."""
    return instead(Answer(status, body, (HTML, *headers), is_twilios=False))


def denied(status: int, body: object) -> Effect:
    """Answer an error whose JSON is `body`."""
    return instead(Answer(status, json.dumps(body).encode()))


def delivered(delivery: Delivery) -> Effect:
    """Give the right answer, and deliver it badly."""
    return lambda answer, _: evolve(answer, delivery=delivery)


def too_many_until(seconds: float) -> Effect:
    """Answer 429 with a date, so many seconds from now."""
    return lambda _answer, _scene: error(
        429, 20429, "Too Many Requests", ("retry-after", formatdate(time.time() + seconds, usegmt=True))
    )


def body(change: Callable[[bytes], bytes], *headers: tuple[str, str]) -> Effect:
    """Change the bytes of a page; any other answer stays."""

    def apply(answer: Answer, _: Scene) -> Answer:
        if answer.status != _OK:
            return answer
        return evolve(answer, body=change(answer.body), headers=(*answer.headers, *headers))

    return apply


def page(change: Callable[[Page, Scene], object], *, raw: str = "") -> Effect:
    """Change a decoded page, in place or for what is returned; `raw` is JSON that takes the place of `RAW` in it."""

    def apply(answer: Answer, scene: Scene) -> Answer:
        if answer.status != _OK:
            return answer
        decoded = json.loads(answer.body)
        changed = change(decoded, scene)
        return evolve(answer, body=json.dumps(changed).replace(f'"{RAW}"', raw).encode())

    return apply


def records(change: Callable[[Page, Scene], Page], *, raw: str = "") -> Effect:
    """Change every record of a page."""

    def apply(decoded: Page, scene: Scene) -> Page:
        return decoded | {scene.key: [change(record, scene) for record in decoded[scene.key]]}

    return page(apply, raw=raw)


def next_page(change: Callable[[str, Scene], object], *, even_without: bool = False) -> Effect:
    """Change `next_page_url`, on the last page only if `even_without`: then `change` gets the page's own URL."""

    def apply(decoded: Page, scene: Scene) -> Page:
        meta: Page = decoded["meta"]
        url = meta["url"] if even_without else meta["next_page_url"]
        return decoded | {"meta": meta | {"next_page_url": url and change(url, scene)}}

    return page(apply)


def with_host(url: str, host: str) -> str:
    """Put another host into `url`."""
    return urlsplit(url)._replace(scheme="https", netloc=host).geturl()


def reordered(url: str, _: Scene) -> str:
    """Turn the order of the query's parameters around."""
    parts = urlsplit(url)
    return parts._replace(query="&".join(reversed(parts.query.split("&")))).geturl()


def empty_page(decoded: Page, scene: Scene) -> Page:
    """Hold the records back: this page is empty, and the next one begins where it did."""
    url: str = decoded["meta"]["url"]
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    # Twilio's tokens may end in padding, which means nothing; so this is another token for the same place.
    token = f"{query['PageToken']}=" if "PageToken" in query else scene.start_token
    query |= {"Page": str(int(query["Page"]) + 1), "PageToken": token}
    following = parts._replace(query=urlencode(query, quote_via=quote)).geturl()
    return decoded | {scene.key: [], "meta": decoded["meta"] | {"next_page_url": following}}


def unknown_fields(decoded: Page, scene: Scene) -> Page:
    """Add a field that no schema knows to the page, its meta and every record."""
    extra = {UNKNOWN: {"list": [1, "two", None, {"three": 3.5}], "text": "naïve"}}
    listed = [record | extra for record in decoded[scene.key]]
    return {scene.key: listed, "meta": decoded["meta"] | extra} | extra


def unknown_values(record: Page, scene: Scene) -> Page:
    """Put a value that the schema does not list wherever it lists some."""
    return {name: "carrier_pigeon" if name in scene.with_enum else value for name, value in record.items()}


def wrong_types(record: Page, _: Scene) -> Page:
    """Give every attribute a value of another type."""
    return {name: _of_another_type(value) for name, value in record.items()}


def _of_another_type(value: object) -> object:
    match value:
        case bool():
            return "yes"
        case str():
            return 42
        case None:
            return [None]
        case _:
            return "an object once"


def nulls(record: Page, _: Scene) -> Page:
    """Make every attribute null."""
    return dict.fromkeys(record)


def big_integers(record: Page, _: Scene) -> Page:
    """Make every integer one beyond 64 bits, and add some."""
    return cast("Page", _enlarge(record)) | {UNKNOWN: [2**63, 2**64, -(2**63) - 1, 10**40]}


def _enlarge(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int():
            return value + 2**70
        case dict():
            return {name: _enlarge(each) for name, each in cast("Page", value).items()}
        case _:
            return value


def text_with(suffix: str) -> Callable[[Page, Scene], Page]:
    """Put `suffix` behind whatever text of a record is free, and into a new attribute."""

    def change(record: Page, scene: Scene) -> Page:
        free = {name: f"{record[name] or ''}{suffix}" for name in record if name in scene.free_text}
        return record | free | {UNKNOWN: suffix}

    return change
