"""Several accounts at once: threads that ask, and a bounded queue from each."""

import queue
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

import attrs

from flexflows._paging import RawPage

from ._accounts import Account

AT_ONCE = 4
"""How many accounts are asked at the same time."""
PAGES_AHEAD = 4
"""How many pages of an account may wait for their turn, which bounds the memory."""
POLL = 0.1
"""Seconds; Windows tells a thread that waits for a lock of Ctrl-C only when the wait is over."""


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


def pages_of(accounts: Sequence[Account]) -> Generator[tuple[Account, RawPage], None, None]:
    """Give the pages of all accounts in the accounts' order, while the next ones are asked as well."""
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
