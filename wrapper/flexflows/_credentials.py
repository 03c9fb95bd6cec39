"""Who asks: finds the credentials, from arguments, a profile or the environment, and checks their form.

Twilio takes HTTP Basic, with an account SID and its auth token or an API key's SID and its secret
(https://www.twilio.com/docs/usage/requests-to-twilio).
"""

from collections.abc import Iterable, Mapping

import attrs
import httpx

from ._errors import ConfigurationError
from ._profiles import CliConfig, Profile

NO_CREDENTIALS = (
    "no Twilio credentials found; give account_sid and auth_token, api_key and api_secret, auth=, or profile=; "
    "or set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; "
    "or make a profile with `twilio profiles:create` (looked for in {path})"
)


@attrs.frozen
class Value:
    """A value with the name by which its giver knows it, which is all that an error may show of a secret."""

    name: str
    value: str | None = attrs.field(repr=False)


@attrs.frozen
class Candidate:
    """What one source gives of an account's credentials."""

    account_sid: Value
    auth_token: Value
    api_key: Value
    api_secret: Value

    @property
    def given(self) -> list[Value]:
        """What is there at all."""
        values = (self.account_sid, self.auth_token, self.api_key, self.api_secret)
        return [value for value in values if value.value is not None]


def find_auth(
    arguments: Candidate, profile: Profile | None, environ: Mapping[str, str]
) -> tuple[httpx.Auth, Profile | None]:
    """Take the first credentials there are: the arguments', the named profile's, the environment's, the active one's.

    Args:
        arguments: What the caller passed; half of a pair is an error even when the other pair is whole.
        profile: The profile that the caller named: nothing after it counts.
        environ: The environment; it also says where the Twilio CLI's profiles are.

    Returns:
        The credentials, and the profile in use, if any.

    Raises:
        ConfigurationError: There are none, or the first that are there are incomplete or malformed.
    """
    if arguments.given:
        return _argument_auth(arguments), profile
    if profile is not None:
        return _profile_auth(profile), profile
    environment = from_environment(environ)
    if environment.given:
        return _environment_auth(environment), None
    config = CliConfig.read(environ)
    active = config.active_profile()
    if active is None:
        raise ConfigurationError(NO_CREDENTIALS.format(path=config.path))
    return _profile_auth(active), active


def from_arguments(
    account_sid: str | None, auth_token: str | None, api_key: str | None, api_secret: str | None
) -> Candidate:
    """Name the values after the parameters that gave them."""
    return Candidate(
        Value("account_sid", account_sid),
        Value("auth_token", auth_token),
        Value("api_key", api_key),
        Value("api_secret", api_secret),
    )


def from_environment(environ: Mapping[str, str]) -> Candidate:
    """Name the values after their variables; an empty one counts as unset."""
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
    return Candidate(*(Value(name, environ.get(name) or None) for name in names))


def _argument_auth(arguments: Candidate) -> httpx.Auth:
    if arguments.account_sid.value is not None:
        _sid(arguments.account_sid, "AC", "an account SID")
    if _whole(arguments.api_key, arguments.api_secret):
        # An account SID beside an API key is how Twilio's own SDK takes them; the key alone says who asks.
        return _basic(_sid(arguments.api_key, "SK", "an API key's SID"), arguments.api_secret)
    _whole(arguments.account_sid, arguments.auth_token)
    return _basic(arguments.account_sid, arguments.auth_token)


def _environment_auth(environment: Candidate) -> httpx.Auth:
    sid, token, key, secret = (
        environment.account_sid,
        environment.auth_token,
        environment.api_key,
        environment.api_secret,
    )
    if sid.value is None:
        raise ConfigurationError(_without(environment.given, [sid]))
    _sid(sid, "AC", "an account SID")
    if key.value is not None and secret.value is not None:
        return _basic(_sid(key, "SK", "an API key's SID"), secret)
    if token.value is not None:
        return _basic(sid, token)
    raise ConfigurationError(
        f"{sid.name} is set, and neither {token.name} nor both of {key.name} and {secret.name}; set one or the other"
    )


def _profile_auth(profile: Profile) -> httpx.Auth:
    sid, key, secret = (
        Value(f"accountSid of {profile}", profile.account_sid),
        Value(f"apiKey of {profile}", profile.api_key),
        Value(f"apiSecret of {profile}", profile.api_secret),
    )
    absent = [value.name for value in (sid, key, secret) if value.value is None]
    if absent:
        raise ConfigurationError(f"there is no {', no '.join(absent)}; make it again with `twilio profiles:create`")
    _sid(sid, "AC", "an account SID")
    return _basic(_sid(key, "SK", "an API key's SID"), secret)


def _whole(one: Value, other: Value) -> bool:
    """Say whether a pair is there; half of one is an error."""
    if (one.value is None) != (other.value is None):
        present, absent = (one, other) if other.value is None else (other, one)
        raise ConfigurationError(_without([present], [absent]))
    return one.value is not None


def _without(present: Iterable[Value], absent: Iterable[Value]) -> str:
    given, missing = (" and ".join(value.name for value in values) for values in (present, absent))
    return f"{given} given without {missing}; give both"


def _basic(username: Value, password: Value) -> httpx.BasicAuth:
    return httpx.BasicAuth(username.value or "", _printable(password))


def _sid(value: Value, prefix: str, what: str) -> Value:
    text = _printable(value)
    if not (text.startswith(prefix) and text.isalnum() and text.isascii()):
        found = {"AC": "an account SID", "SK": "an API key's SID"}.get(text[:2], "something else")
        raise ConfigurationError(f"{value.name} must be {what} ({prefix}…), and is {found}")
    return value


def _printable(value: Value) -> str:
    text = value.value or ""
    if not text:
        raise ConfigurationError(f"{value.name} is empty")
    if any(character.isspace() for character in text):
        raise ConfigurationError(f"{value.name} has white space in it (a line break at its end, perhaps); remove it")
    if not text.isprintable():
        raise ConfigurationError(f"{value.name} has characters in it that cannot be printed; remove them")
    return text
