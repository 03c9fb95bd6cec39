"""The accounts of a sandbox: their credentials and their Flex Flows."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from flexflows._generated import FlexFlow

from ._records import Record, make_records, make_sid, to_record

Flows: TypeAlias = int | Iterable[Mapping[str, Any] | FlexFlow]


@attrs.frozen
class SandboxAccount:
    """An account of a sandbox.

    Attributes:
        account_sid: The account's SID, which goes with `auth_token`.
        auth_token: The account's token.
        api_key: An API key's SID, which goes with `api_secret`.
        api_secret: The API key's secret.
        flows: The Flex Flows, in the list's order; the next response shows any change of this list.
    """

    account_sid: str
    auth_token: str = attrs.field(repr=False)
    api_key: str
    api_secret: str = attrs.field(repr=False)
    flows: list[Record] = attrs.field(repr=False)

    def accepts(self, credentials: str) -> bool:
        """Return whether `user:password` are credentials of this account."""
        return credentials in {f"{self.account_sid}:{self.auth_token}", f"{self.api_key}:{self.api_secret}"}


def make_account(
    flows: Flows, argument: str, seed: object, account_sid: str | None, auth_token: str | None
) -> SandboxAccount:
    """Return an account with records or a number of generated ones; `argument` is the name of `flows` for errors."""
    account_sid = account_sid or make_sid("AC", seed)
    if isinstance(flows, Iterable):
        records = [to_record(each, f"{argument}[{index}]") for index, each in enumerate(flows)]
    else:
        records = make_records(flows, argument, seed, account_sid)
    return SandboxAccount(
        account_sid,
        auth_token or make_sid("", seed, "auth token"),
        make_sid("SK", seed),
        make_sid("", seed, "api secret"),
        records,
    )


def write_profiles(folder: str, accounts: Mapping[str, SandboxAccount]) -> None:
    """Write a configuration of the Twilio CLI with the accounts as its profiles, of which the first is active."""
    profiles = {
        name: {"accountSid": each.account_sid, "apiKey": each.api_key, "apiSecret": each.api_secret}
        for name, each in accounts.items()
    }
    config = {"profiles": profiles, "activeProject": next(iter(profiles))}
    Path(folder, "config.json").write_text(json.dumps(config), encoding="utf-8")
