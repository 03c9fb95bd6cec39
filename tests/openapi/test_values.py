"""Which values fit an attribute of each kind, and what they become."""

import datetime as dt
import io
import json
from types import ModuleType
from typing import Any
from uuid import UUID

import httpx
import pytest
from shapes import holds, models, modules

UTC_TIME = dt.datetime(2016, 8, 1, 22, 10, 40, tzinfo=dt.UTC)
LATER = dt.timezone(dt.timedelta(hours=5, minutes=30))


def model(package: ModuleType, name: str) -> Any:
    return {model.__name__: model for model in models(package)}[name]


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("sid", "PA", "PA"),
        ("fragile", True, True),
        ("weight", 1.5, 1.5),
        ("weight", 2**70, 2**70),
        ("state", "in-transit", "in-transit"),
        ("states", ["lost", "delivered"], ["lost", "delivered"]),
        ("priority", -1, -1),
        ("speed", "fast", "fast"),
        ("date_created", "2016-08-01T22:10:40Z", UTC_TIME),
        ("date_created", "2016-08-01t22:10:40z", UTC_TIME),
        ("date_created", "2016-08-01T22:10:40+00:00", UTC_TIME),
        ("date_created", "2016-08-01T22:10:40-00:00", UTC_TIME),
        ("date_created", "2016-08-01T22:10:40.5Z", UTC_TIME.replace(microsecond=500000)),
        ("date_created", "2016-08-01T22:10:40.000001+05:30", UTC_TIME.replace(microsecond=1, tzinfo=LATER)),
        ("dates", [], []),
        ("due", "2016-08-01", dt.date(2016, 8, 1)),
        ("key", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
        ("attributes", [{"a": None}], [{"a": None}]),
        ("things", [None, 1, {}], [None, 1, {}]),
        ("grid", [[1, None], []], [[1, None], []]),
        ("value", 5, 5),
        ("value", "2016-08-01T22:10:40Z", UTC_TIME),
        ("value_or_list", [1, 2.5], [1, 2.5]),
        ("class_", "first", "first"),
        ("field_9lives", 9, 9),
    ],
)
def test_a_value_that_fits(post_office: ModuleType, name: str, raw: Any, expected: Any) -> None:
    """A value of its type is read, and nothing is left over."""
    wire_name = {"class_": "class", "field_9lives": "9lives"}.get(name, name)
    parcel = model(post_office, "PostV1Parcel").from_dict({wire_name: raw})
    assert getattr(parcel, name) == expected
    assert parcel.additional_properties == {}
    assert holds(parcel)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("sid", 5),
        ("fragile", 1),
        ("fragile", "true"),
        ("weight", True),
        ("weight", "1.5"),
        ("state", "on fire"),
        ("state", ["lost"]),
        ("states", ["lost", "on fire"]),
        ("states", [None]),
        ("priority", 1),
        ("priority", False),
        ("priority", 2.0),
        ("date_created", "2016-08-01T22:10:40"),
        ("date_created", "2016-08-01"),
        ("date_created", "2016-08-01 22:10:40Z"),
        ("date_created", "2016-08-01_22:10:40Z"),
        ("date_created", "2016-08-01T22:10:40.1234567Z"),
        ("date_created", "2016-08-01T22:10:40.0000000Z"),
        ("date_created", "2016-13-01T22:10:40Z"),
        ("date_created", "2016-W31-1T22:10:40Z"),
        ("date_created", "2016-08-01T221040.1Z"),
        ("date_created", "2016-08-01T22:10:40Z\n"),
        ("date_created", "2016-08-01T22:10:40ZZ"),
        ("date_created", "2016-08-01T22:10:40+0000"),
        ("date_created", "2016-08-01T22:10:40+24:00"),
        ("date_created", "２０16-08-01T22:10:40Z"),  # noqa: RUF001
        ("date_created", 1470089440),
        ("dates", ["2016-08-01T22:10:40Z", "2016-08-01"]),
        ("due", "2016-08-01T22:10:40Z"),
        ("due", "20160801"),
        ("due", "2016-W31-1"),
        ("due", "2016-02-30"),
        ("key", "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"),
        ("key", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"),
        ("size", []),
        ("sizes", [{}, 5]),
        ("grid", [[1, "2"]]),
        ("grid", [None]),
        ("value", True),
        ("value", "no time"),
        ("value_or_list", [True]),
    ],
)
def test_a_value_that_does_not_fit(post_office: ModuleType, name: str, raw: Any) -> None:
    """A value that is not of its type leaves the attribute None and stays raw."""
    parcel = model(post_office, "PostV1Parcel").from_dict({name: raw})
    assert getattr(parcel, name) is None
    assert parcel.additional_properties == {name: raw}
    assert parcel.to_dict() == {name: raw}


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("word", "yes", "yes"),
        ("word", "no", None),
        ("number", 3, 3),
        ("number", 3.0, None),
        ("half", 0.5, 0.5),
        ("right", True, True),
        ("right", 1, None),
        ("right", [], None),
        ("nothing", 0, None),
        ("two", 5, 5),
        ("two", True, None),
        ("many", True, True),
        ("pair", ["a", 1], ["a", 1]),
        ("pair", ["a", None], None),
        ("maybe_dates", ["2016-08-01", None], [dt.date(2016, 8, 1), None]),
        ("lists", ["a"], ["a"]),
        ("lists", [1, "a"], None),
        ("closed_channel", "fax", None),
        ("any_or_string", [None], [None]),
    ],
)
def test_kinds_of_openapi_31(post_office_31: ModuleType, name: str, raw: Any, expected: Any) -> None:
    """Constants, null, lists of types and tuples are read as they say."""
    kinds = model(post_office_31, "Kinds").from_dict({name: raw})
    assert getattr(kinds, name) == expected
    assert type(getattr(kinds, name)) is type(expected)
    assert kinds.to_dict() == {name: raw}


