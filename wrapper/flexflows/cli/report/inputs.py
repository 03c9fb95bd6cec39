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
from flexflows.cli._text import shorten

from .build import Report, Selection, build

MEBIBYTE = 1024 * 1024
MAX_DEPTH = 205  # of a report; the library reads records of at most 200
MAX_MESSAGE = 120


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
    """Read an earlier report from JSON; the options that leave flows out of the new one must be the same.

    Raises:
        ValueError: The file is not a report, or cannot be compared with the new one; the message is one line.
    """
    data = _read_file(path, 256 * MEBIBYTE)
    try:
        document = json.loads(data, parse_constant=_read_number, parse_float=_read_number)
        _check_depth(document, MAX_DEPTH)
        earlier = msgspec.convert(document, _Document)
        created = earlier.created.astimezone(UTC)
        accounts = [_read_account(account) for account in earlier.accounts]
    except (ValueError, OverflowError, RecursionError) as error:
        hint = "name a file that this release wrote with flexflows report -o json"
        raise ValueError(f"{path} is not a report ({shorten(str(error), MAX_MESSAGE)}); {hint}") from None
    if earlier.selection != list(selection.options):
        options = " ".join(earlier.selection) or "neither --where nor a filter"
        raise ValueError(f"{path} was written with {options}; use the same options to compare with it")
    return build(accounts, created, selection)


def read_accepted(path: Path) -> Mapping[str, str]:
    """Read the accepted flows from TOML: the SID of each, with the reason.

    Raises:
        ValueError: The file is not a list of accepted flows; the message is one line.
    """
    data = _read_file(path, 4 * MEBIBYTE)
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not TOML in UTF-8: {shorten(str(error), MAX_MESSAGE)}") from None
    for sid, reason in document.items():
        name = shorten(sid, MAX_MESSAGE)
        if not re.fullmatch(r"FO[0-9a-fA-F]{32}", sid):
            raise ValueError(f'{path}: {name!r} is not the SID of a flow; write FO… = "reason"')
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f'{path}: {name} has no reason; write {name} = "reason"')
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


def _read_number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{shorten(text, MAX_MESSAGE)} is not a number of JSON")
    return number


def _check_depth(value: object, room: int) -> None:
    if room < 0:
        raise ValueError("it is nested too deep")
    if isinstance(value, (dict, list)):
        inner = cast("dict[str, Any] | list[Any]", value)
        for each in inner.values() if isinstance(inner, dict) else inner:
            _check_depth(each, room - 1)


def _read_account(account: _Account) -> Account:
    failure = None if account.error is None else FlexFlowsError(account.error)
    flows = [FlexFlow.from_dict(flow.record) for flow in account.flows]
    return Account(account.profile, account.account_sid, failure=failure, has_more=not account.is_complete, flows=flows)
