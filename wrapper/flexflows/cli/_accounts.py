"""The accounts of a source: fetched side by side in threads, and delivered in order by the main thread.

Only the main thread delivers and counts, and it checks for a signal before each page, so that no page is half counted.
"""

import logging
import threading
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from queue import Empty, Queue
from typing import Any

from flexflows import FlexFlow, Page
from flexflows._errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    FlexFlowsError,
    PermissionDeniedError,
)

from ._app import ExitCode
from ._columns import matches_all
from ._source import Account, Position, Source, note_duplicate, open_accounts, usage_error
from ._terminal import Terminal
from ._text import one_line, pluralize, shorten

AT_ONCE = 16
"""The number of accounts that are read at the same time."""
PAGES_AHEAD = 4
"""The most pages of an account that wait to be delivered; Twilio's limit of 2,500 flows makes three."""
ACCOUNTS_AHEAD = 32
"""The most accounts that are begun and not yet delivered, which bounds the memory."""
POLL = 0.1
"""Seconds between two checks for a signal."""
MAX_REASON = 40
REFUSALS = (AuthenticationError, PermissionDeniedError, ConfigurationError)

Portion = tuple[Account, list[tuple[Position, FlexFlow]]]
"""The matching flows of one page, each with the position after it."""


def read_accounts(source: Source) -> list[Account]:
    """Read the flows of all accounts of a source, and return the accounts.

    Raises:
        Interrupted: A signal arrived.
        click.UsageError: An option has a value that the list does not take.
    """
    with (
        open_accounts(source) as accounts,
        source.terminal.signals.deferred(),
        closing(iter_portions(accounts, source)) as portions,
    ):
        for account, portion in portions:
            account.flows += [flow for _, flow in portion]
    source.terminal.signals.check()
    return [account for account in accounts if not account.is_duplicate]


def describe_accounts(accounts: Sequence[Account]) -> str:
    """Return how many of the accounts were read, as `5 of 6 accounts`."""
    return f"{sum(account.failure is None for account in accounts)} of {pluralize(len(accounts), 'account')}"


def report_failures(terminal: Terminal, accounts: Sequence[Account], more: str = "") -> ExitCode:
    """Write to standard error which accounts failed and why, and return the exit code.

    Args:
        terminal: The terminal.
        accounts: All accounts that were read.
        more: A text to append to the line of the only failure, or to write on the line after several failures.
    """
    failures = [(account, account.failure) for account in accounts if account.failure is not None]
    lines = [f"{'' if each.profile is None else f'profile {each.profile!r}: '}{failure}" for each, failure in failures]
    if more and len(lines) == 1:
        lines = [f"{lines[0]}; {more}"]
    elif more and lines:
        lines.append(more)
    for line in lines:
        terminal.error(line)
    if not failures:
        return ExitCode.OK
    # If no account can be read, the configuration is wrong; if others can, reading one failed.
    is_set_up = len(failures) < len(accounts) or not all(isinstance(each, ConfigurationError) for _, each in failures)
    return ExitCode.FAILED if is_set_up else ExitCode.CONFIGURATION


def iter_portions(accounts: Sequence[Account], source: Source) -> Generator[Portion, None, None]:
    """Yield the matching flows of all accounts, a page at a time, in the accounts' order.

    A page counts as delivered when the next one is requested.

    Raises:
        Interrupted: A signal arrived, in a block where signals are deferred.
        click.UsageError: An option has a value that the list does not take.
    """
    reader = _Reader(source, accounts)
    with reader.logged(), reader.fetching():
        yield from reader.portions()


class _Fetcher:
    """The queue of an account's pages from the thread that fetches them to the main thread."""

    def __init__(self, account: Account, source: Source) -> None:
        self.account = account
        self.results: Queue[Page | Exception | None] = Queue(PAGES_AHEAD)
        """The pages; after the last one, the error that ended the account, or `None`."""
        self.is_finished = False
        self._source = source
        self._is_abandoned = False

    def fetch(self) -> None:
        """Fetch the pages, in a thread that may wait for the main thread."""
        source, position = self._source, self.account.position
        limit = None if source.limit is None else max(0, source.limit - position.delivered)
        if limit is not None:
            # Flows that --where leaves out do not count, so only the main thread knows when the limit is reached.
            limit = None if source.where and limit else limit + position.skip
        filters = source.filters if position.cursor is None else dict[str, Any]()
        end: Exception | None = None
        is_begun = False
        for connect in self.account.connections:
            try:
                with connect() as flows:
                    for page in flows.pages(limit=limit, page_size=source.page_size, cursor=position.cursor, **filters):
                        is_begun = True
                        self.results.put(page)
                        if self._is_abandoned:
                            break
            except Exception as error:  # noqa: BLE001 - the main thread raises it, unless the account has failed
                end = end or error
                if isinstance(error, REFUSALS) and not is_begun:
                    continue  # another profile of the account may have the permission
            else:
                end = None
            break
        self.is_finished = True
        self.results.put(end)

    def abandon(self) -> None:
        """End the thread, and drop the pages that it has fetched."""
        self._is_abandoned = True
        while not self.results.empty():
            self.results.get()


