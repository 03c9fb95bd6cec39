"""The source of the flows: the accounts that the options select, each once, with the position to resume from."""

import base64
import json
import os
import zlib
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import click

from flexflows import FlexFlow, FlexFlows, _environment
from flexflows._credentials import NO_CREDENTIALS
from flexflows._errors import ConfigurationError, FlexFlowsError
from flexflows._profiles import CliConfig, Profile

from ._columns import Condition
from ._terminal import Terminal
from ._text import one_line

DEFAULT_TIMEOUT = 30.0
RESUME_PREFIX = "r."
"""Prefix of the command's own cursors; cursors of the Python package have no dot."""
NO_ACCOUNT = (
    "no Twilio credentials found; set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with "
    "TWILIO_AUTH_TOKEN; or create a profile with `twilio profiles:create` ({reason}); or try --sandbox"
)


@attrs.frozen
class Source:
    """The accounts to read, and the flows to select.

    Attributes:
        terminal: The terminal of the command.
        profiles: The profiles that were named, each once.
        all_profiles: Whether to read every profile of the Twilio CLI.
        base_url: Another origin for the API.
        sandbox: Whether to list an embedded sandbox, which lives as long as the command.
        filters: The operation's own filters.
        where: The conditions that a flow must satisfy.
        limit: The most flows of each account, of those that satisfy the conditions; `None`: all.
        timeout: The seconds that one attempt at a request may take.
        is_verbose: Whether each attempt is reported on standard error.
        page_size: The most records in a page; `None`: the most that the API allows.
        cursor: The cursor to resume from.
    """

    terminal: Terminal
    profiles: tuple[str, ...] = ()
    all_profiles: bool = False
    base_url: str | None = None
    sandbox: bool = False
    filters: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    where: tuple[Condition, ...] = ()
    limit: int | None = None
    timeout: float = DEFAULT_TIMEOUT
    is_verbose: bool = False
    page_size: int | None = None
    cursor: str | None = None

    def __attrs_post_init__(self) -> None:
        sources = {"--sandbox": self.sandbox, "--all-profiles": self.all_profiles, "-p": self.profiles}
        given = [name for name, value in sources.items() if value]
        if self.sandbox and self.base_url is not None:
            given.append("--base-url")
        if len(given) > 1:
            raise usage_error(f"{' and '.join(given)} exclude each other; keep one")

    @property
    def has_several(self) -> bool:
        """Whether the options can select several accounts."""
        return self.all_profiles or len(self.profiles) > 1


def usage_error(message: str) -> click.UsageError:
    """Return a usage error of the running command."""
    return click.UsageError(message, click.get_current_context(silent=True))


@attrs.frozen
class Position:
    """A position in an account's listing.

    Attributes:
        cursor: The cursor of the page; `None`: the first page.
        skip: How many of the page's records were delivered or left out already.
        delivered: How many matching flows of the account were delivered before.
        torn: How many bytes of the next row were written, if a signal cut it off.
    """

    cursor: str | None = None
    skip: int = 0
    delivered: int = 0
    torn: int = 0


@attrs.define(eq=False)
class Account:
    """One account to read, and how far it was read.

    Attributes:
        profile: Its profile; `None`: the environment's credentials, or the sandbox.
        account_sid: Its SID, from the credentials or else from its records.
        connections: Functions that open a client for it: with its profile, then with the other profiles.
        other_profiles: Profiles of the same account, each used only if those before it are refused.
        position: The position after the last delivered flow.
        failure: The error that ended its reading, if any.
        is_done: Whether all of its flows that are wanted were delivered.
        has_more: Whether `--limit` left some of its flows out.
        is_duplicate: Whether an earlier account turned out to have the same records.
        flows: Its flows, for commands that need all of them at once.
    """

    profile: str | None
    account_sid: str | None
    connections: list[Callable[[], FlexFlows]] = attrs.field(factory=list[Callable[[], FlexFlows]])
    other_profiles: list[str] = attrs.field(factory=list[str])
    position: Position = attrs.field(factory=Position)
    failure: FlexFlowsError | None = None
    is_done: bool = False
    has_more: bool = False
    is_duplicate: bool = False
    flows: list[FlexFlow] = attrs.field(factory=list[FlexFlow])

    @property
    def error(self) -> str | None:
        """The failure in one line; the flows of a failed account count in no total."""
        return None if self.failure is None else one_line(str(self.failure))

    @property
    def is_complete(self) -> bool:
        """Whether its flows are all that match."""
        return self.failure is None and not self.has_more


@contextmanager
def open_accounts(source: Source) -> Generator[list[Account], None, None]:
    """Yield the accounts of a source, each once; a sandbox lives as long as the block."""
    if source.sandbox:
        from flexflows.sandbox import Sandbox  # noqa: PLC0415 - it needs an extra

        with Sandbox() as sandbox:
            credentials = (sandbox.account_sid, sandbox.auth_token)
            yield _resumed(source, [_account(source, None, credentials[0], *credentials, base_url=sandbox.url)])
    elif source.profiles or source.all_profiles:
        yield _resumed(source, _profile_accounts(source))
    else:
        yield _resumed(source, [_environment_account(source)])


