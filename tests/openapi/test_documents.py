"""The example responses in Twilio's documents."""

import datetime as dt

from flexflows_api.models import ChannelType, FlexFlow, FlexFlowList, Integration, IntegrationType

# https://www.twilio.com/docs/flex/developer/conversations/flex-flow-api, which leaves `integration` out
DOCUMENTED = {
    "flex_flows": [
        {
            "account_sid": "string",
            "channel_type": "web",
            "chat_service_sid": "string",
            "contact_identity": "string",
            "date_created": "2023-05-04T09:42:00+00:00",
            "date_updated": "2023-05-04T09:42:00+00:00",
            "enabled": True,
            "friendly_name": "string",
            "integration_type": "studio",
            "janitor_enabled": True,
            "long_lived": True,
            "sid": "string",
            "url": "https://example.com",
        }
    ],
    "meta": {
        "first_page_url": "https://example.com",
        "key": "string",
        "next_page_url": "https://example.com",
        "page": 42,
        "page_size": 42,
        "previous_page_url": "https://example.com",
        "url": "https://example.com",
    },
}
# Twilio's published OpenAPI document
PUBLISHED = {
    "flex_flows": [
        {
            "sid": "FOaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "channel_type": "sms",
            "contact_identity": "12345",
            "integration_type": "studio",
            "integration": {"flow_sid": "FWaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "retry_count": 1},
        }
    ],
    "meta": {
        "page": 0,
        "page_size": 50,
        "first_page_url": "https://flex-api.twilio.com/v1/FlexFlows?PageSize=50&Page=0",
        "previous_page_url": None,
        "url": "https://flex-api.twilio.com/v1/FlexFlows?PageSize=50&Page=0",
        "next_page_url": None,
        "key": "flex_flows",
    },
}


def test_the_documented_response() -> None:
    """The documented response, without an integration, is read and written unchanged except for a null."""
    page = FlexFlowList.from_dict(DOCUMENTED)
    assert page.flex_flows is not None
    assert page.meta is not None
    [flow] = page.flex_flows
    assert flow.integration is None
    assert flow.channel_type is ChannelType.WEB
    assert flow.integration_type is IntegrationType.STUDIO
    assert flow.date_created == dt.datetime(2023, 5, 4, 9, 42, tzinfo=dt.UTC)
    assert not any(hasattr(FlexFlow, name) for name in flow.additional_properties)
    assert (page.meta.additional_properties, page.additional_properties) == ({}, {})
    assert page.to_dict() == {**DOCUMENTED, "flex_flows": [{**DOCUMENTED["flex_flows"][0], "integration": None}]}


def test_the_published_response() -> None:
    """The published document's response is read with its integration."""
    page = FlexFlowList.from_dict(PUBLISHED)
    assert page.flex_flows is not None
    assert page.meta is not None
    assert page.flex_flows[0].integration == Integration(flow_sid="FWaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", retry_count=1)
    assert page.meta.next_page_url is None
    assert page.to_dict()["flex_flows"] == [FlexFlow().to_dict() | PUBLISHED["flex_flows"][0]]
