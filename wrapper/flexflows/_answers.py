"""What an answer says: reads its bytes into records and a page's place, or into the error that they are."""

import codecs
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, cast

import attrs
import httpx

from ._errors import ApiError, UnexpectedResponseError, api_error_class, one_line


@attrs.frozen
class Listing:
    """One answer of a list endpoint, decoded and not yet typed."""

    records: list[dict[str, Any]]
    meta: dict[str, Any]


def read_listing(response: httpx.Response, key: str) -> Listing:
    """Read a 2xx answer.

    Args:
        response: The answer, its body read.
        key: The name of the attribute that holds the records.

    Raises:
        UnexpectedResponseError: It is something else than a page of this list.
    """
    body = response.content
    try:
        document = _decode_json(body)
    except ValueError as error:
        what = _not_json(response) or f"not valid JSON: {one_line(str(error), most=100)}"
        raise UnexpectedResponseError(
            f"expected a page of {key!r}, and the answer is {what}",
            response=response,
            broken_off=_trimmed(body)[:1] == b"{",
        ) from None
    wrong = _wrong_shape(document, key)
    if wrong is not None:
        raise UnexpectedResponseError(f"expected a page of {key!r}, and {wrong}", response=response)
    return Listing(document[key], document["meta"])


def read_error(response: httpx.Response) -> ApiError:
    """Turn an answer that is no 2xx into its error, whatever its body is."""
    try:
        body = _decode_json(response.content)
    except ValueError:
        body = None
    fields = _object(body)
    first = _object(next(iter(_list(fields.get("errors"))), None))
    # Legacy and V1 bodies have a message; RFC 9457 has a detail and a title; {"errors": […]} has them one level down.
    message = _first(str, (fields, ("message", "detail", "title")), (first, ("message", "detail")))
    # A problem's "type" is the page that explains it, unless it is the "about:blank" of RFC 9457.
    more_info = _first(str, (fields, ("more_info", "type")), (first, ("more_info",)))
    return api_error_class(response.status_code)(
        one_line(message) if message else _phrase(response.status_code),
        response=response,
        code=_first(int, (fields, ("code",)), (first, ("code",))),
        more_info=more_info if more_info and more_info.startswith("https://") else None,
        details=next((fields[name] for name in ("details", "errors", "params") if fields.get(name)), None),
        retry_after=retry_after(response.headers, now=datetime.now(UTC)),
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Read `Retry-After` (RFC 9110, 10.2.3) as seconds from now, 0 or more; `None` without one that can be read.

    Args:
        headers: The answer's.
        now: The time that a date in it is measured from, unless the answer has a `Date` of its own.
    """
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


def _decode_json(body: bytes) -> Any:
    """Decode JSON; a number that Python's float cannot hold, and NaN, are no JSON to keep.

    Raises:
        ValueError: It is not JSON.
    """
    import msgspec  # noqa: PLC0415 - costs every import of flexflows otherwise

    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # The careful way: lone surrogates and a byte order mark, which the fast way refuses, are read.
        try:
            return json.loads(body, parse_constant=_refuse, parse_float=_finite)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {number} is out of range")
    return value


def _not_json(response: httpx.Response) -> str | None:
    """Say what a body that does not decode is, where that can be told."""
    body = _trimmed(response.content)
    if not body:
        return "empty"
    if body[:1] == b"<":
        return "HTML" if b"<html" in body[:1000].lower() or b"<!doctype html" in body[:100].lower() else "XML"
    if body[:1] not in b"{[":
        kind = one_line(response.headers.get("Content-Type") or "no content type", most=50)
        return f"not JSON ({kind}): {one_line(body[:200].decode('utf-8', 'replace'), most=60)!r}"
    return None


def _trimmed(body: bytes) -> bytes:
    return body.removeprefix(codecs.BOM_UTF8).strip()


def _wrong_shape(document: Any, key: str) -> str | None:
    if _kind(document) != "an object":
        return f"the answer is {_kind(document)}"
    # Without a meta nothing says whether there is a next page: to take this one for the last could lose records.
    for name, kind in ((key, "a list"), ("meta", "an object")):
        if name not in document:
            return f"the answer has no {name!r}; it has: {one_line(', '.join(document) or 'nothing', most=100)}"
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


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no message)"
