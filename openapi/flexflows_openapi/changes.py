"""The report at the end of `make gen`: what a regeneration changes for users of `flexflows`.

Two generated packages are read without being imported, and compared name by name: attributes of models, members of
enums, filters of lists. Griffe's own check finds other breaking changes, such as a removed method. Descriptions,
private names and the order of definitions are not compared.
"""

import ast
import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import attrs
import griffe
from openapi_python_client.strings import pascal_case

_ENUMS = {"Enum", "IntEnum", "StrEnum"}


@attrs.frozen
class Name:
    """A public name of the package.

    Attributes:
        text: The name as users write it, such as `FlexFlow.sid`, `ChannelType.WEB` or `FlexFlows.list(channel=…)`.
        kind: `model`, `attribute`, `enum`, `member`, `operation`, `filter` or `page size`.
        of: The public name that it belongs to.
        type: The type of an attribute or a filter; the value of a member; the URL of an operation.
        required: Whether a filter must be given.
    """

    text: str
    kind: str
    of: str | None = None
    type: str = ""
    required: bool = False

    def __str__(self) -> str:
        if self.kind in {"model", "enum", "operation"}:
            return self.kind
        return f"{self.type}, required" if self.required else self.type


@attrs.frozen
class Change:
    """One change, and whether it can break users' code."""

    name: str
    what: str
    breaking: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.what}{'  (breaking)' if self.breaking else ''}"


@attrs.frozen
class Package:
    """The public names of a generated package, and the modules of its models."""

    names: dict[str, Name]
    models: dict[str, griffe.Module]


def read(package: Path) -> Package:
    """Read a generated package; a missing package, and a module that is not Python, count as empty."""
    models = dict(_modules(package, "models/[!_]*.py"))
    found = [name for module in models.values() for name in _model_names(module)]
    operations = [(path.parent.name, module) for path, module in _modules(package, "api/*/[!_]*.py")]
    lists = Counter(tag for tag, module in operations if _is_list(module))
    for tag, module in operations:
        call = f"{pascal_case(tag)}.list" if lists[tag] == 1 and _is_list(module) else ""
        with contextlib.suppress(LookupError, TypeError, ValueError):  # a module that was edited by hand
            found += list(_operation_names(module, call))
    return Package({name.text: name for name in found}, {path.name: module for path, module in models.items()})


def compare(before: Package, after: Package) -> list[Change]:
    """Return the changes for users; a model, enum or operation that is added or removed is one change."""
    gone = before.names.keys() - after.names.keys()
    new = after.names.keys() - before.names.keys()
    found = [Change(text, "removed", breaking=True) for text in gone if before.names[text].of not in gone]
    added = [after.names[text] for text in new if after.names[text].of not in new]
    found += [Change(name.text, f"added ({name})", breaking=name.required) for name in added]
    for text in before.names.keys() & after.names.keys():
        found += _changed(before.names[text], after.names[text], after.names)
    for module in before.models.keys() & after.models.keys():
        for breakage in griffe.find_breaking_changes(before.models[module], after.models[module]):
            if isinstance(breakage.obj, griffe.Function) and breakage.obj.parent:
                name = f"{breakage.obj.parent.name}.{breakage.obj.name}()"
                what = "removed" if breakage.new_value is None else breakage.kind.value.lower()
                found.append(Change(name, what, breaking=True))
    return sorted(set(found), key=lambda change: (not change.breaking, change.name, change.what))


def report(found: Sequence[Change]) -> str:
    """Return the changes as text, the breaking ones first."""
    if not found:
        return "For users of the package: no change"
    breaking = sum(change.breaking for change in found)
    count = f"{len(found)} change{'s' if len(found) > 1 else ''}, {breaking or 'none'} of them breaking"
    return "\n".join([f"For users of the package: {count}", *(f"  {change}" for change in found)])


def _modules(package: Path, pattern: str) -> Iterator[tuple[Path, griffe.Module]]:
    for path in sorted(package.glob(pattern)):
        with contextlib.suppress(SyntaxError, ValueError):
            yield path, griffe.visit(path.stem, filepath=path, code=path.read_text(encoding="utf-8"))


