"""The models are total, truthful and lossless for any JSON object."""

import copy
import datetime as dt
import json
import pickle
from types import MappingProxyType, ModuleType
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import annotations, enums, holds, models, wire_names

from flexflows_api import wire
from flexflows_api.models import FlexFlow

TIMES = [
    *("2016-08-01T22:10:40Z", "2016-08-01T22:10:40+00:00", "2016-08-01T22:10:40.123456-03:30", "2016-08-01"),
    *("2016-08-01T22:10:40", "2016-08-01 22:10:40Z", "2016-08-01T22:10:40.1234567Z", "2016-W31-1T22:10:40Z"),
    *("2016-13-01T22:10:40Z", "2016-08-01T221040.1Z", "20160801", "2016-W31-1", "2016-02-30"),
]
UUIDS = ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "urn:uuid:6ba7b810"]
NUMBERS = [0, 1, -1, 2, 3, 3.0, 0.5, 1.0, -1.0, 2**70, 1e300]


def json_values(package: ModuleType) -> st.SearchStrategy[Any]:
    """Make values that resemble what the package's models hold, right and nearly right."""
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


def objects(model: Any, package: ModuleType) -> st.SearchStrategy[dict[str, Any]]:
    """Make JSON objects with about half of a model's names, and some others."""
    values = json_values(package)
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(wire_names(model), values))
    unknown = st.dictionaries(st.text(max_size=5), values, max_size=2)
    return st.builds(lambda some, other: other | some, known, unknown)


def spelled(value: Any) -> Any:
    """Leave out what may differ on the way back: null against absent, and the spelling of a time."""
    if isinstance(value, dict):
        return {name: spelled(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [spelled(item) for item in value]
    moment = wire.date_time(value)
    return value if moment is None else moment.isoformat()


def as_text(value: Any) -> str:
    """Tell 1, 1.0 and true apart."""
    return json.dumps(spelled(value), sort_keys=True)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_object_is_read_truthfully_and_given_back(package: ModuleType, data: st.DataObject) -> None:
    """Whatever the object, reading it raises nothing, lies about nothing and loses nothing."""
    by_size = [model for model in models(package) for _ in range(1 + len(wire_names(model)) // 4)]
    model = data.draw(st.sampled_from(by_size))
    raw = data.draw(objects(model, package))
    before = copy.deepcopy(raw)

    record = model.from_dict(raw)

    assert raw == before
    assert holds(record)
    given_back = record.to_dict()
    assert as_text(given_back) == as_text(raw)
    assert json.loads(json.dumps(given_back)) == given_back
    raw["added later"] = 1
    assert "added later" not in record.additional_properties
    for same in (
        copy.copy(record),
        copy.deepcopy(record),
        pickle.loads(pickle.dumps(record)),  # noqa: S301
        model.from_dict(given_back),
    ):
        assert same == record
        assert type(same) is model


def test_every_attribute_may_be_none(package: ModuleType) -> None:
    """An empty object gives a model whose attributes are None, and so does a call without arguments."""
    for model in models(package):
        empty = model.from_dict({})
        assert empty == model()
        assert all(getattr(empty, name) is None for name in annotations(model) if name != "additional_properties")
        assert empty.to_dict() == {}


def test_no_annotation_speaks_of_unset(package: ModuleType) -> None:
    """Nothing that a user sees is Unset, and additional_properties is the same everywhere."""
    for model in models(package):
        hints = annotations(model)
        assert hints["additional_properties"] == dict[str, Any]
        assert not [name for name, hint in hints.items() if "Unset" in str(hint)]


def test_what_does_not_fit_stays_under_its_own_name(post_office: ModuleType) -> None:
    """An attribute whose value does not fit is None, the raw value is kept, and a value set later wins over it."""
    model = next(model for model in models(post_office) if model.__name__ == "PostV1Parcel")
    parcel = model.from_dict({"class": 5, "Content-Type": [], "unknown": None})
    assert (parcel.class_, parcel.content_type) == (None, None)
    assert parcel.additional_properties == {"class": 5, "Content-Type": [], "unknown": None}
    parcel.class_ = "first"
    assert parcel.to_dict() == {"class": "first", "Content-Type": [], "unknown": None}
    assert parcel.additional_properties["class"] == 5


def test_any_mapping_is_read() -> None:
    """A mapping that is no dict is read like one."""
    assert FlexFlow.from_dict(MappingProxyType({"sid": "FO", "other": 1})).to_dict() == {"sid": "FO", "other": 1}
