"""Flows and accounts for the tests of the report."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flexflows.cli._source import Account

from flexflows import FlexFlow, FlexFlowsError

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
RECORDS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("records.json").read_bytes())
SMS = RECORDS["terraform-state-default-sms"]


def sid(number: int, prefix: str = "FO") -> str:
    return f"{prefix}{number:032x}"


def make_flow(**attributes: Any) -> FlexFlow:
    """Build an SMS flow that leads to Studio, with some attributes replaced."""
    return FlexFlow.from_dict({**SMS, **attributes})


def make_account(
    *flows: FlexFlow, profile: str | None = "prod", number: int = 1, error: str | None = None, is_complete: bool = True
) -> Account:
    failure = None if error is None else FlexFlowsError(error)
    return Account(profile, sid(number, "AC"), failure=failure, has_more=not is_complete, flows=list(flows))
