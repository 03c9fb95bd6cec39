"""Any JSON object can be read into a model without loss, and an object of the API is written back exactly."""

import copy
import datetime as dt
import enum
import functools
import json
import pickle
import sys
import types
import typing
from types import MappingProxyType, ModuleType
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import annotations, enums, holds, models, wire_names

from flexflows_api.models import FlexFlow

TIMES = [
    *("2016-08-01T22:10:40Z", "2016-08-01T22:10:40+00:00", "2016-08-01T22:10:40.123456-03:30", "2016-08-01"),
    *("2016-08-01T22:10:40", "2016-08-01 22:10:40Z", "2016-08-01T22:10:40.1234567Z", "2016-W31-1T22:10:40Z"),
    *("2016-13-01T22:10:40Z", "2016-08-01T221040.1Z", "20160801", "2016-W31-1", "2016-02-30"),
    *("2016-08-01t22:10:40.000z", "2016-12-31T23:59:60Z", "2016-12-31T24:00:00Z", "0001-01-01T00:00:00+23:59"),
]
UUIDS = ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "urn:uuid:6ba7b810"]
NUMBERS = [0, 1, -1, 2, 3, 3.0, 0.5, 1.0, -1.0, 2**70, 1e300]

for_each_package = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@functools.cache
def json_values(package: ModuleType) -> st.SearchStrategy[Any]:
    """Return values that resemble those of the package's models, valid and almost valid."""
    words = ["yes", "true", "", *(member.value for enum in enums(package) for member in enum)]
    names = sorted({name for model in models(package) for name in wire_names(model)})
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from(NUMBERS),
        st.sampled_from(words),
        st.sampled_from(TIMES),
        st.sampled_from(UUIDS),
        st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.datetimes().map(dt.datetime.isoformat),
    )
    few = st.lists(scalars, max_size=2)
    record = st.dictionaries(st.sampled_from(names), scalars | few, max_size=4)
    deep = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
    return st.one_of(scalars, scalars, few, st.lists(few, max_size=2), record, st.lists(record, max_size=2), deep)


@functools.cache
def objects(model: Any, package: ModuleType) -> st.SearchStrategy[dict[str, Any]]:
    """Return JSON objects with about half of a model's names, and some others."""
    values = json_values(package)
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(wire_names(model), values))
    unknown = st.dictionaries(st.text(max_size=5), values, max_size=2)
    return st.builds(lambda some, other: other | some, known, unknown)


def times() -> st.SearchStrategy[str]:
    """Return times in the form of RFC 3339, in UTC and other zones, with up to six digits of a second."""
    digits = st.text("0123456789", max_size=6).map(lambda text: text and f".{text}")
    offsets = st.sampled_from(["Z", "Z", "z", "+00:00", "-00:00", "+05:30", "-23:59"])
    seconds = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
    return st.builds("{}{}{}".format, seconds | seconds.map(str.lower), digits, offsets)


@functools.cache
def well_formed(hint: Any, depth: int = 3) -> st.SearchStrategy[Any]:
    """Return the JSON values of an attribute's type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    plain = {
        str: st.text(max_size=5),
        bool: st.booleans(),
        int: st.integers(),
        float: st.integers() | st.floats(allow_nan=False),
        type(None): st.none(),
        dt.datetime: times(),
        dt.date: st.dates().map(dt.date.isoformat),
        UUID: st.uuids().map(str),
        Any: st.none() | st.booleans() | st.dictionaries(st.text(max_size=3), st.integers() | times(), max_size=2),
    }
    if hint in plain:
        return plain[hint]
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([well_formed(argument, depth) for argument in arguments])
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(well_formed(arguments[0], depth), max_size=2 if depth else 0)
    if issubclass(hint, enum.Enum):
        return st.sampled_from([member.value for member in hint])
    return st.nothing() if depth == 0 else records(hint, depth - 1)


@functools.cache
def records(model: Any, depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects of a model with every required attribute, some optional ones, and fields of any name."""
    hints = annotations(model)
    values = {name: well_formed(hints[attribute], depth) for name, attribute in model._names.items()}
    known = st.fixed_dictionaries(
        {name: value for name, value in values.items() if name in model._required},
        optional={name: value for name, value in values.items() if name not in model._required},
    )
    is_typed = hasattr(sys.modules[model.__module__], "_additional")
    unknown = st.dictionaries(st.text("xyz", min_size=3), well_formed(Any) | times(), max_size=0 if is_typed else 2)
    return st.builds(lambda some, other: other | some, known, unknown)


