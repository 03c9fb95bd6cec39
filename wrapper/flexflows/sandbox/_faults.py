"""The catalogue of faults: one row for each, and nothing else about it anywhere else."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from attrs import field, frozen

from flexflows.sandbox import _effects as effects
from flexflows.sandbox._answer import Answer, Delivery, error
from flexflows.sandbox._effects import Effect


class Leaves(Enum):
    """What a client can still get out of an answer that a fault has struck, if it asks no second time."""

    EVERYTHING = "the whole page, and the way to the next one"
    ALTERED = "the whole page, its records altered, and the way to the next one"
    PAGE = "the whole page, and no way to the next one"
    NOTHING = "no page"


@frozen
class FaultKind:
    """A row of the catalogue."""

    name: str
    does: str
    """One line on what it does, to follow the name."""
    leaves: Leaves
    effect: Effect = field(repr=False)
    adds: int = 0
    """How many records the account has more once the answer is sent."""


_TOO_MANY = (429, 20429, "Too Many Requests")
_DEEP = 100_000
_BROKEN_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + b"this is no deflated data" * 9
_SIDE_EFFECTS = "\x1b[2J\x1b[31m\x1b]0;title\x07[bold red]\r\n\t\u202e\u2028"

_EVERYTHING, _ALTERED, _PAGE, _NOTHING = Leaves

_ROWS = (
    # Errors in Twilio's legacy form.
    FaultKind("401", "wrong credentials, code 20003", _NOTHING, effects.instead(error(401, 20003, "Authenticate"))),
    FaultKind(
        "403", "account suspended, code 20403", _NOTHING, effects.instead(error(403, 20403, "Account suspended"))
    ),
    FaultKind("404", "not found, code 20404", _NOTHING, effects.instead(error(404, 20404, "Not found"))),
    FaultKind("429", "too many requests, without Retry-After", _NOTHING, effects.instead(error(*_TOO_MANY))),
    FaultKind(
        "429_retry_after",
        "too many requests, Retry-After: 1",
        _NOTHING,
        effects.instead(error(*_TOO_MANY, ("retry-after", "1"))),
    ),
    FaultKind("429_retry_date", "too many requests, Retry-After a date", _NOTHING, effects.too_many_until(2)),
    FaultKind(
        "429_retry_later",
        "too many requests, Retry-After an hour",
        _NOTHING,
        effects.instead(error(*_TOO_MANY, ("retry-after", "3600"))),
    ),
    FaultKind(
        "429_retry_unreadable",
        "too many requests, Retry-After no time at all",
        _NOTHING,
        effects.instead(error(*_TOO_MANY, ("retry-after", "soon"))),
    ),
    FaultKind(
        "500", "internal error, code 20500", _NOTHING, effects.instead(error(500, 20500, "Internal Server Error"))
    ),
    FaultKind("503", "unavailable, code 20503", _NOTHING, effects.instead(error(503, 20503, "Service Unavailable"))),
    # Errors of a gateway.
    FaultKind("503_html", "unavailable, a page of HTML", _NOTHING, effects.gateway(503)),
    FaultKind("520", "a status of Cloudflare's", _NOTHING, effects.gateway(520, b"error code: 520")),
    FaultKind("999", "a status beyond all", _NOTHING, effects.gateway(999)),
    FaultKind(
        "redirect",
        "sent elsewhere, 307 to a host that is not the API's",
        _NOTHING,
        effects.gateway(307, b"", ("location", "https://elsewhere.invalid/v1/")),
    ),
    # Errors in other forms.
    FaultKind(
        "error_rfc9457",
        "403 as RFC 9457 has it, code 70051",
        _NOTHING,
        effects.denied(
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
    ),
    FaultKind(
        "error_v1",
        "403 in Twilio's form called V1, code 45003",
        _NOTHING,
        effects.denied(
            403,
            {
                "code": 45003,
                "message": "Not authorized",
                "httpStatusCode": 403,
                "params": {"permission": "flex"},
                "userError": True,
            },
        ),
    ),
    FaultKind(
        "error_list",
        "400 with a list of errors, code 20001",
        _NOTHING,
        effects.denied(
            400, {"errors": [{"code": 20001, "message": "One thing"}, {"code": 20002, "message": "Another"}]}
        ),
    ),
    FaultKind(
        "error_details",
        "400 in Twilio's legacy form, with details",
        _NOTHING,
        effects.denied(
            400, {"code": 20001, "message": "Bad request", "status": 400, "details": {"reason": ["a", "b"]}}
        ),
    ),
    FaultKind(
        "error_without_code",
        "403 without a code",
        _NOTHING,
        effects.denied(403, {"message": "Forbidden", "status": 403}),
    ),
    FaultKind(
        "error_wrong_types",
        "400 whose fields have wrong types",
        _NOTHING,
        effects.denied(400, {"code": "many", "message": ["a"], "status": None, "more_info": 7, "details": "x"}),
    ),
    FaultKind("error_empty", "403 with nothing", _NOTHING, effects.instead(Answer(403, b""))),
    FaultKind("error_not_json", "403 that says JSON and is none", _NOTHING, effects.instead(Answer(403, b"{'oops'"))),
    FaultKind(
        "error_not_utf8",
        "403 whose JSON is Latin-1",
        _NOTHING,
        effects.instead(Answer(403, '{"code": 20403, "message": "Déjà suspendu"}'.encode("latin-1"))),
    ),
    # The connection.
    FaultKind("close", "no answer, the connection closed", _NOTHING, effects.delivered(Delivery.CLOSE)),
    FaultKind("reset", "no answer, the connection reset", _NOTHING, effects.delivered(Delivery.RESET)),
    FaultKind(
        "reset_after_headers",
        "the headers, then the connection reset",
        _NOTHING,
        effects.delivered(Delivery.RESET_AFTER_HEADERS),
    ),
    FaultKind("cut_off", "half of a body whose length is given", _NOTHING, effects.delivered(Delivery.CUT_OFF)),
    FaultKind("cut_off_chunked", "half of a chunked body", _NOTHING, effects.delivered(Delivery.CUT_OFF_IN_CHUNKS)),
    FaultKind("stall", "no answer, the connection open", _NOTHING, effects.delivered(Delivery.STALL)),
    FaultKind(
        "stall_in_body", "half of a body, the connection open", _NOTHING, effects.delivered(Delivery.STALL_IN_BODY)
    ),
    FaultKind("trickle", "the first bytes one at a time", _EVERYTHING, effects.delivered(Delivery.TRICKLE)),
    FaultKind(
        "broken_gzip",
        "a body that says gzip and is none",
        _NOTHING,
        effects.body(lambda _: _BROKEN_GZIP, ("content-encoding", "gzip")),
    ),
    # 200, and no page.
    FaultKind("html", "a page of HTML under 200", _NOTHING, effects.gateway(200)),
    FaultKind("empty", "nothing under 200", _NOTHING, effects.body(lambda _: b"")),
    FaultKind(
        "half_json", "JSON that ends in the middle", _NOTHING, effects.body(lambda whole: whole[: len(whole) // 2])
    ),
    FaultKind(
        "not_utf8", "a page that is not UTF-8", _NOTHING, effects.body(lambda whole: b'{"\xff\xfe":0,' + whole[1:])
    ),
    FaultKind("null", "null for a page", _NOTHING, effects.body(lambda _: b"null")),
    FaultKind("list", "a list for a page", _NOTHING, effects.page(lambda page, scene: page[scene.key])),
    FaultKind("no_list", "a page without its list", _NOTHING, effects.page(lambda page, _: {"meta": page["meta"]})),
    FaultKind("list_null", "null for the list", _NOTHING, effects.page(lambda page, scene: page | {scene.key: None})),
    FaultKind(
        "list_of_strings",
        "strings for records",
        _NOTHING,
        effects.page(lambda page, scene: page | {scene.key: ["one", "two"]}),
    ),
    FaultKind(
        "deep_nesting",
        "an attribute that is lists in lists, 100,000 deep",
        _NOTHING,
        effects.records(lambda record, _: record | {effects.UNKNOWN: effects.RAW}, raw="[" * _DEEP + "]" * _DEEP),
    ),
    # Odd records.
    FaultKind("unknown_fields", "fields that no schema knows", _ALTERED, effects.page(effects.unknown_fields)),
    FaultKind("unknown_values", "values that no enum lists", _ALTERED, effects.records(effects.unknown_values)),
    FaultKind("wrong_types", "values of other types", _ALTERED, effects.records(effects.wrong_types)),
    FaultKind("nulls", "null everywhere", _ALTERED, effects.records(effects.nulls)),
    FaultKind("no_attributes", "records that are empty", _ALTERED, effects.records(lambda _record, _scene: {})),
    FaultKind("big_integers", "integers beyond 64 bits", _ALTERED, effects.records(effects.big_integers)),
    FaultKind(
        "huge_float",
        "the number 1e400",
        _ALTERED,
        effects.records(lambda record, _: record | {effects.UNKNOWN: effects.RAW}, raw="1e400"),
    ),
    FaultKind("lone_surrogates", "half characters in texts", _ALTERED, effects.records(effects.text_with("\ud83d"))),
    FaultKind(
        "side_effects", "texts that act on a terminal", _ALTERED, effects.records(effects.text_with(_SIDE_EFFECTS))
    ),
    # Paging.
    FaultKind(
        "no_meta", "a page without its meta", _PAGE, effects.page(lambda page, scene: {scene.key: page[scene.key]})
    ),
    FaultKind(
        "repeated_cursor",
        "a next page that is this page",
        _PAGE,
        effects.next_page(lambda url, _: url, even_without=True),
    ),
    FaultKind(
        "cursor_wrong_path",
        "a next page that is not of this list",
        _PAGE,
        effects.next_page(lambda url, scene: url.replace(scene.path, "/v1/Elsewhere")),
    ),
    FaultKind(
        "cursor_unreadable",
        "a next page whose URL is none",
        _PAGE,
        effects.next_page(lambda _url, _scene: "https://[::1/\x00", even_without=True),
    ),
    FaultKind(
        "cursor_wrong_type",
        "a next page that is a number",
        _PAGE,
        effects.next_page(lambda _url, _scene: 42, even_without=True),
    ),
    FaultKind(
        "cursor_other_host",
        "a next page on a host that is not the API's",
        _EVERYTHING,
        effects.next_page(lambda url, _: effects.with_host(url, "elsewhere.invalid")),
    ),
    FaultKind(
        "cursor_reordered",
        "a next page's parameters in another order",
        _EVERYTHING,
        effects.next_page(effects.reordered),
    ),
    FaultKind("cursor_padded", "a token that ends in ==", _EVERYTHING, effects.next_page(lambda url, _: f"{url}==")),
    FaultKind(
        "cursor_escaped", "a token that ends in %3D%3D", _EVERYTHING, effects.next_page(lambda url, _: f"{url}%3D%3D")
    ),
    FaultKind("empty_page", "an empty page before the next one", _EVERYTHING, effects.page(effects.empty_page)),
    FaultKind("flows_added", "three flows more after this answer", _EVERYTHING, effects.same, adds=3),
)

FAULTS: Mapping[str, FaultKind] = MappingProxyType({row.name: row for row in _ROWS})
"""Every fault by its name."""
