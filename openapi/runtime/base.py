"""The base class of the generated models.

`make gen` copies this file beside the models.
"""

from collections.abc import Callable, Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import evolve

from . import wire

_PLAIN = frozenset({str, int, float, bool, NoneType})


class Model:
    """A JSON object of the API, with typed attributes."""

    __slots__ = ()
    _names: ClassVar[Mapping[str, str]] = {}
    """The attributes in the document's order: name in JSON, name in Python."""
    _required: ClassVar[frozenset[str]] = frozenset()
    """The names in JSON that every object has."""
    _tags: ClassVar[Mapping[str, wire.Reader[Any]]] = {}
    """Readers of the values that distinguish this model from others of a union: constants and discriminators."""
    _schema: ClassVar[str] = ""
    """The `$ref` of its schema in the document, if it has a name there."""
    additional_properties: dict[str, Any]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Build the model from any JSON object; a value of another type is kept in additional_properties."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object, unchanged if it was read: the attributes, then the additional properties.

        A required attribute is always written, `None` as null; any other if it is not `None`, or was read as null.
        """
        additional = self.additional_properties
        # twilio-cli prints records in camelCase: no null is written beside the same name without its underscores.
        respelled = {name.lower() for name in additional if name not in self._names}
        found: dict[str, Any] = {}
        for name, attribute in self._names.items():
            value = getattr(self, attribute)
            if value is None:
                value = additional.get(name)
                is_required = name in self._required and name.replace("_", "") not in respelled
                if not is_required and name not in additional:
                    continue
            found[name] = value if type(value) in _PLAIN else wire.plain(value)
        for name, value in additional.items():
            if name not in found:
                found[name] = wire.plain(value)
        return found

    if not TYPE_CHECKING:
        # FastAPI writes the vars() of an object without a declared type.
        __dict__ = property(to_dict)

    def __repr__(self) -> str:
        values = {attribute: getattr(self, attribute) for attribute in self._names.values()}
        additional = self.additional_properties.items()
        others = {name: value for name, value in additional if value is not None or name not in self._names}
        shown = [f"{name}={value!r}" for name, value in values.items() if value is not None]
        shown += [f"additional_properties={others!r}"] if others else []
        return f"{type(self).__name__}({', '.join(shown)})"

    def __replace__(self, /, **changes: Any) -> Self:
        return evolve(self, **changes)  # type: ignore[misc]  # every subclass is an attrs class

    def _misfit(self, name: str, value: Any) -> None:
        """Keep a value that is not of its attribute's type; a null only if to_dict would leave it out."""
        if value is not None or name not in self._required:
            self.additional_properties[name] = value

    def _read(self, name: str, value: Any, read: wire.Reader[Any]) -> Any:
        """Return the value that a reader returns, or keep the raw value."""
        found = read(value)
        return self._misfit(name, value) if found is None else found

    def _keep_unknown(self, raw: Mapping[str, Any], convert: Callable[[Any], Any] = wire.anything) -> None:
        """Keep the fields that have no attribute."""
        self.additional_properties.update({name: convert(raw[name]) for name in raw if name not in self._names})

    def _rank(self, raw: Mapping[str, Any]) -> tuple[int, ...]:
        """Return how well the model suits the object that it was read from, the most significant number first."""
        known = self._names.keys() & raw.keys()
        misfits = {name for name in known & self.additional_properties.keys() if raw[name] is not None}
        matches = [name for name, read in self._tags.items() if read(raw.get(name)) is not None]
        required = raw.keys() >= self._required
        return -len(misfits & self._tags.keys()), len(matches), required, len(known - misfits), -len(misfits)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return pydantic's schema of the model; only pydantic calls this, so pydantic has been imported."""
        from .pydantic_support import core_schema_of  # noqa: PLC0415

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        """Return the document's schema, which pydantic shows as its own."""
        from .pydantic_support import json_schema_of  # noqa: PLC0415

        return json_schema_of(cls, handler)

    @property
    def __pydantic_serializer__(self) -> Any:
        """Return the serializer that pydantic uses for a model without a declared type."""
        from .pydantic_support import serializer_of  # noqa: PLC0415

        model: Any = type(self)
        return serializer_of(model)
