"""The values that attributes of each kind accept, and their Python values."""

import copy
import datetime as dt
import pickle
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from shapes import enums, holds, models, modules

UTC_TIME = dt.datetime(2016, 8, 1, 22, 10, 40, tzinfo=dt.UTC)
LATER = dt.timezone(dt.timedelta(hours=5, minutes=30))
REQUIRED = {"sid": None, "recipient": None}
"""The attributes that every parcel writes."""


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
        ("date_created", "2016-08-01T22:10:40.000Z", UTC_TIME),
        ("date_created", "0001-01-01T00:00:00+05:30", dt.datetime(1, 1, 1, tzinfo=LATER)),
        ("date_created", "9999-12-31T23:59:59.999999Z", dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC)),
        ("dates", ["2016-08-01T22:10:40.50Z"], [UTC_TIME.replace(microsecond=500000)]),
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
    """A value of the right type is read, and written unchanged."""
    wire_name = {"class_": "class", "field_9lives": "9lives"}.get(name, name)
    parcel = model(post_office, "PostV1Parcel").from_dict({wire_name: raw})
    assert getattr(parcel, name) == expected
    assert parcel.additional_properties == {}
    assert parcel.to_dict() == REQUIRED | {wire_name: raw}
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
        ("date_created", "2016-08-01T24:00:00Z"),
        ("date_created", "2016-08-01T24:00:00.0+01:00"),
        ("date_created", "2016-12-31T23:59:60Z"),
        ("date_created", "0000-01-01T00:00:00Z"),
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
    assert parcel.to_dict() == REQUIRED | {name: raw}


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
    """Constants, null, lists of types and tuples are read."""
    kinds = model(post_office_31, "Kinds").from_dict({name: raw})
    assert getattr(kinds, name) == expected
    assert type(getattr(kinds, name)) is type(expected)
    assert kinds.to_dict() == {"channel": None, name: raw}


def test_an_open_enum_keeps_unknown_values(post_office_31: ModuleType) -> None:
    """A known value is a member, another string stays itself, and both equal their string."""
    kinds = model(post_office_31, "Kinds").from_dict({"channel": "web", "channels": ["sms", "fax"]})
    assert kinds.channel is post_office_31.models.Channel.WEB
    assert kinds.channel == "web"
    assert [type(channel) for channel in kinds.channels] == [post_office_31.models.Channel, str]
    assert kinds.channels == ["sms", "fax"]


def test_additional_properties_of_a_type(post_office: ModuleType) -> None:
    """Typed additional properties have that type if they fit, and are raw values if not."""
    times = model(post_office, "PostV1ParcelTimes").from_dict({"a": "2016-08-01T22:10:40Z", "b": "soon", "c": None})
    assert times.additional_properties == {"a": UTC_TIME, "b": "soon", "c": None}
    assert times.to_dict() == {"a": "2016-08-01T22:10:40Z", "b": "soon", "c": None}
    by_name = model(post_office, "PostV1ParcelByName").from_dict({"big": {"width": 9}, "none": 0})
    assert by_name.additional_properties == {"big": model(post_office, "Size")(width=9), "none": 0}
    assert by_name.to_dict() == {"big": {"width": 9}, "none": 0}


def test_nested_models(post_office: ModuleType) -> None:
    """Models may contain each other, and a model that allows no additional field still keeps one."""
    raw = {"parent": {"contents": [{"parcel": {"size": {"width": 1, "depth": "?"}}}]}}
    parcel = model(post_office, "PostV1Parcel").from_dict(raw)
    assert parcel.parent.contents[0].parcel.size == model(post_office, "Size").from_dict({"width": 1, "depth": "?"})
    sparse = {"parent": REQUIRED | {"contents": [{"parcel": REQUIRED | {"size": {"width": 1, "depth": "?"}}}]}}
    assert parcel.to_dict() == REQUIRED | sparse


def test_every_module_imports(package: ModuleType) -> None:
    """The operations and models of a package import."""
    assert f"{package.__name__}.wire" in modules(package)


