"""The list of Flex Flows as the API spells its records: decoded JSON, no models."""

from collections.abc import Generator

from flexflows._client import SyncClient
from flexflows._flex_flows import FLEX_FLOWS
from flexflows._generated import SERVER
from flexflows._paging import RawPage, Record


class RawFlexFlows(SyncClient[Record, RawPage]):
    """List records."""

    server = SERVER
    endpoint = FLEX_FLOWS

    def pages(
        self, friendly_name: str | None, *, limit: int | None, page_size: int | None, cursor: str | None
    ) -> Generator[RawPage, None, None]:
        """Iterate over the pages, as `FlexFlows.pages` does."""
        filters = {"friendly_name": friendly_name}
        return self._pages(filters, limit=limit, page_size=page_size, cursor=cursor, prefetch=False)

    def _typed(self, raw: RawPage) -> RawPage:
        return raw
