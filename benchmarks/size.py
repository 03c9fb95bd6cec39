"""What an installation takes on disk."""

from collections.abc import Iterator
from pathlib import Path

from environments import site_packages
from measure import Measure, Target
from options import Options


def measure(options: Options) -> Iterator[Measure]:  # noqa: ARG001 - the same for every group
    """Compare the library and twilio-python, each with all that it needs."""
    yield Measure(
        "Installed size, with all needs",
        "MB",
        {"flexflows": [_megabytes("library")], "twilio-python": [_megabytes("twilio")]},
        (Target("twilio-python", "times less", 4, 6),),
        "With the byte code that pip compiles, as on a user's disk: "
        f"without it {_megabytes('library', compiled=False):.1f} and {_megabytes('twilio', compiled=False):.1f} MB. "
        "Neither counts pip, or Python itself.",
        ("flexflows", "twilio-python"),
    )


def _megabytes(environment: str, *, compiled: bool = True) -> float:
    files = [path for path in site_packages(environment).rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files if compiled or not _is_compiled(path)) / 1e6


def _is_compiled(path: Path) -> bool:
    return path.suffix == ".pyc"
