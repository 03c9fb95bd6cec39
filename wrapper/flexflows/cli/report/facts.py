"""The migration facts of `facts.toml`: grades, reasons and work lists, with the pages that say so."""

import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Any, NamedTuple

import attrs


class Grade(StrEnum):
    """How hard a flow is to migrate, hardest first; what a record does not say may be harder than what it says."""

    REDESIGN = "redesign"
    LOOK_AT_IT = "look at it"
    PORT_CODE = "port code"
    CONNECT_TRIGGER = "connect the trigger"


class Citation(NamedTuple):
    """A page of Twilio's documentation."""

    title: str
    url: str


@attrs.frozen(eq=False)
class Fact:
    """A reason, a work list or a general fact; a reason without a grade is a note."""

    code: str
    label: str
    text: str
    sources: tuple[Citation, ...]
    grade: Grade | None = None
    observation: str = ""


def _facts(name: str) -> dict[str, Fact]:
    def fact(code: str, *, sources: list[str], grade: str = "", **texts: str) -> Fact:
        cited = tuple(Citation(**_DOCUMENT["sources"][key]) for key in sources)
        return Fact(code, sources=cited, grade=Grade(grade) if grade else None, **texts)

    return {code: fact(code, **table) for code, table in _DOCUMENT[name].items()}


_FILE = files("flexflows.cli.report").joinpath("facts.toml")
_DOCUMENT: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
GRADES = list(Grade)
OBSERVED = "An observation, not Twilio's word:"
SENTENCES = {grade: str(_DOCUMENT["grades"][grade]) for grade in GRADES}
"""What each grade means."""
GENERAL, REASONS, WORK_LISTS = _facts("general"), _facts("reasons"), _facts("work-lists")
"""The facts about all flows, the reasons, and the work lists, by code, in the report's order."""
