"""The report on what is left to migrate to Flex Conversations, and what blocks it, in four formats."""

from .build import AccountReport, GradedFlow, Report, Selection, build
from .changes import Comparison, compare
from .documents import to_csv, to_json
from .facts import Grade
from .inputs import read_accepted, read_since

__all__ = [
    "AccountReport",
    "Comparison",
    "GradedFlow",
    "Grade",
    "Report",
    "Selection",
    "build",
    "compare",
    "read_accepted",
    "read_since",
    "to_csv",
    "to_json",
]
