"""`flexflows report`: what is left to migrate to Flex Conversations, and what blocks it."""

from flexflows.cli.report.build import AccountReport, Report, build
from flexflows.cli.report.files import read_since, to_csv, to_json

__all__ = ["AccountReport", "Report", "build", "read_since", "to_csv", "to_json"]
