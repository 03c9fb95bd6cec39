"""The files that a report is made with: an earlier report for `--since`, and the accepted flows for `--accept`."""

import json
import math
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, cast

import msgspec

from flexflows import FlexFlow, FlexFlowsError

from flexflows.cli._accounts import Account
from flexflows.cli._text import shorten
from .build import Report, Selection, build

MAX_REPORT = 256 * 1024 * 1024
MAX_ACCEPTED = 4 * 1024 * 1024
"""The most bytes of each file."""
MAX_DEPTH = 200
"""The depth of the deepest record that the library reads."""
MAX_MESSAGE = 120
FLOW_SID = re.compile(r"FO[0-9a-fA-F]{32}")


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
    """Read an earlier report from the file that `flexflows report -o json` wrote.

    Args:
        path: The file.
        selection: The options that leave flows out of the new report; the earlier report must have the same.

    Raises:
        ValueError: The file is not a report, or cannot be compared with the new one; the message is one line.
    """
    data = _read_file(path, MAX_REPORT)
    try:
        document = json.loads(data, parse_constant=_refuse_constant, parse_float=_read_float)
        _check_depth(document)
        earlier = msgspec.convert(document, _Document)
        created = earlier.created.astimezone(UTC)
        accounts = [_read_account(account) for account in earlier.accounts]
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        reason = shorten(str(error) or type(error).__name__, MAX_MESSAGE)
        raise ValueError(
            f"{path} is not a report that can be compared ({reason}); name a file that this release wrote with "
            "flexflows report -o json"
        ) from None
    if earlier.selection != list(selection.options):
        options = " ".join(earlier.selection) or "neither --where nor a filter"
        raise ValueError(f"{path} was written with {options}; use the same options to compare with it")
    return build(accounts, now=created, selection=selection)


def read_accepted(path: Path) -> Mapping[str, str]:
    """Read the accepted flows from a TOML file: the SID of each, with the reason.

    Raises:
        ValueError: The file is not a list of accepted flows; the message is one line.
    """
    try:
        document = tomllib.loads(_read_file(path, MAX_ACCEPTED).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {shorten(str(error), MAX_MESSAGE)}") from None
    except RecursionError:
        raise ValueError(f"{path} is not a list of accepted flows: it is nested too deep") from None
    for sid, reason in document.items():
        name = shorten(sid, MAX_MESSAGE)
        if not FLOW_SID.fullmatch(sid):
            raise ValueError(f'{path}: {name!r} is not the SID of a flow; write FO… = "reason"')
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f'{path}: {name} has no reason; write {name} = "reason"')
    return document


def _read_file(path: Path, limit: int) -> bytes:
    """Read a regular file of a limited size; anything else could block, or never end."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise ValueError(f"{path} is not a regular file")
            data = file.read(limit + 1)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror or error}") from None
    if len(data) > limit:
        raise ValueError(f"{path} has more than {limit // 1024**2} MiB")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {shorten(text, MAX_MESSAGE)} is too large")
    return number


def _check_depth(
    value: object, room: int = MAX_DEPTH + len(("accounts", "account", "flows", "flow", "record"))
) -> None:
    if room < 0:
        raise ValueError(f"a record is nested more than {MAX_DEPTH} deep")
    if isinstance(value, (dict, list)):
        inner = cast("dict[str, Any] | list[Any]", value)
        for each in inner.values() if isinstance(inner, dict) else inner:
            _check_depth(each, room - 1)


def _read_account(account: _Account) -> Account:
    return Account(
        account.profile,
        account.account_sid,
        failure=None if account.error is None else FlexFlowsError(account.error),
        has_more=not account.is_complete,
        flows=[FlexFlow.from_dict(flow.record) for flow in account.flows],
    )
