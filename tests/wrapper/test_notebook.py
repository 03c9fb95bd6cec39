"""A page of records in a notebook."""

import re
from typing import Any

import pytest
from flexflows._notebook import MAX_ROWS, html_table

from flexflows import FlexFlow, FlexFlows
from flexflows.sandbox import Sandbox


def cells(table: str) -> list[list[str]]:
    """Return the texts of a table's cells, row by row."""
    return [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)]


def flow(**fields: Any) -> FlexFlow:
    return FlexFlow.from_dict(fields)


def test_a_table_has_the_first_attributes() -> None:
    """The columns are the record's first attributes; None is an empty cell, and an integration is its fields."""
    integration = {"flow_sid": "FW1", "retry_count": None, "priority": 1}
    table = html_table([flow(sid="FO1", enabled=True, channel_type="web", integration=integration)] * 2)
    head, row, _ = cells(table)
    assert re.sub(r"</?(?:table|caption|thead|tbody|tr|th|td)>|[^<>]", "", table) == ""
    assert re.findall(r"</[^<>]+>[^<>]+<", table) == []
    assert head == list(FlexFlow().to_dict())[: len(head)]
    assert head[-1] == "integration"
    assert dict(zip(head, row, strict=True)) == dict.fromkeys(head, "") | {
        "sid": "FO1",
        "enabled": "True",
        "channel_type": "web",
        "integration": "flow_sid: FW1, priority: 1",
    }


def test_text_from_the_api_is_escaped() -> None:
    """A name cannot add elements to the notebook, nor can an unknown field of an integration."""
    table = html_table([flow(friendly_name="<script>alert('1')</script>", integration={"<b>": ["<i>"]})])
    assert re.findall(r"<(?!/?(?:table|caption|thead|tbody|tr|th|td)>)", table) == []
    assert "&lt;script&gt;" in table
    assert "&lt;b&gt;: [&#x27;&lt;i&gt;&#x27;]" in table


@pytest.mark.parametrize(
    ("count", "caption"),
    [(0, "0 records"), (1, "1 record"), (MAX_ROWS, "50 records"), (1000, "1000 records, the first 50 shown")],
)
def test_a_long_table_is_cut(count: int, caption: str) -> None:
    """The caption counts the records, of which no more than 50 are rows."""
    table = html_table([flow(sid="FO1")] * count)
    assert f"<caption>{caption}</caption>" in table
    assert len(cells(table)) == 1 + min(count, MAX_ROWS)


def test_a_page_is_shown_as_its_table() -> None:
    """A notebook shows a page as the table of its records."""
    with (
        Sandbox(flows=3, seed=1) as sandbox,
        FlexFlows(sandbox.account_sid, sandbox.auth_token, base_url=sandbox.url) as flows,
    ):
        page = flows.page()
    assert page._repr_html_() == html_table(page.flex_flows)
    assert [row[0] for row in cells(html_table(page))] == ["sid", *(flow.sid for flow in page)]
