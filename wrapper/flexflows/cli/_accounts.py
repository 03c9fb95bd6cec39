"""The accounts of a source: fetched side by side in threads, and delivered in order by the main thread.

Only the main thread writes, draws and counts. A signal reaches it as one event among the others, so it never finds a
page half noted.
"""

import logging
import threading
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from queue import Empty, SimpleQueue
from typing import Any, cast

import attrs

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
"""How many accounts are read at the same time."""
PAGES_AHEAD = 4
"""How many pages of an account may wait to be delivered; Twilio's limit of 2,500 flows makes three."""
FLOWS_AHEAD = 25_000
"""How many flows may wait before no further account is begun, which bounds the memory."""
POLL = 0.1
"""Seconds; on Windows a signal is noticed only when a wait is over."""
MAX_REASON = 40
REFUSALS = (AuthenticationError, PermissionDeniedError, ConfigurationError)

Portion = tuple[Account, list[tuple[Position, FlexFlow]]]
"""The matching flows of one page, each with the position behind it."""


@attrs.frozen
class AccountFlows:
    """The flows of one account.

    Attributes:
        profile: The account's profile; `None`: the environment's credentials, or the sandbox.
        account_sid: The account's SID, if it is known.
        flows: The flows that satisfy `--where`, at most `--limit`; those before the failure, if the account failed.
        error: Why the account could not be read, in one line; its flows then count in no total.
        is_complete: Whether these are all matching flows of the account.
        other_profiles: Profiles of the same account, which was read once.
        failure: The error itself.
    """

    profile: str | None
    account_sid: str | None
    flows: tuple[FlexFlow, ...]
    error: str | None
    is_complete: bool
    other_profiles: tuple[str, ...] = ()
    failure: FlexFlowsError | None = attrs.field(default=None, eq=False, repr=False)


def read_accounts(source: Source) -> list[AccountFlows]:
    """Return the flows of all accounts of a source.

    Raises:
        Interrupted: A signal arrived.
        click.UsageError: An option has a value that the list does not take.
    """
    with open_accounts(source) as accounts:
        flows = {account: list[FlexFlow]() for account in accounts}
        with closing(iter_portions(accounts, source)) as portions:
            for account, portion in portions:
                flows[account] += [flow for _, flow in portion]
    source.terminal.signals.check()
    return [
        AccountFlows(
            account.profile,
            account.account_sid,
            tuple(flows[account]),
            None if account.failure is None else one_line(str(account.failure)),
            account.failure is None and not account.has_more,
            tuple(account.other_profiles),
            account.failure,
        )
        for account in accounts
        if not account.is_duplicate
    ]


def describe_accounts(readings: Sequence[AccountFlows | Account]) -> str:
    """Return of how many accounts a total is: `5 of 6 accounts`."""
    return f"{sum(reading.failure is None for reading in readings)} of {pluralize(len(readings), 'account')}"


def report_failures(terminal: Terminal, readings: Sequence[AccountFlows | Account], more: str = "") -> ExitCode:
    """Write to standard error which accounts failed and why, and return the exit code.

    Args:
        terminal: The terminal.
        readings: All accounts that were read.
        more: What to add to the only failure's line, or to write on a line of its own after several.
    """
    failures = [(reading, reading.failure) for reading in readings if reading.failure is not None]
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
    is_set_up = len(failures) < len(readings) or not all(isinstance(each, ConfigurationError) for _, each in failures)
    return ExitCode.FAILED if is_set_up else ExitCode.CONFIGURATION


def iter_portions(accounts: Sequence[Account], source: Source) -> Generator[Portion, None, None]:
    """Yield the matching flows of all accounts, a page at a time, in the accounts' order.

    A page counts as delivered when the next one is requested.

    Raises:
        Interrupted: A signal arrived.
        click.UsageError: An option has a value that the list does not take.
    """
    reader = _Reader(source, [_Lane(account, source) for account in accounts])
    with source.terminal.signals.deferred(reader.wake), reader.logged():
        try:
            yield from reader.portions()
        finally:
            for lane in reader.lanes:
                lane.abandon()
            source.terminal.progress("")


