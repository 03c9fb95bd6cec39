"""Find the credentials, in arguments, a profile or the environment, and check their form.

Twilio takes HTTP Basic, with an account SID and its auth token or an API key's SID and its secret
(https://www.twilio.com/docs/usage/requests-to-twilio). Credentials that are missing, incomplete or malformed are a
`ConfigurationError`, which names the source.
"""

from collections.abc import Iterable, Mapping

import attrs
import httpx

from . import _environment
from ._errors import ConfigurationError
from ._profiles import CliConfig, Profile

NO_CREDENTIALS = (
    "no Twilio credentials found; pass account_sid and auth_token, api_key and api_secret, auth=, or profile=; "
    "or set TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN; "
    "or create a profile with `twilio profiles:create` ({reason})"
)

ARGUMENTS = ("account_sid", "auth_token", "api_key", "api_secret")
VARIABLES = (_environment.ACCOUNT_SID, _environment.AUTH_TOKEN, _environment.API_KEY, _environment.API_SECRET)

_QUOTES = "\"'`“”‘’"  # noqa: RUF001 - what word processors make of them


@attrs.frozen
class NamedValue:
    """A value with the name by which the user knows it, which is all that an error may show of a secret."""

    name: str
    value: str | None = attrs.field(repr=False)


def find_auth(
    arguments: Mapping[str, str | None], profile: Profile | None, environ: Mapping[str, str]
) -> tuple[httpx.Auth, Profile | None]:
    """Return the first credentials of: the arguments, the named profile, the environment, the active profile.

    The active profile comes with them, where they are its.
    """
    given = [NamedValue(name, arguments[name]) for name in ARGUMENTS]
    if any(each.value is not None for each in given):
        return _argument_auth(*given), None
    if profile is not None:
        return _profile_auth(profile), None
    variables = [NamedValue(name, environ.get(name) or None) for name in VARIABLES]  # an empty one counts as unset
    if any(each.value is not None for each in variables):
        return _environment_auth(*variables), None
    config = CliConfig.read(environ)
    active = config.active_profile()
    if active is None:
        raise ConfigurationError(NO_CREDENTIALS.format(reason=config.why_no_profile))
    return _profile_auth(active), active


def _argument_auth(sid: NamedValue, token: NamedValue, key: NamedValue, secret: NamedValue) -> httpx.Auth:
    if sid.value is not None:
        _check_sid(sid, "AC", "an account SID")
    if _is_complete_pair(key, secret):
        # An account SID beside an API key is how Twilio's own SDK takes them; the key alone authenticates.
        return _key_auth(key, secret)
    _is_complete_pair(sid, token)
    return _basic(sid, token)


def _environment_auth(sid: NamedValue, token: NamedValue, key: NamedValue, secret: NamedValue) -> httpx.Auth:
    if sid.value is None:
        raise ConfigurationError(_missing_half([each for each in (token, key, secret) if each.value is not None], sid))
    _check_sid(sid, "AC", "an account SID")
    if key.value is not None and secret.value is not None:
        return _key_auth(key, secret)
    if token.value is not None:
        return _basic(sid, token)
    raise ConfigurationError(
        f"{sid.name} is set, and neither {token.name} nor both of {key.name} and {secret.name}; set one or the other"
    )


def _profile_auth(profile: Profile) -> httpx.Auth:
    sid, key, secret = (
        NamedValue(f"accountSid of {profile}", profile.account_sid),
        NamedValue(f"apiKey of {profile}", profile.api_key),
        NamedValue(f"apiSecret of {profile}", profile.api_secret),
    )
    missing = [value.name for value in (sid, key, secret) if value.value is None]
    if missing:
        raise ConfigurationError(f"there is no {', no '.join(missing)}; create it again with `twilio profiles:create`")
    _check_sid(sid, "AC", "an account SID")
    return _key_auth(key, secret)


def _key_auth(key: NamedValue, secret: NamedValue) -> httpx.Auth:
    _check_sid(key, "SK", "an API key's SID")
    return _basic(key, secret)


def _is_complete_pair(one: NamedValue, other: NamedValue) -> bool:
    if (one.value is None) != (other.value is None):
        present, missing = (one, other) if other.value is None else (other, one)
        raise ConfigurationError(_missing_half([present], missing))
    return one.value is not None


def _missing_half(present: Iterable[NamedValue], missing: NamedValue) -> str:
    return f"{' and '.join(value.name for value in present)} given without {missing.name}; give both"


def _basic(username: NamedValue, password: NamedValue) -> httpx.BasicAuth:
    return httpx.BasicAuth(username.value or "", _check_text(password))


def _check_sid(value: NamedValue, prefix: str, what: str) -> None:
    text = _check_text(value)
    if not (text.startswith(prefix) and text.isalnum() and text.isascii()):
        found = {"AC": "an account SID", "SK": "an API key's SID"}.get(text[:2], "something else")
        raise ConfigurationError(f"{value.name} must be {what} ({prefix}…), and is {found}")


def _check_text(value: NamedValue) -> str:
    text = value.value or ""
    if not text:
        raise ConfigurationError(f"{value.name} is empty")
    if any(character.isspace() for character in text):
        raise ConfigurationError(f"{value.name} has white space in it (a line break at its end, perhaps); remove it")
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        raise ConfigurationError(f"{value.name} has quotation marks around it; remove them")
    if not text.isprintable():
        raise ConfigurationError(f"{value.name} has characters in it that cannot be printed; remove them")
    return text
