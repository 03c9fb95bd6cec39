"""The records that the sandbox makes."""

import re
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from flexflows.sandbox._records import Recipe
from flexflows.sandbox._schema import SID, Listing, facet, make_value

ACCOUNT = "AC" + "0123456789abcdef" * 2


@pytest.fixture
def recipe(listing: Listing) -> Recipe:
    return Recipe(listing, seed=0, account_sid=ACCOUNT)


@pytest.fixture
def records(recipe: Recipe) -> list[dict[str, Any]]:
    return [msgspec.json.decode(recipe.text(number)) for number in range(500)]


def a_listing(record: dict[str, Any], **parameters: dict[str, Any]) -> Listing:
    """Describe a list of `record`s in a fragment of its own."""
    page = {"properties": {"meta": {}, "things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}
    operation = {
        "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()],
        "responses": {"200": {"content": {"application/json": {"schema": page}}}},
    }
    return Listing.of(
        {
            "paths": {"/v1/Things": {"get": operation}},
            "components": {"schemas": {"Thing": {"type": "object", **record}}},
        }
    )


def test_every_record_fits_its_schema(listing: Listing, records: list[dict[str, Any]]) -> None:
    """A record validates against the fragment's schema, formats included."""
    validator = Draft202012Validator(
        {**listing.record, "components": listing.document["components"]}, format_checker=FormatChecker()
    )
    for record in records:
        validator.validate(record)


def test_every_attribute_of_the_schema_is_there(listing: Listing, records: list[dict[str, Any]]) -> None:
    """A record has the attributes that the schema has, in its order."""
    assert {tuple(record) for record in records} == {tuple(listing.attributes())}


def test_every_listed_value_comes_up(listing: Listing, records: list[dict[str, Any]]) -> None:
    """Each value that an attribute lists is some record's."""
    for name in listing.with_enum():
        assert {record[name] for record in records} == set(facet(listing.document, listing.attributes()[name], "enum"))


def test_records_depend_on_seed_and_number_alone(
    listing: Listing, recipe: Recipe, records: list[dict[str, Any]]
) -> None:
    """The same seed and number make the same record, in any order; another seed makes another."""
    again = Recipe(listing, seed=0, account_sid=ACCOUNT)
    assert [msgspec.json.decode(again.text(number)) for number in reversed(range(500))] == records[::-1]
    assert Recipe(listing, seed=1, account_sid=ACCOUNT).text(0) != recipe.text(0)


def test_sids_are_of_one_account_and_their_own(recipe: Recipe, records: list[dict[str, Any]]) -> None:
    """The account's SID is the sandbox's, a record's own is unique and part of its URL, and tells its number."""
    texts = [msgspec.json.encode(record).decode() for record in records]
    assert all(ACCOUNT in text for text in texts)
    assert len({recipe.sid(number) for number in range(500)}) == 500
    for number, text in enumerate(texts):
        assert text.count(recipe.sid(number)) == 2
        assert recipe.number(recipe.sid(number)) == number


def test_sids_that_examples_share_are_shared(records: list[dict[str, Any]]) -> None:
    """A SID that is the same in every example is the same in every record, and no example's SID is left."""
    sids = [{match[0] for match in SID.finditer(msgspec.json.encode(record).decode())} for record in records]
    assert len(set.intersection(*sids)) == 2
    assert not [sid for each in sids for sid in each if re.fullmatch(r"..(.)\1*", sid)]


def test_names_are_not_all_ascii_and_some_repeat(records: list[dict[str, Any]]) -> None:
    """Free texts hold other letters too, and a filter finds more than one record."""
    texts = [msgspec.json.encode(record).decode() for record in records]
    assert any(not text.isascii() for text in texts)
    names = [record["friendly_name"] for record in records]
    assert len(set(names)) < len(names)


def test_dates_keep_their_order(records: list[dict[str, Any]]) -> None:
    """A record is not updated before it was created."""
    assert all(record["date_created"] <= record["date_updated"] for record in records)


def test_a_million_records_are_held_in_no_memory(recipe: Recipe) -> None:
    """A record far into the list is made as quickly as the first."""
    assert recipe.number(recipe.sid(10**6)) == 10**6
    assert recipe.sid(10**6) in recipe.text(10**6)


def test_attributes_without_an_example_are_made_from_their_schema() -> None:
    """A schema without examples still makes records that fit it."""
    properties = {
        "account": {"type": "string", "pattern": "^AC[0-9a-fA-F]{32}$"},
        "sid": {"type": ["string", "null"], "pattern": "^TH[0-9a-fA-F]{32}$"},
        "kind": {"anyOf": [{"$ref": "#/components/schemas/Thing/properties/kinds"}, {"type": "null"}]},
        "kinds": {"type": "string", "enum": ["one", "two"]},
        "count": {"type": "integer", "minimum": 3, "maximum": 5},
        "share": {"type": "number", "exclusiveMinimum": 0},
        "negative": {"type": "integer", "maximum": -1},
        "plain": {"type": "integer"},
        "flag": {"type": "boolean"},
        "when": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "short": {"type": "string", "maxLength": 3},
        "long": {"type": "string", "minLength": 9},
        "odd": {"type": ["string", "null"], "pattern": "^[^x]+$"},
        "nothing": {"type": "null"},
        "either": {"oneOf": [{"type": "null"}]},
        "list": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "any_list": {"type": "array"},
        "parts": {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "boolean"}}}]},
        "shown": {"type": "string", "examples": ["100% sure"]},
    }
    listing = a_listing({"properties": properties})
    recipe = Recipe(listing, seed=0, account_sid=ACCOUNT)
    records = [msgspec.json.decode(recipe.text(number)) for number in range(40)]
    validator = Draft202012Validator(
        {**listing.record, "components": listing.document["components"]}, format_checker=FormatChecker()
    )
    for record in records:
        validator.validate(record)
        assert set(record) == set(properties)
    assert {record["count"] for record in records} == {3, 4, 5}
    assert {record["kind"] for record in records} == {"one", "two"}
    assert listing.own_prefix() == "TH"


def test_an_attribute_that_some_example_leaves_out_stays_out_there() -> None:
    """An example's shape is kept; only what no example has is added."""
    listing = a_listing(
        {
            "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}, "c": {"type": "boolean"}},
            "examples": [{"a": True}, {"a": False, "b": True}],
        }
    )
    recipe = Recipe(listing, seed=0, account_sid=ACCOUNT)
    shapes = {tuple(msgspec.json.decode(recipe.text(number))) for number in range(40)}
    assert shapes == {("a", "c"), ("a", "b", "c")}
    assert listing.own_prefix() == "RE"


def test_parameters_that_do_not_page_filter() -> None:
    """A parameter that the paging does not know is compared to the attribute of its name."""
    listing = a_listing({}, Page={}, PageSize={"maximum": 20}, PageToken={}, FriendlyName={}, URLKind2Of={})
    assert listing.filters == {"FriendlyName": "friendly_name", "URLKind2Of": "urlkind2_of"}
    assert listing.max_page_size == 20


def test_a_fragment_without_a_list_is_refused() -> None:
    """A document in which no GET lists records has no use here."""
    get = {"responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}}}
    with pytest.raises(LookupError, match="lists records"):
        Listing.of({"paths": {"/v1/Thing": {"post": {}}, "/v1/Other": {"get": get}}})


def test_a_schema_of_nothing_makes_an_object() -> None:
    """A schema without any keyword is made an object."""
    assert make_value({}, {}) == {}
