"""The accounts to list, and their pages: one account in this thread, several side by side."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import TypeVar

import attrs
import click

from flexflows._errors import FlexFlowsError

from ._raw import RawFlexFlows, RawPage

AT_ONCE = 4
"""How many accounts are asked at the same time."""
PAGES_AHEAD = 4
"""How many pages of an account may wait for their turn, which bounds the memory."""
POLL = 0.1
"""Seconds; Windows tells a thread that waits for a lock of Ctrl-C only when the wait is over."""

T = TypeVar("T")


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


def walk(accounts: Sequence[Account]) -> Generator[tuple[Account, RawPage], None, None]:
    """Give the pages of all accounts, in the accounts' order.

    The order costs no streaming: the first account's pages come as they arrive, and the next accounts are asked
    meanwhile, a few pages each.
    """
    with closing(_in_turn(accounts[0]) if len(accounts) == 1 else _side_by_side(accounts)) as pages:
        for account, page in pages:
            yield account, page
            account.took(page)


def _in_turn(account: Account) -> Generator[tuple[Account, RawPage], None, None]:
    with closing(account.pages()) as pages:
        for page in pages:
            yield account, page
    account.is_complete = account.failure is None


@attrs.frozen
class _End:
    """Stands after an account's last page.

    Attributes:
        error: What broke that no listing should: a mistake in the arguments, or of ours.
    """

    error: BaseException | None = None


class _Lane:
    """An account's pages on their way from its thread."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._queue: queue.Queue[RawPage | _End] = queue.Queue(PAGES_AHEAD)

    def fill(self, abandoned: threading.Event) -> None:
        """Put the pages in, from the account's thread."""
        end = _End()
        try:
            with closing(self.account.pages()) as pages:
                for page in pages:
                    if not self._put(page, abandoned):
                        return
        except BaseException as error:  # noqa: BLE001 - raised again where someone sees it
            end = _End(error)
        self._put(end, abandoned)

    def _put(self, item: RawPage | _End, abandoned: threading.Event) -> bool:
        while not abandoned.is_set():
            try:
                self._queue.put(item, timeout=POLL)
            except queue.Full:
                continue
            return True
        return False

    def pages(self) -> Iterator[RawPage]:
        """Take the pages out."""
        while True:
            try:
                item = self._queue.get(timeout=POLL)
            except queue.Empty:
                continue
            if isinstance(item, _End):
                break
            yield item
        if item.error is not None:
            raise item.error
        self.account.is_complete = self.account.failure is None


def _side_by_side(accounts: Sequence[Account]) -> Generator[tuple[Account, RawPage], None, None]:
    lanes = [_Lane(account) for account in accounts]
    waiting: queue.SimpleQueue[_Lane] = queue.SimpleQueue()
    for lane in lanes:
        waiting.put(lane)
    abandoned = threading.Event()

    def work() -> None:
        while not abandoned.is_set():
            try:
                lane = waiting.get_nowait()
            except queue.Empty:
                return
            lane.fill(abandoned)

    # Lanes are taken in the order in which they are emptied, so no thread waits for one that nobody has begun.
    # Daemons: one that waits for an answer does not hold up the end of the command.
    for number in range(min(AT_ONCE, len(lanes))):
        threading.Thread(target=work, name=f"flexflows-{number}", daemon=True).start()
    try:
        for lane in lanes:
            for page in lane.pages():
                yield lane.account, page
    finally:
        abandoned.set()