class _Lane:
    """An account's pages on their way from the thread that fetches them to the main thread."""

    def __init__(self, account: Account, source: Source) -> None:
        place = account.position
        self.account = account
        self.cursor = place.cursor
        self.skip = place.skip
        self.remaining = None if source.limit is None else max(0, source.limit - place.delivered)
        self.pages: deque[Page] = deque()
        self.is_exhausted = False
        self._source = source
        self._permits = threading.Semaphore(PAGES_AHEAD)
        self._is_abandoned = False

    def fetch(self, events: "SimpleQueue[_Event]") -> None:
        """Fetch the pages, in the account's own thread, and report each as an event."""
        source = self._source
        # What --where leaves out does not count, so only the main thread knows when the limit is reached.
        limit = None if self.remaining is None or (source.where and self.remaining) else self.remaining + self.skip
        filters = source.filters if self.cursor is None else dict[str, Any]()
        end: Exception | None = None
        is_begun = False
        for connect in self.account.connections:
            try:
                with connect() as flows:
                    for page in flows.pages(limit=limit, page_size=source.page_size, cursor=self.cursor, **filters):
                        is_begun = True
                        events.put((self, page))
                        self._permits.acquire()
                        if self._is_abandoned:
                            break
            except Exception as error:  # noqa: BLE001 - the main thread raises it, unless the account has failed
                end = end or error
                if isinstance(error, REFUSALS) and not is_begun:
                    continue  # another profile of the account may be allowed what this one is not
            else:
                end = None
            break
        events.put((self, end))

    def take(self) -> Page:
        """Return the next page, and let the thread fetch another."""
        self._permits.release()
        return self.pages.popleft()

    def abandon(self) -> None:
        """End the thread, and drop the pages that it has fetched."""
        self._is_abandoned = True
        self.pages.clear()
        self._permits.release()

    def matches(self, page: Page) -> tuple[list[tuple[Position, FlexFlow]], Position, bool]:
        """Return a page's wanted flows with the position behind each, the position behind it, and if it is the last."""
        source, delivered = self._source, self.account.position.delivered
        matches: list[tuple[Position, FlexFlow]] = []
        for index, flow in enumerate(page):
            if index < self.skip:
                continue
            if source.where and not matches_all(source.where, flow.to_dict(), self.account.profile):
                continue
            if self.remaining is not None and len(matches) == self.remaining:
                self.account.has_more = True
                break
            matches.append((Position(self.cursor, index + 1, delivered + len(matches) + 1), flow))
        self.skip = max(0, self.skip - len(page))
        self.cursor = page.next_cursor
        is_last = page.next_cursor is None
        if self.remaining is not None:
            self.remaining -= len(matches)
            self.account.has_more |= self.remaining == 0 and not is_last
            is_last |= self.remaining == 0
        return matches, Position(self.cursor, self.skip, delivered + len(matches)), is_last


_Event = tuple[_Lane | str | None, Page | Exception | logging.LogRecord | None]
"""A page, an error or (`None`) the end of a lane; a log record of a named thread; or, with two `None`, a signal."""


