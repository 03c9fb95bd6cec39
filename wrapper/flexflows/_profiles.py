"""The profiles of the Twilio CLI, read from its `config.json`; nothing is written.

The layout is that of https://github.com/twilio/twilio-cli-core/blob/main/src/services/config.js and of the CLI's
`profiles:create`. An unusable file or profile raises a `ConfigurationError` that names it.
"""

import json
import os
import stat
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, cast

import attrs

from . import _environment
from ._errors import ConfigurationError

MAX_FILE = 1024 * 1024
"""The maximum size of a config file, in bytes."""


@attrs.frozen
class Profile:
    """A profile of the Twilio CLI: an account's API key, region and edge."""

    name: str
    source: Path
    account_sid: str | None = None
    api_key: str | None = None
    api_secret: str | None = attrs.field(default=None, repr=False)
    region: str | None = None
    edge: str | None = None

    def __str__(self) -> str:
        return f"profile {self.name!r} in {self.source}"


@attrs.frozen
class CliConfig:
    """The contents of the Twilio CLI's `config.json`; without such a file, no profiles."""

    path: Path
    profiles: Mapping[str, Profile] = attrs.field(factory=dict[str, Profile])
    active: str | None = None
    legacy: frozenset[str] = frozenset()
    requires_name: bool = False

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read `$TWILIO_CONFIG_DIR/config.json`, else `~/.twilio-cli/config.json`."""
        path = config_path(environ)
        try:
            document = json.loads(_read_file(path).decode("utf-8-sig"))
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from None
        except (ValueError, RecursionError) as error:
            place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            raise ConfigurationError(f"{path} is not valid JSON{place}; fix or remove it") from None
        return cls._from_document(path, document)

    @classmethod
    def _from_document(cls, path: Path, document: object) -> Self:
        entries = _object(path, "the file", document)
        edge = _string(path, '"edge"', entries.get("edge"))
        profiles = {
            name: _profile(path, name, _object(path, f"profile {name!r}", entry), edge)
            for name, entry in _object(path, '"profiles"', entries.get("profiles") or {}).items()
        }
        # Versions before 2.0 listed their profiles without the secrets, which were in the system's keychain.
        projects = entries.get("projects")
        listed = cast("list[object]", projects) if isinstance(projects, list) else []
        legacy = [_object(path, '"projects"', entry).get("id") for entry in listed]
        return cls(
            path,
            profiles,
            active=_string(path, '"activeProject"', entries.get("activeProject")),
            legacy=frozenset(name for name in legacy if isinstance(name, str)) - profiles.keys(),
            requires_name=bool(entries.get("requireProfileInput")),
        )

    def profile(self, name: str) -> Profile:
        """Return the profile with a name."""
        if name in self.profiles:
            return self.profiles[name]
        if name in self.legacy:
            raise ConfigurationError(
                f"profile {name!r} in {self.path} has no secret, since a Twilio CLI before 2.0 created it; "
                f"create it again with `twilio profiles:create`"
            )
        near = get_close_matches(name, self.profiles)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "run `twilio profiles:list` for the list"
        raise ConfigurationError(f"there is no profile {name!r} in {self.path}; {hint}")

    def active_profile(self) -> Profile | None:
        """Return the profile that the CLI uses when none is named: the active one, or the only one."""
        if self.requires_name:
            return None
        if self.active is not None:
            return self.profile(self.active)
        return next(iter(self.profiles.values())) if len(self.profiles) == 1 else None

    @property
    def why_no_profile(self) -> str:
        """The reason why no profile is active."""
        if self.requires_name:
            return f"{self.path} has requireProfileInput: pass profile="
        if self.profiles:
            return f"{self.path} has {len(self.profiles)} profiles, none active: run `twilio profiles:use`"
        return f"no profiles in {self.path}"


def config_path(environ: Mapping[str, str]) -> Path:
    """Return the path of the Twilio CLI's configuration file."""
    folder = environ.get(_environment.CONFIG_DIR)
    # Path.expanduser raises an error without a home directory, as in many containers.
    return Path(folder or os.path.expanduser("~/.twilio-cli")) / "config.json"  # noqa: PTH111


def _read_file(path: Path) -> bytes:
    # Without O_NONBLOCK, opening a named pipe would wait for a writer.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigurationError(f"{path} is not a regular file; replace or remove it")
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise ConfigurationError(f"{path} is larger than 1 MiB, so not the Twilio CLI's; fix or remove it")
    return content


def _profile(path: Path, name: str, entry: Mapping[str, Any], edge: str | None) -> Profile:
    def value(key: str) -> str | None:
        return _string(path, f"{key} of profile {name!r}", entry.get(key))

    return Profile(
        name,
        source=path,
        account_sid=value("accountSid"),
        api_key=value("apiKey"),
        api_secret=value("apiSecret"),
        region=value("region"),
        edge=value("edge") or edge,
    )


def _object(path: Path, what: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{what} in {path} must be an object, not a JSON {type(value).__name__}")
    return cast("dict[str, Any]", value)


def _string(path: Path, what: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ConfigurationError(f"{what} in {path} must be a string, not a JSON {type(value).__name__}")
    # The CLI omits an unset value, or writes null or ""; it strips white space when it reads.
    return (value or "").strip() or None