def test_an_open_enum_keeps_what_it_does_not_know(post_office_31: ModuleType) -> None:
    """A known value is a member, another string stays itself, and both equal their string."""
    kinds = model(post_office_31, "Kinds").from_dict({"channel": "web", "channels": ["sms", "fax"]})
    assert kinds.channel is post_office_31.models.Channel.WEB
    assert kinds.channel == "web"
    assert [type(channel) for channel in kinds.channels] == [post_office_31.models.Channel, str]
    assert kinds.channels == ["sms", "fax"]


def test_additional_properties_of_a_type(post_office: ModuleType) -> None:
    """Unknown fields that the document gives a type are of it where they fit, and raw where they do not."""
    times = model(post_office, "PostV1ParcelTimes").from_dict({"a": "2016-08-01T22:10:40Z", "b": "soon", "c": None})
    assert times.additional_properties == {"a": UTC_TIME, "b": "soon", "c": None}
    assert times.to_dict() == {"a": "2016-08-01T22:10:40+00:00", "b": "soon", "c": None}
    by_name = model(post_office, "PostV1ParcelByName").from_dict({"big": {"width": 9}, "none": 0})
    assert by_name.additional_properties == {"big": model(post_office, "Size")(width=9), "none": 0}
    assert by_name.to_dict() == {"big": {"width": 9}, "none": 0}


def test_models_of_models(post_office: ModuleType) -> None:
    """Models hold models, in circles too, and a model that allows no other field keeps them all the same."""
    raw = {"parent": {"contents": [{"parcel": {"size": {"width": 1, "depth": "?"}}}]}}
    parcel = model(post_office, "PostV1Parcel").from_dict(raw)
    assert parcel.parent.contents[0].parcel.size == model(post_office, "Size").from_dict({"width": 1, "depth": "?"})
    assert parcel.to_dict() == raw


def test_every_module_imports(package: ModuleType) -> None:
    """The clients, endpoints and models of a package import."""
    assert f"{package.__name__}.client" in modules(package)


def test_form_and_json_bodies(post_office: ModuleType) -> None:
    """The endpoints send models as forms and as JSON, without what is None."""
    modules(post_office)
    api = post_office.api.post_v1_parcel
    form = model(post_office, "CreateParcelCreateParcelRequest")(
        recipient="Ann", sent_at=UTC_TIME, tags=["a", "b"], state=post_office.models.ParcelEnumState.LOST
    )
    sent = request(api.create_parcel._get_kwargs(body=form))
    assert sent.content.decode() == "Recipient=Ann&State=lost&SentAt=2016-08-01T22%3A10%3A40%2B00%3A00&Tags=a&Tags=b"
    parcel = model(post_office, "PostV1Parcel")(sid="PA", size=model(post_office, "Size")(width=1))
    sent = request(api.replace_parcel._get_kwargs("PA/1", body=parcel))
    assert (sent.url.raw_path, json.loads(sent.content)) == (b"/v1/Parcels/PA%2F1", {"sid": "PA", "size": {"width": 1}})


def test_a_record_read_without_leftovers_is_like_a_made_one(post_office: ModuleType) -> None:
    """additional_properties is made when it is asked for, which nobody can tell; other names are no attributes."""
    parcel = model(post_office, "PostV1Parcel").from_dict({"sid": "PA"})
    assert parcel == model(post_office, "PostV1Parcel")(sid="PA")
    parcel.additional_properties["note"] = "fragile"
    assert parcel.additional_properties is parcel.additional_properties
    assert parcel.to_dict() == {"sid": "PA", "note": "fragile"}
    with pytest.raises(AttributeError, match="'PostV1Parcel' object has no attribute 'weigth'"):
        parcel.weigth  # noqa: B018 - reading is what is tested


def test_multipart_body(post_office: ModuleType) -> None:
    """A multipart body holds files as files, values as text, and models as JSON."""
    modules(post_office)
    label = model(post_office, "CreateLabelBody")(
        image=post_office.types.File(io.BytesIO(b"pixels"), "label.png", "image/png"),
        copies=2,
        glossy=True,
        price=1.5,
        printed_at=UTC_TIME,
        printed_on=UTC_TIME.date(),
        printer=UUID(int=1),
        state=post_office.models.ParcelEnumState.IN_TRANSIT,
        lines=["one", "two"],
        size=model(post_office, "Size")(width=1),
        either="or",
    )
    label.additional_properties["note"] = "fragile"
    content = request(post_office.api.post_v1_label.create_label._get_kwargs(UUID(int=1), body=label)).read()
    assert b'name="image"; filename="label.png"\r\nContent-Type: image/png\r\n\r\npixels\r\n' in content
    for name, text in {
        "copies": "2",
        "glossy": "true",
        "price": "1.5",
        "printed_at": "2016-08-01T22:10:40+00:00",
        "printed_on": "2016-08-01",
        "printer": str(UUID(int=1)),
        "state": "in-transit",
        "lines": "two",
        "either": "or",
        "note": "fragile",
    }.items():
        assert f'name="{name}"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n'.encode() in content
    assert b'name="size"\r\nContent-Type: application/json\r\n\r\n{"width": 1}\r\n' in content
    assert b'name="back"' not in content


def request(arguments: dict[str, Any]) -> httpx.Request:
    with httpx.Client(base_url="https://post.example.com") as client:
        return client.build_request(**arguments)