def _model_names(module: griffe.Module) -> Iterator[Name]:
    for model in _public(module):
        if not isinstance(model, griffe.Class):
            continue
        is_enum = not _ENUMS.isdisjoint(map(str, model.bases))
        yield Name(model.name, "enum" if is_enum else "model", type="str" if "StrEnum" in map(str, model.bases) else "")
        for member in _public(model):
            if isinstance(member, griffe.Attribute):
                kind, type_ = ("member", member.value) if is_enum else ("attribute", member.annotation)
                yield Name(f"{model.name}.{member.name}", kind, model.name, str(type_))


def _operation_names(module: griffe.Module, call: str) -> Iterator[Name]:
    operation = next((each for each in _public(module) if isinstance(each, griffe.Attribute)), None)
    if operation is None:
        return
    call = call or operation.name
    arguments = {argument.name: str(argument.value) for argument in getattr(operation.value, "arguments", ())}
    yield Name(f"{call}()", "operation", type="".join(ast.literal_eval(arguments[word]) for word in ("server", "path")))
    if "page_size" in arguments:
        bounds = {each.arg: each.value for each in cast("ast.Call", _node(arguments["page_size"])).keywords}
        least = ast.literal_eval(bounds.get("minimum", ast.Constant(1)))
        size = f"{least} to {ast.literal_eval(bounds['maximum'])}"
        yield Name(f"{call}(page_size=…)", "page size", f"{call}()", size)
    for filters in _public(module):
        if isinstance(filters, griffe.Class):
            for key in _public(filters):
                if isinstance(key, griffe.Attribute):
                    type_ = str(key.annotation)
                    required = type_.startswith("Required[")
                    type_ = type_[len("Required[") : -1] if required else type_.removesuffix(" | None")
                    yield Name(f"{call}({key.name}=…)", "filter", f"{call}()", type_, required)


def _is_list(module: griffe.Module) -> bool:
    return any(isinstance(each, griffe.Attribute) and "ListOperation" in str(each.value) for each in _public(module))


def _public(within: griffe.Module | griffe.Class) -> list[griffe.Object]:
    return [
        cast("griffe.Object", member)
        for member in within.members.values()
        if not member.is_alias and not member.name.startswith("_")
    ]


def _changed(before: Name, after: Name, others: dict[str, Name]) -> Iterator[Change]:
    if before.kind != after.kind:
        yield Change(after.text, f"{before.kind} -> {after.kind}", breaking=True)
        return
    if before.kind != "enum" and _alternatives(before.type) != _alternatives(after.type):
        what = {"member": "value", "operation": "URL", "page size": "bounds"}.get(after.kind, "type")
        yield Change(after.text, f"{what} {before.type} -> {after.type}", not _is_safe(before, after, others))
    if before.required != after.required:
        yield Change(after.text, "now required" if after.required else "no longer required", breaking=after.required)


def _is_safe(before: Name, after: Name, others: dict[str, Name]) -> bool:
    """Return whether code for the old type still works: a filter accepts more, or plain strings became an enum."""
    if after.kind == "page size":
        (least, most), (new_least, new_most) = (map(int, each.type.split(" to ")) for each in (before, after))
        return new_least <= least and most <= new_most
    was, now = _alternatives(before.type), _alternatives(after.type)
    named = {name for name in now if name in others and others[name].kind == "enum" and others[name].type == "str"}
    is_wider = after.kind == "filter" or ("str" in was and now - was <= named)
    return after.kind == "operation" or (was <= now and is_wider)


def _alternatives(type_: str) -> frozenset[str]:
    """Return the parts of a union at its outermost level."""
    names: list[str] = []
    node = _node(type_)
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        names.append(_unquoted(node.right))
        node = node.left
    return frozenset([*names, _unquoted(node)])


def _node(code: str) -> ast.expr:
    try:
        return ast.parse(code, mode="eval").body
    except SyntaxError:
        return ast.Constant(code)


def _unquoted(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)
