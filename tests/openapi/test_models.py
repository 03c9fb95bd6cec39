"""The generated models: total for any JSON object, truthful, and lossless, also in copies and pickles."""

import copy
import datetime as dt
import functools
import importlib
import json
import pickle
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import attrs
import pytest
from generation import small, write_package
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

import flexflows
from flexflows_api import models
from flexflows_api.models import FlexFlow, Integration

PROPERTIES = """text: {type: string}
        flag: {type: boolean}
        number: {type: integer}
        weight: {type: number}
        at: {type: string, format: date-time}
        day: {type: string, format: date}
        state: {type: string, enum: [on_, off]}
        shade: {anyOf: [{$ref: "#/components/schemas/Open"}, {type: string}]}
        size: {type: integer, enum: [1, 2]}
        numbers: {type: array, items: {type: integer}}
        days: {type: array, items: {type: [string, "null"], format: date}}
        grid: {type: array, items: {type: array, items: {type: [integer, "null"]}}}
        either: {type: [integer, string], format: date-time}
        inner: {type: object, properties: {deep: {type: boolean}}}
        anything: {}"""
SAMPLE = small(properties=PROPERTIES, schemas="Open: {type: string, enum: [red]}")
NOON = dt.datetime(2016, 8, 1, 12, tzinfo=dt.UTC)
MODELS: list[Any] = [each for each in vars(models).values() if hasattr(each, "from_dict")]


@pytest.fixture(scope="module")
def thing(tmp_path_factory: pytest.TempPathFactory) -> Any:
    package = write_package(tmp_path_factory.mktemp("package") / "sample", SAMPLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(package.parent)
        return importlib.import_module("sample.models").Thing


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("text", "", ""),
        ("flag", False, False),
        ("number", 2**70, 2**70),
        ("weight", 1, 1),
        ("weight", 0.5, 0.5),
        ("at", "2016-08-01T12:00:00Z", NOON),
        ("at", "2016-08-01t14:00:00.000+02:00", NOON),
        ("at", "9999-12-31T23:59:59.999999Z", dt.datetime.max.replace(tzinfo=dt.UTC)),
        ("day", "2016-08-01", dt.date(2016, 8, 1)),
        ("state", "off", "off"),
        ("shade", "red", "red"),
        ("shade", "blue", "blue"),
        ("size", 2, 2),
        ("numbers", [], []),
        ("days", ["2016-08-01", None], [dt.date(2016, 8, 1), None]),
        ("grid", [[1, None], []], [[1, None], []]),
        ("either", 5, 5),
        ("anything", [{"a": None}], [{"a": None}]),
    ],
)
def test_a_value_that_fits_is_read_and_written(thing: Any, name: str, raw: Any, expected: Any) -> None:
    record = thing.from_dict({name: raw})
    assert getattr(record, name) == expected
    assert record.additional_properties == {}
    check_types(record)
    assert thing.from_dict(record.to_dict()) == record


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        *(("text", 5), ("flag", 1), ("flag", "true"), ("number", True), ("number", 2.0), ("weight", True)),
        *(("weight", "1"), ("state", "on fire"), ("state", ["off"]), ("shade", 5), ("size", 3), ("size", True)),
        *(("numbers", [1, "2"]), ("numbers", [None]), ("numbers", {}), ("grid", [None]), ("inner", [])),
        *(("day", "2016-08-01T12:00:00Z"), ("day", "20160801"), ("day", "2016-02-30"), ("day", 5), ("either", 1.5)),
        *(("at", "2016-08-01"), ("at", "2016-08-01T12:00:00"), ("at", "2016-08-01 12:00:00Z"), ("at", 1470052800)),
        *(("at", "2016-08-01T12:00:00.1234567Z"), ("at", "2016-13-01T12:00:00Z"), ("at", "2016-W31-1T12:00:00Z")),
        *(("at", "2016-08-01T24:00:00Z"), ("at", "2016-08-01T24:00:00.0Z"), ("at", "2016-12-31T23:59:60Z")),
        *(("at", "2016-08-01T120000.1Z"), ("at", "2016-08-01T12:00:00Z\n"), ("at", "0001-01-01T00:00:00+23:59")),
    ],
)
def test_a_value_that_does_not_fit_stays_in_additional_properties(thing: Any, name: str, raw: Any) -> None:
    record = thing.from_dict({name: raw})
    assert getattr(record, name) is None
    assert record.additional_properties == {name: raw}
    assert record.to_dict() == {name: raw}


@functools.cache
def validator(hint: Any) -> TypeAdapter[Any]:
    return TypeAdapter(hint)


def check_types(record: Any) -> None:
    """Raise an error for an attribute that is not of its annotation's type, taken strictly: true is not an integer."""
    hints = typing.get_type_hints(type(record))
    for name in record._names.values():
        value = getattr(record, name)
        assert validator(hints[name]).validate_python(value, strict=True) == value


