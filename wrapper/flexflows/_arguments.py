"""Checks of what a caller passes: each names the parameter, the value, and what would be right."""

MAX_SECONDS = 1_000_000
"""About 11 days; the sockets of no platform take more than 24 of them."""


def text(name: str, value: object) -> str | None:
    """Accept a string or `None`.

    Raises:
        TypeError: It is something else.
    """
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} must be a string or None, not {_shown(value)}")
    return value


def integer(name: str, value: object, *, least: int, most: int | None = None) -> int:
    """Accept an integer from `least` to `most`.

    Raises:
        TypeError: It is not an integer.
        ValueError: It is out of range.
    """
    wanted = f"an integer of {least} or more" if most is None else f"an integer from {least} to {most}"
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be {wanted}, not {_shown(value)}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{name} must be {wanted}, not {_amount(value)}")
    return value


def flag(name: str, value: object) -> bool:
    """Accept `True` or `False`.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {_shown(value)}")
    return value


def seconds(name: str, value: object) -> float:
    """Accept a number of seconds above 0.

    Raises:
        TypeError: It is not a number.
        ValueError: It is not above 0, or more than 1,000,000.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds or an httpx.Timeout, not {_shown(value)}")
    if not 0 < value <= MAX_SECONDS:
        raise ValueError(f"{name} must be more than 0 seconds, and {MAX_SECONDS} at most, not {_amount(value)}")
    return float(value)


def _amount(value: float) -> str:
    # Python spells no integer of more than 4,300 digits.
    return str(value) if isinstance(value, float) or abs(value) < 10**18 else "one of that size"


def _shown(value: object) -> str:
    # The type alone: the value may be a secret that was passed in the wrong place.
    return "None" if value is None else f"of type {type(value).__name__}"