def without_nulls(value: Any) -> Any:
    """Return the value without nulls: a model also writes nulls for missing required attributes."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def as_text(value: Any) -> str:
    """Return a value that differs between 1, 1.0 and true."""
    return json.dumps(value, sort_keys=True)


def drawn_model(package: ModuleType, data: st.DataObject) -> Any:
    """Draw a model, those with many attributes more often."""
    return data.draw(
        st.sampled_from([model for model in models(package) for _ in range(1 + len(wire_names(model)) // 4)])
    )


@for_each_package
@given(data=st.data())
def test_any_object_is_read_and_written(package: ModuleType, data: st.DataObject) -> None:
    """Any object is read without an exception, every value has its annotated type, nothing is lost, also in copies."""
    model = drawn_model(package, data)
    raw = data.draw(objects(model, package))
    before = copy.deepcopy(raw)

    record = model.from_dict(raw)

    assert raw == before
    assert holds(record)
    written = record.to_dict()
    assert as_text(without_nulls(written)) == as_text(without_nulls(raw))
    assert json.loads(json.dumps(written)) == written
    assert written.keys() >= raw.keys()
    raw["added later"] = 1
    assert "added later" not in record.additional_properties
    for same in (
        copy.copy(record),
        copy.deepcopy(record),
        pickle.loads(pickle.dumps(record)),  # noqa: S301
        attrs.evolve(record),
        record.__replace__(),
        model.from_dict(written),
    ):
        assert same == record
        assert type(same) is model
        assert as_text(same.to_dict()) == as_text(written)


@for_each_package
@given(data=st.data())
def test_a_well_formed_object_is_written_unchanged(package: ModuleType, data: st.DataObject) -> None:
    """An object with the required attributes, all of their types, is written back exactly, with its nulls and times."""
    model = drawn_model(package, data)
    raw = data.draw(records(model))
    record = model.from_dict(raw)
    assert as_text(record.to_dict()) == as_text(raw)
    assert vars(record) == raw
    given_names = {name for name in model._names if raw.get(name) is not None}
    read_names = {name for name, attribute in model._names.items() if getattr(record, attribute) is not None}
    assert given_names - read_names <= {"half"}  # a constant; its annotation is only float


def test_every_attribute_may_be_none(package: ModuleType) -> None:
    """An empty object, and a call without arguments, give a model whose attributes are None."""
    for model in models(package):
        empty = model.from_dict({})
        assert empty == model()
        assert all(getattr(empty, name) is None for name in annotations(model) if name != "additional_properties")
        assert empty.to_dict() == dict.fromkeys(model._required)


def test_no_annotation_has_unset(package: ModuleType) -> None:
    """No type of an attribute has Unset, and additional_properties has the same type in every model."""
    for model in models(package):
        hints = annotations(model)
        assert hints["additional_properties"] == dict[str, Any]
        assert not [name for name, hint in hints.items() if "Unset" in str(hint)]


def test_a_value_of_the_wrong_type_is_kept_raw(post_office: ModuleType) -> None:
    """An attribute with a value of the wrong type is None; the raw value is kept until a value is set."""
    model = next(model for model in models(post_office) if model.__name__ == "PostV1Parcel")
    raw = {"sid": 5, "class": 5, "Content-Type": [], "unknown": None, "recipient": None}
    parcel = model.from_dict(raw)
    assert (parcel.sid, parcel.class_, parcel.content_type) == (None, None, None)
    assert parcel.additional_properties == {"sid": 5, "class": 5, "Content-Type": [], "unknown": None}
    assert parcel.to_dict() == raw
    parcel.class_ = "first"
    assert parcel.to_dict() == raw | {"class": "first"}
    assert parcel.additional_properties["class"] == 5


def test_additional_properties_are_a_keyword_of_the_constructor(package: ModuleType) -> None:
    """A model is built and changed with additional properties, and shares them with no other model."""
    for model in models(package):
        made = model(additional_properties={"note": [[1]]})
        assert made.to_dict() == dict.fromkeys(model._required) | {"note": [[1]]}
        assert model.from_dict(made.to_dict()).to_dict() == made.to_dict()
        assert made == model(additional_properties={"note": [[1]]}) != model()
        assert attrs.evolve(made, additional_properties={}) == model()
        made.to_dict()["note"][0].append(2)
        assert made.additional_properties == {"note": [[1]]}


@pytest.mark.parametrize("field", ["new", "sid", "integration"])
def test_fields_of_any_depth(field: str) -> None:
    """A value that is nested as deep as a decoder allows is kept, and written."""
    deep: Any = 1
    for _ in range(400):
        deep = [{"a": deep}]
    raw = FlexFlow().to_dict() | {field: {"a": deep}}
    assert FlexFlow.from_dict(raw).to_dict() == raw


def test_any_mapping_is_read() -> None:
    """A mapping other than a dict is read like one, complete or not."""
    sparse = {"sid": "FO", "other": 1}
    assert FlexFlow.from_dict(MappingProxyType(sparse)) == FlexFlow.from_dict(sparse)
    whole = FlexFlow().to_dict() | sparse
    assert FlexFlow.from_dict(MappingProxyType(whole)).to_dict() == whole