def normal(value: Any) -> Any:
    """Return a JSON value without nulls, and with the only one of `TIMES` in another zone as it is in UTC."""
    if isinstance(value, dict):
        return {name: normal(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return "2016-08-01T10:00:00Z" if value == TIMES[1] else value


TIMES = ("2016-08-01T12:00:00Z", "2016-08-01T12:00:00+02:00", "2016-08-01")
SCALARS = st.sampled_from((None, True, 0, 1, 2**70, 1.5, "", "off", "red", "x", *TIMES)) | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["deep", "a"]), inner),
    max_leaves=5,
)


@settings(max_examples=50)
@given(data=st.data())
def test_any_object_is_read_and_written_without_a_loss(thing: Any, data: st.DataObject) -> None:
    """Nothing raises, every attribute is of its type, and nothing but the spelling of times changes; also in copies."""
    model = data.draw(st.sampled_from([thing, *MODELS]))
    names = st.sampled_from([*model._names, "deep"]) | st.text(max_size=3)  # the model of a map has no names
    raw = data.draw(st.dictionaries(names, VALUES, max_size=8))
    record, before = model.from_dict(raw), copy.deepcopy(raw)
    assert raw == before
    check_types(record)
    written = record.to_dict()
    assert written.keys() - model._required <= raw.keys()
    assert json.dumps(normal(written), sort_keys=True) == json.dumps(normal(raw), sort_keys=True)
    for same in (
        *(copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record)), attrs.evolve(record)),  # noqa: S301
        *(record.__replace__(), model.from_dict(written)),
    ):
        assert same == record
        assert json.dumps(same.to_dict()) == json.dumps(written)


def test_required_attributes_are_always_written_and_others_if_they_are_not_none() -> None:
    columns = [name for name in FlexFlow._names if name in FlexFlow._required]
    assert list(FlexFlow().to_dict()) == columns
    assert list(FlexFlow.from_dict({"new": 1, "sid": "FO"}).to_dict()) == [*columns, "new"]
    assert Integration.from_dict({"flow_sid": None, "new": None}).to_dict() == {"new": None}


def test_a_value_that_is_set_replaces_the_raw_value_that_did_not_fit() -> None:
    flow = FlexFlow.from_dict({"sid": 5})
    assert attrs.evolve(flow, sid="FO1").to_dict()["sid"] == "FO1"


def test_a_deep_copy_keeps_what_a_caller_added_and_shares_nothing_with_the_record() -> None:
    flow = FlexFlow(additional_properties={"sid": "FO1", "seen": [NOON]})
    assert copy.deepcopy(flow) == flow
    assert copy.deepcopy(flow).additional_properties["seen"] is not flow.additional_properties["seen"]


def test_a_time_of_a_caller_is_written_in_utc() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    assert FlexFlow(date_created=NOON.astimezone(zone)).to_dict()["date_created"] == "2016-08-01T12:00:00Z"
    earliest = FlexFlow(date_created=dt.datetime.min.replace(tzinfo=zone))
    assert earliest.to_dict()["date_created"].startswith("0001-01-01T")


def test_the_repr_has_the_values_without_nulls() -> None:
    assert repr(Integration(retry_count=3)) == "Integration(retry_count=3)"
    assert repr(Integration.from_dict({"timeout": "x"})) == "Integration(additional_properties={'timeout': 'x'})"


def test_annotations_resolve() -> None:
    for each in (*MODELS, FlexFlow.__init__, flexflows.FlexFlowFilters):
        assert typing.get_type_hints(each)
        assert "Unset" not in str(typing.get_type_hints(each))


@pytest.mark.slow
def test_a_record_pickled_by_another_version_is_read_whole(tmp_path: Path) -> None:
    """An older and a newer version read each other's records, with classes and members that one of them lacks."""
    properties = {
        "old": "s: {enum: [a]}\n        day: {type: string, format: date}",
        "new": "s: {enum: [a, b]}\n        at: {type: string, format: date-time}\n"
        "        inner: {type: object, properties: {a: {type: integer}}}",
    }
    for name, text in properties.items():
        (tmp_path / name).mkdir()
        write_package(tmp_path / name / "things", small(properties=text))
    raw = {"sid": "x", "s": "b", "at": "2026-06-01T00:00:00Z", "day": "2026-06-01", "inner": {"a": 1}, "more": None}
    start = f"import pickle, sys; from things.models import Thing; raw = {raw}; "
    write = "sys.stdout.buffer.write(pickle.dumps(Thing.from_dict(raw)))"
    read = "thing = pickle.load(sys.stdin.buffer); print(thing == Thing.from_dict(raw), thing.to_dict() == raw, thing)"
    for writer, reader in (("old", "new"), ("new", "old"), ("new", "new")):
        pickled = run(start + write, tmp_path / writer, b"")
        assert run(start + read, tmp_path / reader, pickled).startswith(b"True True Thing(")


def run(code: str, folder: Path, content: bytes) -> bytes:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, input=content, capture_output=True, check=True).stdout  # noqa: S603
