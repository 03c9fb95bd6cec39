"""Checks of a caller's arguments; an error names the parameter and states what it must be."""

from operator import index

MAX_SECONDS = 1_000_000
"""About 11 days; no platform's sockets accept a timeout of more than 24 days."""


def text(name: str, value: object) -> str | None:
    """Return the value, or raise a `TypeError` if it is not a string or `None`."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} must be a string or None, not {_described(value)}")
    return value


def integer(name: str, value: object, *, least: int, most: int | None = None) -> int:
    """Return the value as an integer, or raise an error if it is not one from `least` to `most`."""
    expected = f"an integer of {least} or more" if most is None else f"an integer from {least} to {most}"
    try:
        number = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]  # raises a TypeError
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} must be {expected}, not {_described(value)}")
    if number < least or (most is not None and number > most):
        raise ValueError(f"{name} must be {expected}, not {_amount(number)}")
    return number


def seconds(name: str, value: object) -> float:
    """Return the value as a number of seconds, or raise an error if it is not one above 0."""
    try:
        number = None if isinstance(value, bool | str | bytes | bytearray) else float(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    except OverflowError:
        raise ValueError(f"{name} must be at most {MAX_SECONDS} seconds") from None
    if number is None:
        raise TypeError(f"{name} must be a number of seconds or an httpx.Timeout, not {_described(value)}")
    if not 0 < number <= MAX_SECONDS:
        raise ValueError(f"{name} must be more than 0 and at most {MAX_SECONDS} seconds, not {_amount(number)}")
    return number


def _amount(value: float) -> str:
    # Python converts no integer of more than 4,300 digits to text.
    return str(value) if isinstance(value, float) or abs(value) < 10**18 else "a number that large"


def _described(value: object) -> str:
    # The type alone: the value may be a secret that was passed in the wrong place.
    return "None" if value is None else f"of type {type(value).__name__}"
