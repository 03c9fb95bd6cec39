"""Every public call with the type that it gives: checked by mypy and pyright, never run."""

import datetime as dt
from collections.abc import AsyncGenerator, Generator
from typing import Any, assert_type

import httpx

from flexflows import (
    ApiError,
    AsyncFlexFlows,
    ChannelType,
    Field,
    FlexFlow,
    FlexFlowFilters,
    FlexFlows,
    FlexFlowsError,
    Integration,
    Page,
    PageMeta,
    Profile,
    RateLimitError,
    UnexpectedResponseError,
    read_profiles,
    record_fields,
)
from flexflows.sandbox import ReceivedRequest, Sandbox
from flexflows.testing import instant_retries

filters: FlexFlowFilters = {"friendly_name": "Sales"}

FlexFlows("AC", "token")
FlexFlows(api_key="SK", api_secret="secret", region="ie1", edge="dublin")
FlexFlows(auth=httpx.BasicAuth("a", "b"), base_url="https://flex.example", timeout=5, attempts=1)
FlexFlows(profile="work", timeout=httpx.Timeout(5), transport=httpx.HTTPTransport())
AsyncFlexFlows("AC", "token", timeout=5.5, transport=httpx.AsyncHTTPTransport())
FlexFlows(transport=httpx.AsyncHTTPTransport())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
FlexFlows("AC", "token", "SK")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

with FlexFlows() as flows:
    assert_type(flows, FlexFlows)
    assert_type(flows.list(friendly_name="Sales", limit=1, page_size=1, cursor=None), list[FlexFlow])
    assert_type(flows.stream(friendly_name="Sales", limit=1, page_size=1), Generator[FlexFlow, None, None])
    assert_type(flows.pages(friendly_name="Sales", limit=1, cursor=None), Generator[Page, None, None])
    assert_type(flows.page(friendly_name="Sales", page_size=1, cursor=None), Page)
    flows.list(friendly_name=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    flows.page(limit=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def asynchronous() -> None:
    async with AsyncFlexFlows() as flows:
        assert_type(flows, AsyncFlexFlows)
        assert_type(await flows.list(friendly_name="Sales", limit=1, page_size=1, cursor=None), list[FlexFlow])
        assert_type(flows.stream(limit=1, **filters), AsyncGenerator[FlexFlow, None])
        assert_type(flows.pages(limit=1, friendly_name=None), AsyncGenerator[Page, None])
        assert_type(await flows.page(friendly_name="Sales", page_size=1, cursor=None), Page)
        flows.stream(name="Sales")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def of_a_page(page: Page) -> None:
    assert_type(page.flex_flows, tuple[FlexFlow, ...])
    assert_type(page.meta, PageMeta)
    assert_type(page.next_cursor, str | None)
    assert_type(page[0], FlexFlow)
    assert_type(page[1:], tuple[FlexFlow, ...])
    page.next_cursor = None  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def of_a_flow(flow: FlexFlow) -> None:
    assert_type(flow.sid, str | None)
    assert_type(flow.channel_type, ChannelType | str | None)
    assert_type(flow.integration, Integration | None)
    assert_type(flow.date_created, dt.datetime | None)
    assert_type(flow.additional_properties, dict[str, Any])
    assert_type(flow.to_dict(), dict[str, Any])
    if flow.integration is not None:
        assert_type(flow.integration.retry_count, int | None)


def of_an_account() -> None:
    assert_type(read_profiles(), dict[str, Profile])
    assert_type(record_fields(), tuple[Field, ...])
    assert_type(FlexFlows.operation.path, str)
    assert_type(AsyncFlexFlows.operation.record, type[FlexFlow])


def of_an_error(error: FlexFlowsError) -> None:
    assert_type(error.cursor, str | None)
    if isinstance(error, RateLimitError):
        assert_type(error.retry_after, float | None)
    if isinstance(error, ApiError):
        assert_type(error.status, int)
        assert_type(error.details, Any)
        assert_type(error.response, httpx.Response)
    if isinstance(error, UnexpectedResponseError):
        assert_type(error.truncated, bool)


with instant_retries(), Sandbox(flows=3, seed=1, latency=0.0, faults=["429@2"]) as sandbox:
    assert_type(sandbox.url, str)
    assert_type(sandbox.requests, tuple[ReceivedRequest, ...])
