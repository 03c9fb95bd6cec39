"""The Twilio CLI's profiles, as it stores them in `config.json`; nothing else is read from there, nothing is written.

The layout is that of https://github.com/twilio/twilio-cli-core/blob/main/src/services/config.js and of the CLI's
`profiles:create`.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

import attrs

from ._errors import ConfigurationError


@attrs.frozen
class Profile:
    """One profile: an account's API key, and the region and edge to reach it by.

    Attributes:
        name: The profile's name.
        source: The file it comes from.
    """

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
    """What the Twilio CLI's `config.json` says; without such a file, one without profiles."""

    path: Path
    profiles: Mapping[str, Profile] = attrs.field(factory=dict[str, Profile])
    active: str | None = None
    legacy: frozenset[str] = frozenset()

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read `$TWILIO_CONFIG_DIR/config.json`, else `~/.twilio-cli/config.json`.

        Raises:
            ConfigurationError: The file is there and cannot be read, or is not what the CLI writes.
        """
        path = config_path(environ)
        try:
            document = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls(path)
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from None
        except (ValueError, RecursionError) as error:
            place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            raise ConfigurationError(f"{path} is not valid JSON{place}; mend it, or move it away") from None
        return cls._from_document(path, document)

    @classmethod
    def _from_document(cls, path: Path, document: object) -> Self:
        entries = _object(path, "the file", document)
        edge = _string(path, '"edge"', entries.get("edge"))
        profiles = {
            name: _profile(path, name, _object(path, f"profile {name!r}", entry), edge)
            for name, entry in _object(path, '"profiles"', entries.get("profiles") or {}).items()
        }
        # Profiles of versions before 2.0: listed without their secrets, which were in the system's keychain.
        projects = entries.get("projects")
        listed = cast("list[object]", projects) if isinstance(projects, list) else []
        legacy = [_object(path, '"projects"', entry).get("id") for entry in listed]
        return cls(
            path,
            profiles,
            active=_string(path, '"activeProject"', entries.get("activeProject")),
            legacy=frozenset(name for name in legacy if isinstance(name, str)) - profiles.keys(),
        )

    def profile(self, name: str) -> Profile:
        """Find a profile by its name.

        Raises:
            ConfigurationError: There is none of that name.
        """
        if name in self.profiles:
            return self.profiles[name]
        if name in self.legacy:
            raise ConfigurationError(
                f"profile {name!r} in {self.path} is of an old kind, without its secret; "
                f"make it again with `twilio profiles:create`"
            )
        known = ", ".join(map(repr, sorted(self.profiles))) or "none"
        raise ConfigurationError(f"there is no profile {name!r} in {self.path}; it has: {known}")

    def active_profile(self) -> Profile | None:
        """Give the profile that the CLI would use without being told one: the active, else the first."""
        if self.active is not None:
            return self.profile(self.active)
        return next(iter(self.profiles.values()), None)


def config_path(environ: Mapping[str, str]) -> Path:
    """Say where the Twilio CLI keeps its configuration."""
    folder = environ.get("TWILIO_CONFIG_DIR")
    # Path's own expanduser raises where there is no home directory, as in many a container.
    return Path(folder or os.path.expanduser("~/.twilio-cli")) / "config.json"  # noqa: PTH111


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
        raise ConfigurationError(f"{what} in {path} must be an object, and is a JSON {type(value).__name__}")
    return cast("dict[str, Any]", value)


def _string(path: Path, what: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ConfigurationError(f"{what} in {path} must be a string, and is a JSON {type(value).__name__}")
    # The CLI leaves an unset value out, or writes null or "".
    return value or None