def _account(
    source: Source, profile: str | None, account_sid: str | None, *credentials: str, base_url: str | None
) -> Account:
    def connect() -> FlexFlows:
        return FlexFlows(*credentials, profile=profile, base_url=base_url, timeout=source.timeout)

    return Account(profile, account_sid, [connect])


def _environment_account(source: Source) -> Account:
    def connect() -> FlexFlows:
        try:
            return FlexFlows(base_url=source.base_url, timeout=source.timeout)
        except ConfigurationError as error:
            reason = CliConfig.read(os.environ).why_no_profile
            if str(error) != NO_CREDENTIALS.format(reason=reason):
                raise
            # The library's message names arguments of its functions, not options.
            raise ConfigurationError(NO_ACCOUNT.format(reason=reason.replace("pass profile=", "use -p"))) from None

    account_sid = os.environ.get(_environment.ACCOUNT_SID)
    if not account_sid:
        try:
            profile = CliConfig.read(os.environ).active_profile()
        except ConfigurationError:  # `connect` raises it, when it matters
            profile = None
        account_sid = profile.account_sid if profile else None
    return Account(None, account_sid, [connect])


def _profile_accounts(source: Source) -> list[Account]:
    config = CliConfig.read(os.environ)
    names = source.profiles or (*config.profiles, *sorted(config.legacy))
    if not names:
        raise ConfigurationError(f"{config.path} has no profiles; create one with `twilio profiles:create`")
    accounts: list[Account] = []
    originals: dict[tuple[str, str], Account] = {}
    for name in names:
        profile = config.profiles.get(name)
        account = _account(source, name, profile.account_sid if profile else None, base_url=source.base_url)
        keys = _identities(profile) if profile is not None and profile.api_key and profile.api_secret else []
        original = next((originals[key] for key in keys if key in originals), None)
        if original is None:
            accounts.append(account)
        else:
            original.other_profiles.append(name)
            original.connections.append(account.connections[0])
        for key in keys:
            originals.setdefault(key, original or account)
    for account in accounts:
        for other in account.other_profiles:
            note_duplicate(source.terminal, other, account)
    return accounts


def _identities(profile: Profile) -> list[tuple[str, str]]:
    """Return a profile's keys; two profiles with a common key are of one account in one region."""
    region = profile.region or ("us1" if profile.edge else os.environ.get(_environment.REGION) or "us1")
    return [(value, region) for value in (profile.account_sid, profile.api_key) if value]


def note_duplicate(terminal: Terminal, profile: str, original: Account) -> None:
    terminal.error(
        f"note: profile {profile!r} is the same account as {original.profile!r}"
        f"{f' ({original.account_sid})' if original.account_sid else ''}; its flows are listed once"
    )


def _resumed(source: Source, accounts: list[Account]) -> list[Account]:
    """Return the accounts that remain to be read, each at the position in the cursor."""
    if source.cursor is None:
        return accounts
    if not source.cursor.startswith(RESUME_PREFIX):
        if source.has_several:
            raise usage_error("this --cursor belongs to one account; name its profile alone with -p")
        if source.filters:
            names = " and ".join(f"--{name.replace('_', '-')}" for name in source.filters)
            raise usage_error(f"--cursor already includes its filters; remove {names}")
        accounts[0].position = Position(source.cursor)
        return accounts
    positions = _parse_resume_cursor(source.cursor)
    by_profile = {account.profile: account for account in accounts}
    if unknown := [profile for profile in positions if profile not in by_profile]:
        raise usage_error(f"--cursor belongs to a listing of profile {unknown[0]!r}; add -p {unknown[0]}")
    for profile, position in positions.items():
        by_profile[profile].position = position
    return [account for account in accounts if account.profile in positions]


def resume_cursor(accounts: Sequence[Account]) -> str:
    """Return the cursor that resumes accounts, each at its position."""
    positions = [[account.profile, *attrs.astuple(account.position)] for account in accounts]
    packed = zlib.compress(json.dumps(positions, separators=(",", ":")).encode(), 9)
    return RESUME_PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _parse_resume_cursor(text: str) -> dict[str | None, Position]:
    try:
        encoded = text.removeprefix(RESUME_PREFIX)
        packed = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        positions: list[Any] = json.loads(zlib.decompressobj().decompress(packed, 1 << 22))
        return {profile: Position(cursor, *map(int, counts)) for profile, cursor, *counts in positions}
    except (ValueError, TypeError, zlib.error):
        raise usage_error("--cursor is not a cursor that this command printed; copy all of it, unchanged") from None