def test_a_record_that_was_read_equals_one_that_was_built(post_office: ModuleType) -> None:
    """A record that was read equals one built from the same values; they do not share additional properties."""
    made, read = (
        model(post_office, "PostV1Parcel")(sid="PA"),
        model(post_office, "PostV1Parcel").from_dict({"sid": "PA"}),
    )
    assert made == read
    read.additional_properties["note"] = "fragile"
    assert made.additional_properties == {}
    assert read.to_dict() == REQUIRED | {"sid": "PA", "note": "fragile"}
    with pytest.raises(AttributeError, match="weigth"):
        read.weigth  # noqa: B018 - the access is under test


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (UTC_TIME, "2016-08-01T22:10:40Z"),
        (UTC_TIME.replace(microsecond=1), "2016-08-01T22:10:40.000001Z"),
        (UTC_TIME.replace(tzinfo=LATER), "2016-08-01T22:10:40+05:30"),
        (dt.datetime.min.replace(tzinfo=LATER), "0001-01-01T00:00:00+05:30"),
    ],
)
def test_a_time_set_by_the_caller(post_office: ModuleType, moment: dt.datetime, text: str) -> None:
    """A time that was not read is written in ISO 8601, with Z for UTC."""
    assert model(post_office, "PostV1Parcel")(date_created=moment).to_dict()["date_created"] == text


def test_a_time_that_was_read_and_changed(post_office: ModuleType) -> None:
    """A copied time is written as it was read; a time computed from it is written like any other."""
    moment = model(post_office, "PostV1Parcel").from_dict({"date_created": "2016-08-01T22:10:40.000z"}).date_created
    assert moment.tzinfo == dt.UTC
    assert moment.tzname() == "UTC"
    assert repr(moment) == repr(UTC_TIME)
    assert moment.astimezone(LATER).isoformat() == "2016-08-02T03:40:40+05:30"
    for time, text in (
        (copy.deepcopy(moment), "2016-08-01T22:10:40.000z"),
        (pickle.loads(pickle.dumps(moment)), "2016-08-01T22:10:40.000z"),  # noqa: S301
        (moment + dt.timedelta(seconds=1), "2016-08-01T22:10:41Z"),
        (UTC_TIME.astimezone(moment.tzinfo), "2016-08-01T22:10:40.000z"),
    ):
        assert model(post_office, "PostV1Parcel")(date_created=time).to_dict()["date_created"] == text


def test_attributes_are_written_in_the_order_of_the_document(post_office: ModuleType) -> None:
    """Attributes are written in the order of the document, required or not, before unknown fields."""
    raw = {"unknown": 1, "url": None, "weight": 2, "recipient": "Ann", "fragile": "yes", "state": "lost", "sid": "PA"}
    assert list(model(post_office, "PostV1Parcel").from_dict(raw).to_dict()) == [
        *("sid", "recipient", "state", "weight", "fragile", "url", "unknown")
    ]


def test_the_repr_of_a_record(post_office: ModuleType) -> None:
    """A repr shows neither attributes that are None nor empty additional properties."""
    read = model(post_office, "PostV1Parcel").from_dict
    assert repr(read({"sid": "PA", "weight": None, "size": {"width": 1, "height": None}})) == (
        "PostV1Parcel(sid='PA', size=Size(width=1))"
    )
    assert repr(read({"fragile": "yes", "new": None})) == (
        "PostV1Parcel(additional_properties={'fragile': 'yes', 'new': None})"
    )
    assert repr(read({})) == "PostV1Parcel()"


def test_every_public_class_has_a_docstring(package: ModuleType) -> None:
    """Models and enums have docstrings, and members of string enums equal their strings."""
    assert all(thing.__doc__ and thing.__doc__.strip() for thing in (*models(package), *enums(package)))
    assert all(
        member == member.value and str(member) == str(member.value) for enum in enums(package) for member in enum
    )
