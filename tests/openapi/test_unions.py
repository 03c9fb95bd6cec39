"""A union of objects becomes the class that a discriminator or constant names, else the best match."""

from types import ModuleType
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("mapped", {"petType": "meow"}, "Cat"),
        ("mapped", {"petType": "woof"}, "Dog"),
        ("mapped", {"petType": "Dog", "name": "Rex"}, "Dog"),
        ("mapped", {"petType": "moo"}, "Cat"),
        ("mapped", {"petType": 5}, "Cat"),
        ("mapped", {"petType": ["woof"]}, "Cat"),
        ("named", {"species": "Snake"}, "Snake"),
        ("named", {"species": "Lizard", "length": 3}, "Lizard"),
        ("named", {"length": 3}, "Snake"),
        ("inherited", {"kind": "quack"}, "Duck"),
        ("inherited", {"kind": "Duck", "eggs": 2}, "Duck"),
        ("inherited", {"kind": "Hen", "pond": "big"}, "Hen"),
        ("constant", {"side": "right", "weight": 1}, "Right"),
        ("constant", {"side": "left", "weight": 1}, "Left"),
        ("constant", {"weight": 1}, "Left"),
        ("one_member", {"colour": 2, "hue": 1}, "Blue"),
        ("one_member", {"colour": "red"}, "Red"),
        ("one_member", {"colour": None, "hue": 1}, "Red"),
        ("members", {"season": "autumn"}, "Cold"),
        ("required", {"side": 2, "name": "it", "tone": "grey"}, "Square"),
        ("required", {"radius": None}, "Circle"),
        ("required", {}, "Circle"),
        ("keys", {"x": 1, "city": "Bern"}, "Place"),
        ("keys", {"x": 1, "y": 2}, "Point"),
        ("keys", {"x": 1}, "Point"),
        ("types", {"id": "A"}, "Lettered"),
        ("types", {"id": 1}, "Numbered"),
        ("inline", {"number": "1"}, "Phone"),
        ("inline", {"address": "a@example.com"}, "Email"),
        ("or_text", {"y": 2}, "Point"),
        ("or_text", "2016-08-01T22:10:40Z", "datetime"),
        ("or_text", "soon", "str"),
        ("nested", {"petType": "woof"}, "Dog"),
        ("nested", {"side": 2}, "Square"),
    ],
)
def test_a_union_of_objects(zoo: ModuleType, name: str, raw: Any, expected: str) -> None:
    """The discriminator decides, else constants, else required attributes, else the most attributes that fit."""
    found = zoo.models.Zoo.from_dict({name: raw})
    assert type(getattr(found, name)).__name__.removeprefix("Zoo") == expected
    assert found.additional_properties == {}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([{"x": 1}, {"street": "Main"}], ["Place", "Place"]),
        ([{"x": 1}, {"y": 2}], ["Point", "Point"]),
        ([], []),
    ],
)
def test_a_union_of_lists_of_objects(zoo: ModuleType, raw: Any, expected: list[str]) -> None:
    """All items of a list together decide on the class."""
    found = zoo.models.Zoo.from_dict({"either_list": raw})
    assert [type(item).__name__ for item in found.either_list] == expected
    assert found.to_dict() == {"either_list": raw}


def test_unions_in_lists_and_maps(zoo: ModuleType) -> None:
    """Each item of a list and each value of an object becomes its own class."""
    raw = {"many": [{"petType": "woof"}, {"petType": "meow"}], "by_name": {"a": {"petType": "woof"}, "b": 5}}
    found = zoo.models.Zoo.from_dict(raw)
    assert [type(pet).__name__ for pet in found.many] == ["Dog", "Cat"]
    assert {name: type(pet).__name__ for name, pet in found.by_name.additional_properties.items()} == {
        "a": "Dog",
        "b": "int",
    }
    assert found.to_dict() == raw


def test_recursive_unions(zoo: ModuleType) -> None:
    """A union may contain the class it belongs to."""
    raw = {"tree": {"leaf": {"leaf": {"side": "left"}}, "branches": [{"tree": {"leaf": None}}]}}
    tree = zoo.models.Zoo.from_dict(raw).tree
    assert (type(tree.leaf), type(tree.leaf.leaf)) == (zoo.models.Tree, zoo.models.Left)
    assert zoo.models.Zoo.from_dict(raw).to_dict() == raw
