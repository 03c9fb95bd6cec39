"""The migration facts of `facts.toml`: grades, reasons and work lists, with the pages that say so."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from typing import Any

import attrs

DOCUMENTS = "https://www.twilio.com/docs/"


class Grade(StrEnum):
    """How hard a flow is to migrate, the hardest first: the hardest grade of its reasons.

    “Look at it” comes second: what the record does not say may be harder than what it says, and nothing is harder than
    a redesign.
    """

    REDESIGN = "redesign"
    LOOK_AT_IT = "look at it"
    PORT_CODE = "port code"
    CONNECT_TRIGGER = "connect the trigger"

    @property
    def rank(self) -> int:
        """Its place among the grades; 0 is the hardest."""
        return list(Grade).index(self)

    @property
    def slug(self) -> str:
        """Its name without blanks, for options and style sheets."""
        return self.value.replace(" ", "-")

    @property
    def sentence(self) -> str:
        """What it means."""
        return SENTENCES[self]


@attrs.frozen
class Source:
    """A page of Twilio's documentation."""

    title: str
    url: str


@attrs.frozen(eq=False)
class Fact:
    """A reason, a work list or a general fact, with its sources; a reason without a grade is a note."""

    code: str
    label: str
    text: str
    sources: tuple[Source, ...]
    grade: Grade | None = None


_DOCUMENT = tomllib.loads(files("flexflows.cli.report").joinpath("facts.toml").read_text(encoding="utf-8"))
_SOURCES = {key: Source(each["title"], DOCUMENTS + each["path"]) for key, each in _DOCUMENT["sources"].items()}


def _facts(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Fact]:
    return {
        code: Fact(
            code,
            table["label"],
            table["text"],
            tuple(_SOURCES[key] for key in table["sources"]),
            Grade(table["grade"]) if "grade" in table else None,
        )
        for code, table in tables.items()
    }


SENTENCES = {Grade(name): sentence for name, sentence in _DOCUMENT["grades"].items()}
"""The meaning of each grade in a sentence."""
GENERAL = _facts(_DOCUMENT["general"])
"""The facts about all flows, by code."""
REASONS = _facts(_DOCUMENT["reasons"])
"""The reasons by code, hardest first, with the notes last."""
WORK_LISTS = _facts(_DOCUMENT["work-lists"])
"""The work lists by code, in the report's order."""
