"""The files that a report is made with: an earlier report for `--since`, and the accepted flows for `--accept`."""

import json
import math
import re
import stat
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import msgspec

from flexflows import FlexFlow, FlexFlowsError
from flexflows.cli._accounts import Account

from .build import Report, Selection, build

MEBIBYTE = 1024 * 1024
MAX_DEPTH = 205  # of a report; the library reads records of at most 200


class _Flow(msgspec.Struct):
    record: dict[str, Any]


class _Account(msgspec.Struct):
    profile: str | None
    account_sid: str | None
    error: str | None
    is_complete: bool
    flows: list[_Flow]


class _Document(msgspec.Struct):
    format: Literal["flexflows-report"]
    version: Literal[1]
    created: Annotated[datetime, msgspec.Meta(tz=True)]
    selection: list[str]
    accounts: list[_Account]


def read_since(path: Path, selection: Selection) -> Report:
    """Read an earlier report, whose selection must be the same; a `ValueError` says in one line what is wrong."""
    data = _read_file(path, 256 * MEBIBYTE)
    try:
        document = json.loads(data, parse_constant=_parse_number, parse_float=_parse_number)
        _check_depth(document, MAX_DEPTH)
        earlier = msgspec.convert(document, _Document)
        created = earlier.created.astimezone(UTC)
        accounts = [_build_account(account) for account in earlier.accounts]
    except (ValueError, OverflowError, RecursionError) as error:
        hint = "name a file that this release wrote with flexflows report -o json"
        raise ValueError(f"{path} is not a report ({error}); {hint}") from None
    if earlier.selection != list(selection.options):
        options = " ".join(earlier.selection) or "neither --where nor a filter"
        raise ValueError(f"{path} was written with {options}; use the same options to compare with it")
    return build(accounts, created, selection, {})


def read_accepted(path: Path) -> Mapping[str, str]:
    """Read the SID of each accepted flow, with the reason; a `ValueError` says in one line what is wrong."""
    data = _read_file(path, 4 * MEBIBYTE)
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not TOML in UTF-8: {error}") from None
    for sid, reason in document.items():
        if not re.fullmatch(r"FO[0-9a-fA-F]{32}", sid) or not isinstance(reason, str) or not reason.strip():
            raise ValueError(f'{path}: the entry {sid!r} is not the SID of a flow and its reason; write FO… = "reason"')
    return document


def _read_file(path: Path, limit: int) -> bytes:
    """Read a regular file of a limited size; another one could block, or never end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            raise ValueError(f"{path} is not a regular file of at most {limit // MEBIBYTE} MiB")
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror or error}") from None


def _parse_number(text: str) -> float:
    if not math.isfinite(float(text)):
        raise ValueError(f"{text} is not a number of JSON")
    return float(text)


def _check_depth(value: Any, most: int) -> None:
    if most < 0:
        raise ValueError("it is nested too deep")
    if isinstance(value, (dict, list)):
        inner = cast("dict[str, Any] | list[Any]", value)
        for each in inner.values() if isinstance(inner, dict) else inner:
            _check_depth(each, most - 1)


def _build_account(account: _Account) -> Account:
    failure = None if account.error is None else FlexFlowsError(account.error)
    flows = [FlexFlow.from_dict(flow.record) for flow in account.flows]
    return Account(account.profile, account.account_sid, failure=failure, has_more=not account.is_complete, flows=flows)
