"""URLs in formats that are shared: passwords and keys in them are masked."""

import re
from urllib.parse import unquote_plus

MASK = "***"
_BETWEEN_WORDS = re.compile(r"([\s\"'<>]+)")
_USER = re.compile(r"((?:[^/?#]*//)?)[^/?#]*@")
_PARAMETER = re.compile(r"(?<=[?&;#])([^=&;#?]*)(=?)([^&;#]*)")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEY_NAME = re.compile(
    r"(?<![a-z])(auth|authorization|bearer|code|jwt|pass|pwd|pw|sas|session|sig)(?![a-z])"
    r"|(credentials?|key|passphrase|passw(or)?d|secret|signature|token)s?(?![a-z])"
)
_KEY = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-")
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


def mark(text: str, masked: str) -> str:
    """Return a masked text, with a word that says so if it differs."""
    return text if masked == text else f"{masked} (masked)"


def mask_text(text: str) -> str:
    """Return a text with what is secret in its URLs masked."""
    if "//" not in text:
        return text
    return "".join(mask_url(word) if "//" in word else word for word in _BETWEEN_WORDS.split(text))


def mask_url(url: str) -> str:
    """Return a URL with `***` for its user info, and for each parameter whose name or value looks like a key's."""
    return _PARAMETER.sub(_mask_parameter, _USER.sub(rf"\1{MASK}@", url, count=1) if _USER.match(url) else url)


def _mask_parameter(match: re.Match[str]) -> str:
    name, equals, value = match.groups()
    if not equals:
        return MASK if _is_key(name) else name
    words = _CAMEL_CASE.sub("_", unquote_plus(name)).lower()
    return f"{name}={MASK}" if value and (_KEY_NAME.search(words) or _is_key(value)) else match[0]


def _is_key(value: str) -> bool:
    """Return whether a value looks like a key, or holds a URL with a secret; a SID is not secret."""
    text = unquote_plus(value)
    if "//" in text:
        return mask_url(text) != text
    return _KEY.search(text) is not None and _SID.fullmatch(text) is None
