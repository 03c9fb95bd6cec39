"""Build the API reference with pdoc into a folder; a warning of pdoc's is an error."""

import sys
import typing
import warnings
from pathlib import Path

import pdoc

import flexflows
from flexflows import sandbox


def own_members(documented: pdoc.doc.Class) -> list[pdoc.doc.Doc[object]]:
    """Return the members of a class, with those that it inherits from a class which has no page of its own."""
    origins = documented._members_by_origin.items()  # noqa: SLF001 - pdoc has no option for this
    inherited = set(flexflows.__all__) - {documented.name}
    return [
        member
        for (module, name), members in origins
        if module.startswith("flexflows") and name not in inherited
        for member in members
    ]


if __name__ == "__main__":
    warnings.simplefilter("error")
    if sys.version_info < (3, 12):  # which shows Unpack[Name] as *<class 'Name'>
        typing._UnpackGenericAlias.__repr__ = lambda alias: f"Unpack[{alias.__args__[0].__name__}]"  # noqa: SLF001
    pdoc.doc.Class.own_members = property(own_members)
    for module in (flexflows, sandbox):
        for name in module.__all__:
            vars(module)[name] = getattr(module, name)  # pdoc sees no name that has not been imported
    pdoc.render.configure(docformat="google", show_source=False, footer_text=f"flexflows {flexflows.__version__}")
    pdoc.pdoc("flexflows", "flexflows.sandbox", output_directory=Path(sys.argv[1]))
