"""What a regeneration changes for users of the package, in their terms: the report that ends `make gen`.

Two generated packages are read without being imported, and compared part by part: the models with their attributes, the
enums with their members, the operations with their parameters. Descriptions, private names and the order of things are
not part of what users rely on: models are made by keyword, or from JSON.
"""

import ast
import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import attrs
import griffe

ENUMS = {"Enum": "", "IntEnum": "int", "StrEnum": "str"}


@attrs.frozen
class Part:
    """Something that users of the package can name.

    Attributes:
        name: As users would write it, such as `FlexFlow.sid` or `list_flex_flows(page_size)`.
        kind: `model`, `attribute`, `method`, `enum`, `member`, `operation` or `parameter`.
        of: The part that it belongs to, where it belongs to one.
        type: Its type; of a member its value, of an enum its members' type.
        required: Whether a parameter must be given.
        default: What a parameter is when it is not given, where that is said.
    """

    name: str
    kind: str
    of: str | None = None
    type: str = ""
    required: bool = False
    default: str = ""

    def __str__(self) -> str:
        if self.kind == "parameter":
            return f"{self.type}, {'required' if self.required else 'optional'}"
        return self.type if self.kind in {"attribute", "member"} and self.type else self.kind


@attrs.frozen
class Change:
    """One change, and whether code that was right before may be wrong after it."""

    name: str
    what: str
    breaking: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.what}{'  (breaking)' if self.breaking else ''}"


def changes(before: Path, after: Path) -> list[Change]:
    """Say what differs for users between two generated packages.

    Args:
        before: The folder of one; may be missing.
        after: The folder of the other.
    """
    return compare(parts(before), parts(after))


def parts(package: Path) -> dict[str, Part]:
    """Read what a generated package offers its users, by name; nothing where there is none, or no Python."""
    found: list[Part] = []
    for module in _modules(package, "models/[!_]*.py"):
        found += _of_models(module)
    for module in _modules(package, "api/*/[!_]*.py"):
        found += _of_operation(module)
    return {part.name: part for part in found}


def compare(before: dict[str, Part], after: dict[str, Part]) -> list[Change]:
    """Say what differs, parts of what is new or gone as a whole aside."""
    gone = before.keys() - after.keys()
    new = after.keys() - before.keys()
    found = [Change(name, "removed", breaking=True) for name in gone if before[name].of not in gone]
    found += [
        Change(name, f"added ({after[name]})", breaking=after[name].required)
        for name in new
        if after[name].of not in new
    ]
    for name in before.keys() & after.keys():
        found += _changed(before[name], after[name], after)
    return sorted(found, key=lambda change: (not change.breaking, change.name, change.what))


def report(found: Sequence[Change]) -> str:
    """Say the changes to a person, the breaking ones first."""
    if not found:
        return "For users of the package: no change"
    breaking = sum(change.breaking for change in found)
    counted = f"{len(found)} change{'s' if len(found) > 1 else ''}, {breaking or 'none'} of them breaking"
    return "\n".join([f"For users of the package: {counted}", *(f"  {change}" for change in found)])


def _modules(package: Path, pattern: str) -> Iterator[griffe.Module]:
    for path in sorted(package.glob(pattern)):
        with contextlib.suppress(SyntaxError, ValueError):
            yield griffe.visit(path.stem, filepath=path, code=path.read_text(encoding="utf-8"))


def _of_models(module: griffe.Module) -> Iterator[Part]:
    for model in _public(module):
        if not isinstance(model, griffe.Class):
            continue
        enum = next((ENUMS[name] for name in map(str, model.bases) if name in ENUMS), None)
        yield Part(model.name, "model" if enum is None else "enum", type=enum or "")
        for member in _public(model):
            name = f"{model.name}.{member.name}"
            if isinstance(member, griffe.Function):
                yield from _of_function(member, f"{name}()", "method", model.name)
            elif isinstance(member, griffe.Attribute):
                kind, said = ("attribute", member.annotation) if enum is None else ("member", member.value)
                yield Part(name, kind, model.name, str(said))


def _of_operation(module: griffe.Module) -> Iterator[Part]:
    """Read an operation from one of the four functions that the generator makes of it."""
    function = module.members.get("sync_detailed")
    if isinstance(function, griffe.Function):
        yield from _of_function(function, f"{module.name}()", "operation")


def _of_function(function: griffe.Function, name: str, kind: str, of: str | None = None) -> Iterator[Part]:
    yield Part(name, kind, of, _plain(str(function.returns)))
    for parameter in function.parameters:
        if parameter.name not in {"self", "cls", "client"}:
            said = f"{name[:-1]}{parameter.name})"
            default = "" if str(parameter.default) in {"None", "UNSET"} else str(parameter.default)
            yield Part(said, "parameter", name, _plain(str(parameter.annotation)), parameter.required, default)


def _public(within: griffe.Module | griffe.Class) -> list[griffe.Object]:
    return [
        cast("griffe.Object", member)
        for member in within.members.values()
        if not member.is_alias and not member.name.startswith("_")
    ]


def _changed(before: Part, after: Part, others: dict[str, Part]) -> Iterator[Change]:
    if before.kind != after.kind:
        yield Change(after.name, f"{before.kind} -> {after.kind}", breaking=True)
        return
    if _alternatives(before.type) != _alternatives(after.type):
        what = "value" if after.kind == "member" else "returns" if after.name.endswith("()") else "type"
        yield Change(after.name, f"{what} {before.type} -> {after.type}", not _is_safe(before, after, others))
    if before.required != after.required:
        yield Change(after.name, "now required" if after.required else "no longer required", breaking=after.required)
    if before.default != after.default:
        yield Change(after.name, f"default {before.default or 'none'} -> {after.default or 'none'}", breaking=True)


def _is_safe(before: Part, after: Part, others: dict[str, Part]) -> bool:
    """Whether what was right stays right: a parameter takes more, or strings that were plain have names now."""
    was, now = _alternatives(before.type), _alternatives(after.type)
    if not was <= now:
        return False
    strings = {name for name in now if name in others and others[name].kind == "enum" and others[name].type == "str"}
    return after.kind == "parameter" or ("str" in was and now - was <= strings)


def _plain(type_: str) -> str:
    """Write a type without what only says that an argument may be left out."""
    return " | ".join(name for name in _split(type_) if name != "Unset") or type_


def _alternatives(type_: str) -> frozenset[str]:
    return frozenset(_split(type_))


def _split(type_: str) -> list[str]:
    """Split a union at its outermost level."""
    try:
        node = ast.parse(type_, mode="eval").body
    except SyntaxError:
        return [type_]
    names: list[str] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        names.insert(0, _written(node.right))
        node = node.left
    return [_written(node), *names]


def _written(node: ast.expr) -> str:
    # A type in quotes is the same type.
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return node.value
    return ast.unparse(node)