class _Reader:
    """The main thread's side of the reading."""

    def __init__(self, source: Source, lanes: list[_Lane]) -> None:
        self.lanes = lanes
        self._source = source
        self._terminal = source.terminal
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._begun = 0
        self._running = 0
        self._delivered = 0
        self._retry = ""
        self._owners: dict[tuple[str, str], Account] = {}

    def wake(self) -> None:
        """End a wait for an event; a signal's handler may call it at any moment, as `SimpleQueue.put` allows."""
        self._events.put((None, None))

    def portions(self) -> Generator[Portion, None, None]:
        """Yield the matching flows, page by page and account by account."""
        for number, lane in enumerate(self.lanes):
            account = lane.account
            while not account.is_done:
                self._terminal.signals.check()
                self._begin_lanes(number)
                if lane.pages:
                    page = lane.take()
                    if self._is_duplicate(account, page):
                        break
                    matches, behind, is_last = lane.matches(page)
                    self._delivered += len(matches)
                    self._show_progress()
                    yield account, matches
                    account.position, account.is_done = behind, is_last
                elif account.failure is not None:
                    break
                elif lane.is_exhausted:
                    account.is_done = True
                else:
                    self._show_progress()
                    self._handle_event()
            lane.abandon()

    def _begin_lanes(self, current: int) -> None:
        """Start threads for the next accounts, as far as there is room, and always for the current one."""
        waiting = sum(len(page) for lane in self.lanes[current : self._begun] for page in lane.pages)
        while self._begun < len(self.lanes) and self._running < AT_ONCE:
            if self._begun > current and waiting > FLOWS_AHEAD:
                return
            lane = self.lanes[self._begun]
            # A daemon: one that waits for a response does not hold up the end of the command.
            threading.Thread(target=lane.fetch, args=(self._events,), name=str(self._begun), daemon=True).start()
            self._begun += 1
            self._running += 1

    def _handle_event(self) -> None:
        try:
            sender, news = self._events.get(timeout=POLL)
        except Empty:
            return
        if isinstance(sender, str):
            self._report_attempt(sender, cast("logging.LogRecord", news))
        elif sender is not None and isinstance(news, Page):
            sender.pages.append(news)
            self._retry = ""
        elif sender is not None:
            self._running -= 1
            sender.is_exhausted = news is None
            if sender.account.is_done:
                return  # an error behind --limit
            if isinstance(news, FlexFlowsError):
                sender.account.failure = news
            elif isinstance(news, ValueError):  # no TypeError: click has checked the types
                raise usage_error(str(news))
            elif isinstance(news, Exception):
                raise news

    def _is_duplicate(self, account: Account, page: Page) -> bool:
        """Check whether an account's records are those of an account before it, and note whose they are."""
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
        """Receive what the library logs of each attempt, while someone can see it."""
        if not (self._source.is_verbose or self._terminal.shows_progress):
            yield
            return
        logger, handler = logging.getLogger("flexflows"), _AttemptHandler(self._events)
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)

    def _report_attempt(self, thread: str, record: logging.LogRecord) -> None:
        lane = self.lanes[int(thread)] if thread.isdecimal() and int(thread) < len(self.lanes) else None
        label = "" if lane is None or lane.account.profile is None else f"{lane.account.profile}: "
        retry = getattr(record, "retry", None)
        if retry is not None:
            self._retry = (
                f"{label}retry {retry.attempt} of {retry.attempts} in {retry.delay:.2g} s: {_reason(retry.error)}"
            )
        if self._source.is_verbose:
            self._terminal.error(f"{label}{record.getMessage()}")

    def _show_progress(self) -> None:
        if not self._terminal.shows_progress:
            return
        parts = [pluralize(self._delivered, "flow") if self._delivered else "fetching…"]
        if len(self.lanes) > 1:
            done = sum(
                lane.account.is_done or lane.account.failure is not None or lane.is_exhausted for lane in self.lanes
            )
            parts.append(f"{done} of {pluralize(len(self.lanes), 'account')}")
        if self._retry:
            parts.append(self._retry)
        self._terminal.progress(" · ".join(parts))


class _AttemptHandler(logging.Handler):
    """Passes log records on to the main thread."""

    def __init__(self, events: "SimpleQueue[_Event]") -> None:
        super().__init__(logging.DEBUG)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on a record of some account's thread."""
        self._events.put((record.threadName or "", record))


def _reason(error: BaseException) -> str:
    return str(error.status) if isinstance(error, ApiError) else shorten(one_line(str(error)), MAX_REASON)
