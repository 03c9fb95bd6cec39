"""Flows and accounts for the tests of the report."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flexflows import FlexFlow
from flexflows.cli._accounts import AccountFlows

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
RECORDS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("records.json").read_bytes())
SMS = RECORDS["terraform-state-default-sms"]


def sid(number: int, prefix: str = "FO") -> str:
    return f"{prefix}{number:032x}"


def make_flow(**attributes: Any) -> FlexFlow:
    """Build an ordinary SMS flow that leads to Studio, but for these attributes."""
    return FlexFlow.from_dict({**SMS, **attributes})


def make_account(
    *flows: FlexFlow, profile: str | None = "prod", number: int = 1, error: str | None = None, is_complete: bool = True
) -> AccountFlows:
    return AccountFlows(profile, sid(number, "AC"), flows, error, is_complete and error is None)
