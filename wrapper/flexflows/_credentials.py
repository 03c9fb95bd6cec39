"""Find the credentials in the arguments, a profile or the environment, and check their form.

Twilio accepts HTTP Basic with an account SID and its auth token, or with an API key's SID and its secret
(https://www.twilio.com/docs/usage/requests-to-twilio). Missing, incomplete or malformed credentials raise a
`ConfigurationError` that names their source.
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

_QUOTES = "\"'`“”‘’"  # noqa: RUF001 - also as word processors write them


@attrs.frozen
class NamedValue:
    """A value and the name that the user knows it by; errors show only the name, since the value may be a secret."""

    name: str
    value: str | None = attrs.field(repr=False)


def find_auth(
    arguments: Mapping[str, str | None], profile: Profile | None, environ: Mapping[str, str]
) -> tuple[httpx.Auth, Profile | None]:
    """Return the credentials of the first source that has any, and the active profile if it is that source.

    The sources, in order: the arguments, the named profile, the environment, the active profile.
    """
    given = [NamedValue(name, arguments[name]) for name in ARGUMENTS]
    if any(each.value is not None for each in given):
        return _argument_auth(*given), None
    if profile is not None:
        return _profile_auth(profile), None
    variables = [NamedValue(name, environ.get(name) or None) for name in VARIABLES]  # an empty variable counts as unset
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
        # Twilio's own SDK takes an account SID beside an API key; the key alone authenticates.
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
        f"{sid.name} is set without its credentials; set {token.name}, or {key.name} and {secret.name}"
    )


def _profile_auth(profile: Profile) -> httpx.Auth:
    sid, key, secret = (
        NamedValue(f"accountSid of {profile}", profile.account_sid),
        NamedValue(f"apiKey of {profile}", profile.api_key),
        NamedValue(f"apiSecret of {profile}", profile.api_secret),
    )
    missing = [value.name for value in (sid, key, secret) if value.value is None]
    if missing:
        raise ConfigurationError(
            f"missing {', '.join(missing)}; create the profile again with `twilio profiles:create`"
        )
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
    return f"{' and '.join(value.name for value in present)} without {missing.name}; set both"


def _basic(username: NamedValue, password: NamedValue) -> httpx.BasicAuth:
    return httpx.BasicAuth(username.value or "", _check_text(password))


def _check_sid(value: NamedValue, prefix: str, what: str) -> None:
    text = _check_text(value)
    if not text.startswith(prefix):
        found = {"AC": "an account SID", "SK": "an API key's SID"}.get(text[:2], "another value")
        raise ConfigurationError(f"{value.name} must be {what} ({prefix}…), not {found}")
    if not (text.isalnum() and text.isascii()):
        raise ConfigurationError(f"{value.name} must be {what} ({prefix}…) of letters A to Z and digits only; fix it")


def _check_text(value: NamedValue) -> str:
    text = value.value or ""
    if not text:
        raise ConfigurationError(f"{value.name} is empty; set it, or leave it out")
    if any(character.isspace() for character in text):
        raise ConfigurationError(f"{value.name} contains white space (perhaps a line break at its end); remove it")
    if text[0] in _QUOTES or text[-1] in _QUOTES:
        raise ConfigurationError(f"{value.name} has quotation marks around it; remove them")
    if not text.isprintable():
        raise ConfigurationError(f"{value.name} contains non-printable characters; remove them")
    return text
