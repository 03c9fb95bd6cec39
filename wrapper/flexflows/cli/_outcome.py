"""How the command ended: its exit code, and the line that says what happened and how to go on."""

import shlex
from collections.abc import Sequence
from enum import IntEnum

from flexflows._errors import ConfigurationError

from ._accounts import Account
from ._screen import say
from ._text import counted


class Code(IntEnum):
    """What the command exits with."""

    FINE = 0
    FAILED = 1
    USAGE = 2
    CONFIGURATION = 3
    DRIFT = 4
    INTERRUPTED = 130


def report_failures(accounts: Sequence[Account], *, is_out: bool = False, has_profiles: bool = False) -> Code:
    """Say on standard error which accounts failed, why, and how to go on; give the code to exit with.

    Args:
        accounts: All that were asked.
        is_out: Whether the records before a failure are out, so that a cursor continues them.
        has_profiles: Whether records are out with their profile.
    """
    failed = [account for account in accounts if account.failure is not None]
    for account in failed:
        name = f"profile {account.profile!r}: " if has_profiles else ""
        say(f"{name}{account.failure}{_onward([account], has_profiles=has_profiles) if is_out else ''}")
    if not failed:
        return Code.FINE
    # Where nothing can be asked at all, the set-up is wrong; where one of several accounts cannot be, it failed.
    is_set_up = any(not isinstance(account.failure, ConfigurationError) for account in accounts)
    return Code.FAILED if is_set_up else Code.CONFIGURATION


def report_break(what: str, accounts: Sequence[Account], *, has_profiles: bool) -> None:
    """Say on standard error that the listing was broken off, and how to go on."""
    say(what + _onward([account for account in accounts if account.is_unfinished], has_profiles=has_profiles))


def _onward(rest: Sequence[Account], *, has_profiles: bool) -> str:
    """Say which options give the records that are not out yet; nothing when none are out, for then the same do."""
    begun = [_options([account], has_profiles=has_profiles) for account in rest if account.taken]
    later = [account for account in rest if not account.taken]
    if not begun:
        return ""
    then = f", then with --no-header {_options(later, has_profiles=has_profiles)}" if later else ""
    return f"; {counted(sum(account.taken for account in rest), 'flow')} came before it; go on with {begun[0]}{then}"


def _options(accounts: Sequence[Account], *, has_profiles: bool) -> str:
    options = [f"-p {shlex.quote(account.profile)}" for account in accounts if account.profile is not None]
    if has_profiles and len(accounts) == 1:
        options.append("--with-profile")
    if accounts[0].cursor is not None:
        options.append(f"--cursor {accounts[0].cursor}")
        if accounts[0].left is not None:
            options.append(f"--limit {accounts[0].left}")
    return " ".join(options)
