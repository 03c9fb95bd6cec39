"""An operation as data: the request for its arguments, as OpenAPI defines it, and refused arguments."""

import datetime as dt
import uuid
from enum import IntEnum, StrEnum

import pytest

from flexflows_api.operation import Operation, Parameter


class Status(StrEnum):
    """An enum of strings, like the generated ones."""

    OPEN = "open"
    CLOSED = "closed"


class Level(IntEnum):
    """An enum of integers."""

    LOW = 1
    HIGH = 2


class Index:
    """An integer of another library, such as numpy's."""

    def __index__(self) -> int:
        return 7


CHOICES = ("open", "closed")
OFFSET = dt.timezone(dt.timedelta(hours=2))


def operation(*parameters: Parameter) -> Operation:
    return Operation(name="list_things", server="https://api.example.com", path="/v1/Things", parameters=parameters)


def parameter(**facts: object) -> Parameter:
    return Parameter(name="name", wire_name="Name", **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "value", "query"),
    [
        ({}, "Sales", "Name=Sales"),
        ({}, "", "Name="),
        ({}, "a b&c=d/é?#+%", "Name=a%20b%26c%3Dd%2F%C3%A9%3F%23%2B%25"),
        ({}, Status.OPEN, "Name=open"),
        ({}, uuid.UUID(int=1), "Name=00000000-0000-0000-0000-000000000001"),
        ({"kind": "integer"}, 5, "Name=5"),
        ({"kind": "integer"}, Index(), "Name=7"),
        ({"kind": "integer"}, "-12", "Name=-12"),
        ({"kind": "integer", "choices": ("1", "2")}, Level.HIGH, "Name=2"),
        ({"kind": "boolean"}, True, "Name=true"),
        ({"kind": "boolean"}, False, "Name=false"),
        ({"kind": "boolean"}, "true", "Name=true"),
        ({"kind": "date"}, dt.date(2026, 6, 1), "Name=2026-06-01"),
        ({"kind": "date"}, "2026-06-01", "Name=2026-06-01"),
        ({"kind": "date-time"}, dt.datetime(2026, 6, 1, 12, tzinfo=OFFSET), "Name=2026-06-01T10%3A00%3A00Z"),
        ({"kind": "date-time"}, "2026-06-01T12:00:00+02:00", "Name=2026-06-01T12%3A00%3A00%2B02%3A00"),
        ({"choices": CHOICES}, Status.CLOSED, "Name=closed"),
        ({"choices": CHOICES}, "closed", "Name=closed"),
        ({"choices": CHOICES, "is_open": True}, "archived", "Name=archived"),
        ({"is_array": True}, ["a", "b"], "Name=a&Name=b"),
        ({"is_array": True}, ("a",), "Name=a"),
        ({"is_array": True, "choices": CHOICES}, [Status.OPEN, "closed"], "Name=open&Name=closed"),
        ({"is_array": True, "kind": "date"}, [dt.date(2026, 6, 1)], "Name=2026-06-01"),
        ({}, None, ""),
        ({"is_array": True}, None, ""),
    ],
)
def test_a_query_parameter_is_encoded_by_its_type(facts: dict[str, object], value: object, query: str) -> None:
    assert operation(parameter(**facts)).request({"name": value}) == ("/v1/Things", query)


@pytest.mark.parametrize(
    ("facts", "value", "error", "message"),
    [
        ({}, 5, TypeError, "name must be a string, not a value of type int"),
        ({}, b"x", TypeError, "name must be a string, not a value of type bytes"),
        ({}, ["x"], TypeError, "name must be a string, not a value of type list"),
        ({}, "\ud83d", ValueError, "which no URL can hold"),
        ({"kind": "integer"}, True, TypeError, "name must be an integer"),
        ({"kind": "integer"}, 1.0, TypeError, "name must be an integer"),
        ({"kind": "integer"}, 10**18, TypeError, "of up to 18 digits"),
        ({"kind": "integer"}, "five", ValueError, "not 'five'"),
        ({"kind": "integer"}, "", ValueError, "not ''"),
        ({"kind": "integer", "choices": ("1", "2")}, 3, ValueError, "name must be one of '1', '2', not 3"),
        ({"kind": "boolean"}, 1, TypeError, "name must be True or False"),
        ({"kind": "boolean"}, "yes", ValueError, "name must be True or False, not 'yes'"),
        ({"kind": "date"}, dt.datetime(2026, 6, 1, tzinfo=dt.UTC), TypeError, "name must be a date"),
        ({"kind": "date"}, "2026-02-30", ValueError, "not '2026-02-30'"),
        ({"kind": "date"}, "20260601", ValueError, "not '20260601'"),
        ({"kind": "date-time"}, dt.datetime(2026, 6, 1), TypeError, "with a time zone"),  # noqa: DTZ001
        ({"kind": "date-time"}, dt.date(2026, 6, 1), TypeError, "with a time zone"),
        ({"kind": "date-time"}, "2026-06-01T12:00:00", ValueError, "with a time zone"),
        ({"kind": "date-time"}, "yesterday", ValueError, "not 'yesterday'"),
        ({"choices": CHOICES}, "ajar", ValueError, "name must be one of 'open', 'closed', not 'ajar'"),
        ({"choices": CHOICES}, 3, TypeError, "name must be one of 'open', 'closed'"),
        ({"is_array": True}, "open", TypeError, "name must be a list, each item a string"),
        ({"is_array": True}, 5, TypeError, "name must be a list"),
        ({"is_array": True}, {"a": 1}, TypeError, "name must be a list"),
        ({"is_array": True}, [], ValueError, "name is an empty list"),
        ({"is_array": True}, ["a", 1], TypeError, "name must be a string"),
        ({"is_array": True}, ["a", None], TypeError, "name must be a string, not None"),
        ({}, "x" * 100 + "\ud83d", ValueError, "name has the character"),
        ({"choices": CHOICES}, "x" * 1000, ValueError, "…"),
    ],
)
def test_the_error_for_a_wrong_value_names_the_parameter_and_the_expected_value(
    facts: dict[str, object], value: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        operation(parameter(**facts)).request({"name": value})
    assert str(raised.value).startswith("name ")
    assert message in str(raised.value)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("arguments", [{}, {"name": None}])
def test_a_missing_required_parameter_is_named(arguments: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"^name is missing; it must be a string$"):
        operation(parameter(required=True)).request(arguments)


def test_an_unknown_parameter_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(TypeError, match=r"^list_things has no filter 'nam'; did you mean 'name'\?$"):
        operation(parameter()).request({"nam": "x"})
    with pytest.raises(TypeError, match=r"it takes name$"):
        operation(parameter()).request({"zzz": None})
    with pytest.raises(TypeError, match=r"it takes no filter$"):
        operation().request({"zzz": "x"})


def test_the_query_has_the_documents_order() -> None:
    first, second = Parameter(name="b", wire_name="B"), Parameter(name="a", wire_name="A")
    assert operation(first, second).request({"a": "1", "b": "2"})[1] == "B=2&A=1"
