"""Parse a response into the records and the meta of a page, or into an error."""

import codecs
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httpx

from ._errors import ApiError, UnexpectedResponseError, api_error_class, one_line

if TYPE_CHECKING:
    import msgspec

MAX_DEPTH = 200
"""The deepest nesting of a body; Python can encode, copy and pickle objects that are a few hundred levels deep."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def parse_list(body: bytes | bytearray, content_type: str, key: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the records and the meta of a 2xx response, or raise an `UnexpectedResponseError`."""
    try:
        document = _decode_json(body)
    except ValueError as error:
        is_truncated = _is_truncated(body)
        fault = "it is truncated" if is_truncated else one_line(str(error), most=100)
        start = bytes(body[:1000]).removeprefix(codecs.BOM_UTF8).lstrip()
        what = _describe_other(start, content_type) or f"not valid JSON: {fault}"
        raise UnexpectedResponseError(
            f"expected a page of {key!r}, but the body is {what}", truncated=is_truncated and start[:1] == b"{"
        ) from None
    wrong = _wrong_shape(document, key)
    if wrong is not None:
        raise UnexpectedResponseError(f"expected a page of {key!r}, but {wrong}")
    return document[key], document["meta"]


def parse_error(response: httpx.Response) -> ApiError:
    """Return the error for a response whose status is not 2xx, whatever its body."""
    try:
        body = _decode_json(response.content)
    except ValueError:
        body = None
    fields = _object(body)
    first = _object(next(iter(_list(fields.get("errors"))), None))
    # Legacy and V1 bodies have a message; RFC 9457 has a title and a detail; {"errors": […]} has them one level down.
    title, detail = _first(str, (fields, ("title",))), _first(str, (fields, ("detail",)))
    problem = ": ".join(text for text in (title, detail if detail != title else None) if text)
    message = _first(str, (fields, ("message",))) or problem or _first(str, (first, ("message", "detail")))
    # A problem's "type" is the page that explains it, unless it is the "about:blank" of RFC 9457.
    more_info = _first(str, (fields, ("more_info", "type")), (first, ("more_info",)))
    return api_error_class(response.status_code)(
        one_line(message) if message else _phrase(response),
        response=response,
        code=_first(int, (fields, ("code",)), (first, ("code",))),
        more_info=more_info if more_info and more_info.startswith("https://") else None,
        details=next((fields[name] for name in ("details", "errors", "params") if fields.get(name)), None),
        retry_after=retry_after(response.headers, now=datetime.now(UTC)),
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Parse `Retry-After` (RFC 9110, 10.2.3) as seconds from now, 0 or more; `None` if it is missing or unreadable."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    then = _http_date(value)
    if then is None:
        return None
    return max(0.0, (then - (_http_date(headers.get("Date", "")) or now)).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    except (ValueError, OverflowError):
        return None


def _decode_json(body: bytes | bytearray) -> Any:
    """Return the value of JSON, or raise a `ValueError`, also for NaN and for a number that no float can hold."""
    import msgspec  # noqa: PLC0415 - keeps msgspec out of `import flexflows`

    if body.startswith(codecs.BOM_UTF8):
        body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return _flat_decoder().decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # json also reads deeper values and lone surrogates.
        try:
            document = json.loads(body, parse_constant=_refuse, parse_float=_finite)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in (*_list(value), *_object(value).values())]
    if level:
        raise ValueError("it is nested too deeply")
    return document


@cache
def _flat_decoder() -> "msgspec.json.Decoder[Any]":
    """Return a decoder that accepts only the nesting of a usual response, and checks it at no cost."""
    import msgspec  # noqa: PLC0415 - as above

    plain = None | bool | int | float | str
    kind: Any = plain
    for _ in range(6):
        kind = plain | list[kind] | dict[str, kind]
    return msgspec.json.Decoder(kind)


def _is_truncated(body: bytes | bytearray) -> bool:
    """Return whether a body is valid JSON that stops before its end."""
    import msgspec  # noqa: PLC0415 - as above

    fault = ""
    try:
        # msgspec would report an earlier lone surrogate instead, or treat its missing half as the end.
        msgspec.json.decode(_SURROGATE.sub(rb"\\u0020", body.removeprefix(codecs.BOM_UTF8)))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        fault = str(error)
    return fault == "Input data was truncated"


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {number} is out of range")
    return value


def _describe_other(start: bytes, content_type: str) -> str | None:
    """Return a description of a body that is not JSON, judging by its start; `None` if it may be JSON."""
    if not start:
        return "empty"
    if start[:1] == b"<":
        return "HTML" if b"<html" in start.lower() or b"<!doctype html" in start[:100].lower() else "XML"
    if start[:1] not in b"{[":
        kind = one_line(content_type or "no content type", most=50)
        return f"not JSON ({kind}): {one_line(start[:200].decode('utf-8', 'replace'), most=60)!r}"
    return None


def _wrong_shape(document: Any, key: str) -> str | None:
    if _kind(document) != "an object":
        return f"the body is {_kind(document)}"
    # Without a meta there may be a next page: treating this page as the last could lose records.
    for name, kind in ((key, "a list"), ("meta", "an object")):
        if name not in document:
            return f"the body has no {name!r}; it has: {one_line(', '.join(document) or 'nothing', most=100)}"
        if _kind(document[name]) != kind:
            return f"{name!r} is {_kind(document[name])}"
    for index, record in enumerate(document[key]):
        if type(record) is not dict:
            return f"{key}[{index}] is {_kind(record)}"
    return None


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []  # type: ignore[redundant-cast]  # pyright: list[Unknown]


_KINDS: Mapping[type, str] = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")


def _first(kind: type, *places: tuple[Mapping[str, Any], tuple[str, ...]]) -> Any:
    return next(
        (fields[name] for fields, names in places for name in names if type(fields.get(name)) is kind and fields[name]),
        None,
    )


def _phrase(response: httpx.Response) -> str:
    """Return the status's standard phrase, and the target of a redirect, which is not followed."""
    try:
        phrase = HTTPStatus(response.status_code).phrase
    except ValueError:
        phrase = "(no message)"
    location = response.headers.get("Location") if 300 <= response.status_code <= 399 else None  # noqa: PLR2004
    return phrase if location is None else f"{phrase}: redirected to {one_line(location, most=200)!r}, not followed"