def _select(source: Source, account: Account, page: Page) -> tuple[list[tuple[Position, FlexFlow]], Position, bool]:
    """Return a page's matching flows and the position after each; the position after the page; if no page follows."""
    position, delivered = account.position, account.position.delivered
    flows: list[tuple[Position, FlexFlow]] = []
    for index, flow in enumerate(page):
        if index < position.skip or not matches_all(source.where, flow, account.profile):
            continue
        if delivered == source.limit:
            account.has_more = True
            break
        delivered += 1
        flows.append((Position(position.cursor, index + 1, delivered), flow))
    is_last = page.next_cursor is None
    if delivered == source.limit and not is_last:
        account.has_more = is_last = True
    return flows, Position(page.next_cursor, max(0, position.skip - len(page)), delivered), is_last


class _Reader:
    """The reader of several accounts: the threads that fetch, and the main thread that delivers."""

    def __init__(self, source: Source, accounts: Sequence[Account]) -> None:
        self._source = source
        self._terminal = source.terminal
        self._fetchers = [_Fetcher(account, source) for account in accounts]
        self._waiting = deque(self._fetchers)
        self._room = threading.Semaphore(ACCOUNTS_AHEAD)
        self._labels: dict[int | None, str] = {}
        self._delivered = 0
        self._retries: dict[int | None, str] = {}
        self._owners: dict[tuple[str, str], Account] = {}

    @contextmanager
    def fetching(self) -> Generator[None, None, None]:
        """Fetch the accounts in threads as long as the block lasts."""
        for _ in range(min(AT_ONCE, len(self._fetchers))):
            # A daemon, since a thread that waits for a response must not delay the end of the command.
            threading.Thread(target=self._fetch_accounts, daemon=True).start()
        try:
            yield
        finally:
            self._waiting.clear()
            for fetcher in self._fetchers:
                fetcher.abandon()
            self._room.release(AT_ONCE)
            self._terminal.progress("")

    def _fetch_accounts(self) -> None:
        """Fetch the waiting accounts in their order, until no account is left."""
        while True:
            self._room.acquire()
            try:
                fetcher = self._waiting.popleft()
            except IndexError:
                return
            profile = fetcher.account.profile
            self._labels[threading.get_ident()] = "" if profile is None else f"{profile}: "
            fetcher.fetch()

    def portions(self) -> Generator[Portion, None, None]:
        """Yield the matching flows, page by page and account by account."""
        for fetcher in self._fetchers:
            account = fetcher.account
            while not account.is_done and account.failure is None:
                self._terminal.signals.check()
                self._show_progress()
                try:
                    result = fetcher.results.get(timeout=POLL)
                except Empty:
                    continue
                if isinstance(result, Page):
                    if self._is_duplicate(account, result):
                        break
                    flows, next_position, is_last = _select(self._source, account, result)
                    self._delivered += len(flows)
                    self._show_progress()
                    yield account, flows
                    account.position, account.is_done = next_position, is_last
                elif result is None:
                    account.is_done = True
                elif isinstance(result, FlexFlowsError):
                    account.failure = result
                elif isinstance(result, ValueError):  # no TypeError: click has checked the types
                    raise usage_error(str(result))
                else:
                    raise result
            fetcher.abandon()
            self._room.release()

    def _is_duplicate(self, account: Account, page: Page) -> bool:
        """Check whether an earlier account has the same records, and remember the owner of new records."""
        keys = [(flow.account_sid, flow.sid) for flow in page if flow.account_sid and flow.sid]
        account.account_sid = account.account_sid or (keys[0][0] if keys else None)
        owner = self._owners.get(keys[0], account) if keys else account
        if owner is account:
            self._owners.update(dict.fromkeys(keys, account))
            return False
        account.is_duplicate = account.is_done = True
        owner.other_profiles.append(str(account.profile))
        note_duplicate(self._terminal, str(account.profile), owner)
        return True

    @contextmanager
    def logged(self) -> Generator[None, None, None]:
        """Report what the library logs of each attempt, if the user can see it."""
        if not (self._source.is_verbose or self._terminal.shows_progress):
            yield
            return
        logger, handler = logging.getLogger("flexflows"), logging.Handler()
        handler.emit = self._report_attempt  # type: ignore[method-assign]
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)

    def _report_attempt(self, record: logging.LogRecord) -> None:
        label = self._labels.get(record.thread, "")
        retry = getattr(record, "retry", None)
        if retry is None:
            self._retries.pop(record.thread, None)
        else:
            self._retries[record.thread] = (
                f"{label}retry {retry.attempt} of {retry.attempts} in {retry.delay:.2g} s: {_reason(retry.error)}"
            )
        if self._source.is_verbose:
            self._terminal.error(f"{label}{record.getMessage()}")

    def _show_progress(self) -> None:
        if not self._terminal.shows_progress:
            return
        parts = [pluralize(self._delivered, "flow") if self._delivered else "fetching…"]
        if len(self._fetchers) > 1:
            done = sum(fetcher.is_finished or fetcher.account.is_done for fetcher in self._fetchers)
            parts.append(f"{done} of {pluralize(len(self._fetchers), 'account')}")
        parts += list(self._retries.values())[-1:]
        self._terminal.progress(" · ".join(parts))


def _reason(error: BaseException) -> str:
    return str(error.status) if isinstance(error, ApiError) else shorten(one_line(str(error)), MAX_REASON)
