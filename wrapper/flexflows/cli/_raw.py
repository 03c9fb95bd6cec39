"""The list of Flex Flows as the API spells its records: decoded JSON, no models."""

from collections.abc import Generator
from typing import Any

from flexflows._client import SyncClient
from flexflows._flex_flows import FLEX_FLOWS
from flexflows._generated import SERVER, list_flex_flows
from flexflows._paging import ListEndpoint, Page

Record = dict[str, Any]
RawPage = Page[Record, Record]


def _as_it_is(value: Record) -> Record:
    return value


RAW: ListEndpoint[Record, Record, RawPage] = ListEndpoint(list_flex_flows, FLEX_FLOWS.key, _as_it_is, _as_it_is, Page)


class RawFlexFlows(SyncClient[Record, RawPage]):
    """List records."""

    server = SERVER
    endpoint = RAW

    def pages(
        self, friendly_name: str | None, *, limit: int | None, page_size: int | None, cursor: str | None
    ) -> Generator[RawPage, None, None]:
        """Iterate over the pages, as `FlexFlows.pages` does."""
        return self._pages({"friendly_name": friendly_name}, limit=limit, page_size=page_size, cursor=cursor)
