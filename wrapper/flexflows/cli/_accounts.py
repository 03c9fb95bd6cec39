"""The accounts to list, what is asked of each, and how far it has come."""

from collections.abc import Callable, Generator

import attrs
import click

from flexflows._errors import FlexFlowsError
from flexflows._paging import RawPage

from ._raw import RawFlexFlows


@attrs.frozen
class Query:
    """What is asked of each account."""

    friendly_name: str | None = None
    limit: int | None = None
    page_size: int | None = None
    cursor: str | None = None


@attrs.define(eq=False)
class Account:
    """One account's listing, and how far it has come.

    Attributes:
        profile: The profile that it is reached by; `None`: by the environment's credentials.
        connect: Opens a client for it.
        query: What is asked.
        taken: How many of its records were dealt with.
        cursor: Where the records that were not begin, once a page was dealt with; `None` after the last.
        failure: Why it ended early, if it did.
        is_complete: Whether all of its records were dealt with.
    """

    profile: str | None
    connect: Callable[[], RawFlexFlows]
    query: Query
    taken: int = 0
    cursor: str | None = None
    failure: FlexFlowsError | None = None
    is_complete: bool = False

    def pages(self) -> Generator[RawPage, None, None]:
        """Ask for the pages; a failure ends them, and is kept.

        Raises:
            click.UsageError: The query is out of range, or its cursor is none.
        """
        try:
            with self.connect() as flows:
                yield from self._asked(flows)
        except FlexFlowsError as error:
            self.failure = error

    def _asked(self, flows: RawFlexFlows) -> Generator[RawPage, None, None]:
        query = self.query
        try:
            return flows.pages(query.friendly_name, limit=query.limit, page_size=query.page_size, cursor=query.cursor)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    def took(self, page: RawPage) -> None:
        """Note that a page was dealt with."""
        self.taken += len(page)
        self.cursor = page.next_cursor

    @property
    def is_unfinished(self) -> bool:
        """Whether records are left that were not dealt with, and may still be asked for."""
        is_last = self.taken > 0 and self.cursor is None
        return not (self.is_complete or is_last or self.left == 0) and self.failure is None

    @property
    def left(self) -> int | None:
        """How many records are still wanted; `None`: all."""
        return None if self.query.limit is None else self.query.limit - self.taken
