"""Whether the templates in openapi/templates still fit the generator, whose own change from release to release.

`openapi/stock-templates.yaml` has the digest of each template of the generator's that one of ours replaces, as it was
when ours was last brought up to date with it.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import openapi_python_client
from jinja2 import Environment, nodes
from openapi_python_client.parser import properties

from .document import ROOT, load, shown
from .generate import TEMPLATES

RECORD = ROOT / "openapi" / "stock-templates.yaml"
STOCK = Path(openapi_python_client.__file__).parent / "templates"


def misfits(templates: Path = TEMPLATES, stock: Path = STOCK, record: Path = RECORD) -> list[str]:
    """Say, one line each, where our templates and the generator that is installed have parted.

    Args:
        templates: The folder of ours.
        stock: The folder of the generator's own.
        record: The digests of those of its own that ours replace.
    """
    known: dict[str, str] = load(record).data
    ours = {path.name: path.read_text(encoding="utf-8") for path in sorted(templates.glob("*.jinja"))}
    text = "\n".join(ours.values())
    kinds = {name for name in vars(properties) if name.endswith("Property")} - {"Property"}
    return [
        *_changed(replaced(templates, stock), stock, known),
        *(f"it has no {name} any more: nothing reads ours" for name in known if not (stock / name).exists()),
        *(f"it has no filter {name} any more, and ours use it" for name in sorted(_filters(text) - _there())),
        *(f"it has no {name} any more, and ours look for it" for name in sorted(_kinds(text) - kinds)),
        *(f"it has a {name}, and ours do not know how to read one" for name in sorted(kinds - _kinds(text))),
    ]


def replaced(templates: Path = TEMPLATES, stock: Path = STOCK) -> list[str]:
    """Give the names of the generator's own templates that ours replace."""
    return sorted(path.name for path in templates.glob("*.jinja") if (stock / path.name).exists())


def _changed(names: Sequence[str], stock: Path, known: dict[str, str]) -> Iterator[str]:
    for name in names:
        digest = hashlib.sha256((stock / name).read_bytes()).hexdigest()
        if known.get(name) != digest:
            yield (
                f"its {name} is not the one that ours was made to replace: bring over what matters, "
                f"then write {name}: {digest} into {shown(RECORD)}"
            )


def _filters(text: str) -> set[str]:
    environment = Environment(extensions=["jinja2.ext.loopcontrols"], autoescape=True)
    return {node.name for node in environment.parse(text).find_all(nodes.Filter)}


def _there() -> set[str]:
    return Environment(autoescape=True).filters.keys() | openapi_python_client.TEMPLATE_FILTERS.keys()


def _kinds(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]\w+Property\b", text))
