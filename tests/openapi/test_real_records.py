"""Records of real accounts and tools are written exactly as they were read."""

import copy
import json
import pickle
from typing import Any

import attrs
import pytest
from flexflows_openapi.document import FRAGMENT, load

from flexflows_api.models import FlexFlow, Integration

SMS: dict[str, Any] = {
    "sid": "FO00000000000000000000000000000001",
    "account_sid": "AC00000000000000000000000000000001",
    "date_created": "2019-11-05T16:21:39Z",
    "date_updated": "2023-11-22T14:02:10Z",
    "friendly_name": "Flex Messaging Channel Flow",
    "chat_service_sid": "IS00000000000000000000000000000001",
    "channel_type": "sms",
    "contact_identity": "+15005550006",
    "enabled": True,
    "integration_type": "studio",
    "integration": {"flow_sid": "FW00000000000000000000000000000001", "retry_count": 3},
    "long_lived": False,
    "janitor_enabled": True,
    "url": "https://flex-api.twilio.com/v1/FlexFlows/FO00000000000000000000000000000001",
}
TASK = {
    "workspace_sid": "WS00000000000000000000000000000001",
    "workflow_sid": "WW00000000000000000000000000000001",
    "channel": "TC00000000000000000000000000000001",
    "timeout": 86400,
    "priority": 0,
    "creation_on_message": False,
}
EXTERNAL_NULLS = {"url": "https://example.com/external", **dict.fromkeys([*TASK, "flow_sid", "retry_count"])}
RECORDS = {
    "an SMS flow": SMS,
    "a web flow": SMS | {"channel_type": "web", "contact_identity": None},
    "a custom flow": SMS | {"channel_type": "custom", "contact_identity": "instagram"},
    "an empty identity": SMS | {"contact_identity": ""},
    "the text null": SMS | {"contact_identity": "null", "integration_type": "external", "long_lived": True},
    "no type of integration": SMS | {"integration_type": None, "integration": {"channel": "studio", "flow_sid": "FW7"}},
    "an integration of nulls": SMS | {"integration": EXTERNAL_NULLS, "long_lived": None, "janitor_enabled": None},
    "a task": SMS | {"enabled": False, "integration_type": "task", "integration": TASK},
    "never updated": SMS | {"date_updated": None},
    "a zero time": SMS | {"date_created": "0001-01-01T00:00:00Z", "date_updated": "0001-01-01T00:00:00Z"},
    "milliseconds": SMS | {"date_created": "2019-11-05T16:21:39.000Z", "date_updated": "2023-11-22T14:02:10.120Z"},
    "offsets": SMS | {"date_created": "2019-11-05T16:21:39+00:00", "date_updated": "2023-11-22T14:02:10-08:00"},
    "nanoseconds": SMS | {"date_created": "2019-11-05T16:21:39.123456789Z"},
    "a channel of tomorrow": SMS | {"channel_type": "fax", "integration_type": "agent"},
    "unknown fields": SMS | {"tags": ["a", None], "integration": {"flow_sid": None, "to": {"a": None}}},
    "twilio-cli's camelCase": {
        "accountSid": SMS["account_sid"],
        "channelType": "web",
        "chatServiceSid": SMS["chat_service_sid"],
        "contactIdentity": None,
        "dateCreated": "2019-11-05T16:21:39.000Z",
        "dateUpdated": "2023-11-22T14:02:10.000Z",
        "enabled": True,
        "friendlyName": "Flex Web Channel Flow",
        "integration": {"flow_sid": "FW00000000000000000000000000000001", "retry_count": 3},
        "integrationType": "studio",
        "janitorEnabled": True,
        "longLived": False,
        "sid": SMS["sid"],
        "url": SMS["url"],
    },
}


@pytest.mark.parametrize("raw", RECORDS.values(), ids=RECORDS)
def test_a_record_is_written_unchanged(raw: dict[str, Any]) -> None:
    """A record and all its copies write the JSON that was read."""
    flow = FlexFlow.from_dict(raw)
    for same in (
        flow,
        attrs.evolve(flow),
        copy.copy(flow),
        copy.deepcopy(flow),
        pickle.loads(pickle.dumps(flow)),  # noqa: S301
        flow.__replace__(),
        FlexFlow.from_dict(flow.to_dict()),
    ):
        assert json.dumps(same.to_dict(), sort_keys=True) == json.dumps(raw, sort_keys=True)
        assert same == flow


def test_the_columns_are_always_the_same() -> None:
    """Required attributes are always written, in the document's order, even if a record lacks them."""
    columns = list(FlexFlow().to_dict())
    assert set(columns) == set(load(FRAGMENT).data["components"]["schemas"]["FlexFlow"]["required"])
    assert list(FlexFlow.from_dict({"url": "u", "sid": "FO"}).to_dict()) == columns
    unknown = [name for name in SMS if name not in columns]
    assert list(FlexFlow.from_dict(SMS | {"new": 1}).to_dict()) == [*columns, *unknown, "new"]
    assert Integration().to_dict() == {}


def test_a_changed_copy_keeps_additional_properties() -> None:
    """An unknown field survives attrs.evolve, and a new value replaces a null that was read."""
    flow = FlexFlow.from_dict(SMS | {"tags": [1], "integration": {"flow_sid": None}})
    changed = attrs.evolve(flow, enabled=False, integration=attrs.evolve(flow.integration, flow_sid="FW1"))
    assert changed.to_dict() == flow.to_dict() | {"enabled": False, "integration": {"flow_sid": "FW1"}}


def test_the_repr_shows_no_nulls() -> None:
    """A repr has the values, without the nulls."""
    assert repr(FlexFlow.from_dict(SMS | {"integration": EXTERNAL_NULLS}).integration) == (
        "Integration(url='https://example.com/external')"
    )
