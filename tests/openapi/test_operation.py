"""An operation as data: the request for its arguments, as OpenAPI defines it, and refused arguments."""

import datetime as dt
from enum import StrEnum
from typing import Any

import pytest

from flexflows_api.operation import Operation, Parameter


class Status(StrEnum):
    OPEN = "open"


class Index:
    """An integer of another library, such as numpy's."""

    def __index__(self) -> int:
        return 7


INTEGER, DATE, TIME, BOOLEAN = ({"kind": kind} for kind in ("integer", "date", "date-time", "boolean"))
ARRAY = {"is_array": True}
CHOICES = {"choices": ("open", "closed")}
NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def operation(*parameters: Parameter) -> Operation:
    return Operation(name="list_things", server="https://a.test", path="/things", parameters=parameters, response=dict)


def parameter(**arguments: Any) -> Parameter:
    return Parameter(name="name", wire_name="Name", **arguments)


@pytest.mark.parametrize(
    ("arguments", "value", "query"),
    [
        ({}, "Sales", "Name=Sales"),
        ({}, "a b&c=d/é?#+%", "Name=a%20b%26c%3Dd%2F%C3%A9%3F%23%2B%25"),
        ({}, None, ""),
        (INTEGER, Index(), "Name=7"),
        (INTEGER, "-12", "Name=-12"),
        (INTEGER | {"choices": ("1", "2")}, 2, "Name=2"),
        (BOOLEAN, True, "Name=true"),
        (BOOLEAN, "false", "Name=false"),
        (DATE, dt.date(2026, 6, 1), "Name=2026-06-01"),
        (DATE, "2026-06-01", "Name=2026-06-01"),
        (TIME, NOON, "Name=2026-06-01T10%3A00%3A00Z"),
        (TIME, "2026-06-01T12:00:00+02:00", "Name=2026-06-01T12%3A00%3A00%2B02%3A00"),
        (CHOICES, "closed", "Name=closed"),
        (CHOICES | {"is_open": True}, "archived", "Name=archived"),
        (ARRAY, ["a", "b"], "Name=a&Name=b"),
        (ARRAY | CHOICES, [Status.OPEN, "closed"], "Name=open&Name=closed"),
    ],
)
def test_a_value_is_encoded_by_the_type_of_its_parameter(arguments: Any, value: object, query: str) -> None:
    assert operation(parameter(**arguments)).request({"name": value}) == ("/things", query)


@pytest.mark.parametrize(
    ("arguments", "value", "error", "message"),
    [
        ({}, 5, TypeError, "name must be a string, not int"),
        ({}, "\ud83d", ValueError, "which no URL can hold"),
        (INTEGER, True, TypeError, "name must be an integer"),
        (INTEGER, 1.0, TypeError, "name must be an integer"),
        (INTEGER, "five", ValueError, "not 'five'"),
        (INTEGER | {"choices": ("1", "2")}, 3, ValueError, "name must be one of '1', '2', not '3'"),
        (BOOLEAN, 1, TypeError, "name must be True or False"),
        (BOOLEAN, "yes", ValueError, "name must be True or False, not 'yes'"),
        (DATE, NOON, ValueError, "name must be a date"),
        (DATE, "2026-02-30", ValueError, "not '2026-02-30'"),
        (TIME, NOON.replace(tzinfo=None), ValueError, "with a time zone"),
        (TIME, "2026-06-01T12:00:00", ValueError, "with a time zone"),
        (CHOICES, "ajar", ValueError, "name must be one of 'open', 'closed', not 'ajar'"),
        (CHOICES, "x" * 1000, ValueError, "xxx"),
        (ARRAY, "open", TypeError, "name must be a list, each item a string"),
        (ARRAY, [], ValueError, "name is an empty list"),
        (ARRAY, ["a", None], TypeError, "name must be a string, not NoneType"),
    ],
)
def test_the_error_for_a_wrong_value_names_the_parameter_and_the_expected_value(
    arguments: Any, value: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        operation(parameter(**arguments)).request({"name": value})
    assert str(raised.value).startswith("name ")
    assert message in str(raised.value)
    assert len(str(raised.value)) < 200


def test_an_unknown_or_missing_parameter_is_named() -> None:
    with pytest.raises(TypeError, match=r"^list_things has no filter 'nam'; did you mean 'name'\?$"):
        operation(parameter()).request({"nam": "x"})
    with pytest.raises(TypeError, match=r"it takes no filter$"):
        operation().request({"zzz": "x"})
    with pytest.raises(TypeError, match=r"^name is missing; it must be a string$"):
        operation(parameter(required=True)).request({"name": None})


def test_the_query_has_the_documents_order() -> None:
    first, second = Parameter(name="b", wire_name="B"), Parameter(name="a", wire_name="A")
    assert operation(first, second).request({"a": "1", "b": "2"})[1] == "B=2&A=1"
