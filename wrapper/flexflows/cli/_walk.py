"""The pages of one account or several, in order."""

from collections.abc import Generator, Sequence
from contextlib import closing

from flexflows._paging import RawPage

from ._accounts import Account


def walk(accounts: Sequence[Account]) -> Generator[tuple[Account, RawPage], None, None]:
    """Give the pages of all accounts, in the accounts' order.

    The order costs no streaming: the first account's pages come as they arrive, and the next accounts are asked
    meanwhile, a few pages each.
    """
    with closing(_pages(accounts)) as pages:
        for account, page in pages:
            yield account, page
            account.took(page)


def _pages(accounts: Sequence[Account]) -> Generator[tuple[Account, RawPage], None, None]:
    if len(accounts) > 1:
        from ._side_by_side import pages_of  # noqa: PLC0415 - one account, which most have, needs no threads

        yield from pages_of(accounts)
        return
    # In this thread, so that Ctrl-C acts at once, whatever is waited for.
    for account in accounts:
        with closing(account.pages()) as pages:
            for page in pages:
                yield account, page
        account.is_complete = account.failure is None
