"""Where the records come from: the options that say so, and the accounts that they mean."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
import click

from flexflows._credentials import NO_CREDENTIALS
from flexflows._errors import ConfigurationError
from flexflows._profiles import CliConfig, config_path

from ._accounts import Account, Query
from ._raw import RawFlexFlows

if TYPE_CHECKING:
    from flexflows.sandbox import Sandbox

NO_ACCOUNT = (
    "no Twilio credentials found; set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with "
    "TWILIO_AUTH_TOKEN; or make a profile with `twilio profiles:create` (looked for in {path}); or try --sandbox"
)


@attrs.frozen
class Source:
    """What the options say.

    Attributes:
        profiles: The profiles that were named, each once.
        all_profiles: Whether all there are are meant.
        base_url: Another origin for the API.
        sandbox: Whether to list a sandbox that lives as long as the command.
        query: What to ask of each account.
    """

    profiles: tuple[str, ...]
    all_profiles: bool
    base_url: str | None
    sandbox: bool
    query: Query

    def __attrs_post_init__(self) -> None:
        given = {
            "--sandbox": self.sandbox,
            "--all-profiles": self.all_profiles,
            "-p": bool(self.profiles),
            "--base-url": self.base_url is not None,
        }
        for one, others in (("--sandbox", ("--all-profiles", "-p", "--base-url")), ("--all-profiles", ("-p",))):
            for other in others:
                if given[one] and given[other]:
                    raise click.UsageError(f"{one} and {other} exclude each other")
        if self.query.cursor is not None and self.query.friendly_name is not None:
            raise click.UsageError("--cursor carries its --friendly-name: leave that out")
        if self.query.cursor is not None and self.has_several:
            raise click.UsageError("--cursor goes on with one account: name its profile alone")

    @property
    def has_several(self) -> bool:
        """Whether several accounts are meant."""
        return self.all_profiles or len(self.profiles) > 1

    @contextmanager
    def accounts(self) -> Generator[list[Account], None, None]:
        """Give the accounts; a sandbox lives as long as the block."""
        if self.sandbox:
            with _started() as sandbox:
                yield [self._of_sandbox(sandbox)]
        elif self.profiles or self.all_profiles:
            yield [self._of_profile(name) for name in self.profiles or _all_profiles(os.environ)]
        else:
            yield [Account(None, self._of_environment, self.query)]

    def _of_sandbox(self, sandbox: "Sandbox") -> Account:
        def connect() -> RawFlexFlows:
            return RawFlexFlows(sandbox.account_sid, sandbox.auth_token, base_url=sandbox.url)

        return Account(None, connect, self.query)

    def _of_profile(self, name: str) -> Account:
        return Account(name, lambda: RawFlexFlows(profile=name, base_url=self.base_url), self.query)

    def _of_environment(self) -> RawFlexFlows:
        try:
            return RawFlexFlows(base_url=self.base_url)
        except ConfigurationError as error:
            path = config_path(os.environ)
            if str(error) != NO_CREDENTIALS.format(path=path):
                raise
            # The library's own words name its arguments.
            raise ConfigurationError(NO_ACCOUNT.format(path=path)) from None


def _started() -> "Sandbox":
    from flexflows.sandbox import Sandbox  # noqa: PLC0415 - not needed by those who have an account

    return Sandbox()


def _all_profiles(environ: Mapping[str, str]) -> list[str]:
    config = CliConfig.read(environ)
    names = [*config.profiles, *sorted(config.legacy)]
    if not names:
        raise ConfigurationError(f"there are no profiles in {config.path}; make one with `twilio profiles:create`")
    return names


def complete_profile(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a profile."""
    try:
        return [name for name in CliConfig.read(os.environ).profiles if name.startswith(incomplete)]
    except ConfigurationError:
        return []
