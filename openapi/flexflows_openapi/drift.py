"""Where the fragment and a vendor's OpenAPI document disagree, for the operations that the fragment covers.

`make drift SPEC=file-or-url` runs this. What is meant to differ stands in `openapi/deviations.yaml`, with its reason.
Exits with 0 when nothing else differs, with 1 when something does, with 2 when the two cannot be compared.
"""

import argparse
import asyncio
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import httpx
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from . import fragment
from .differences import Difference, differences
from .fragment import FRAGMENT, ROOT, FragmentError, shown
from .operations import Name
from .schemas import DocumentError

DEVIATIONS = ROOT / "openapi" / "deviations.yaml"
TIMEOUT = 15.0
"""Seconds to wait for a document in all."""
MOST_BYTES = 50_000_000
"""Vendors' documents have a hundredth of it."""


@attrs.frozen
class Deviation:
    """A difference that is meant, and why."""

    difference: Difference
    reason: str


def explained(
    found: Sequence[Difference], deviations: Sequence[Deviation]
) -> tuple[list[Difference], list[Deviation], list[Deviation]]:
    """Sort differences by the deviations: what none explains, which ones explain something, and which nothing."""
    there = set(found)
    meant = {deviation.difference for deviation in deviations}
    return (
        [difference for difference in found if difference not in meant],
        [deviation for deviation in deviations if deviation.difference in there],
        [deviation for deviation in deviations if deviation.difference not in there],
    )


def load(source: str) -> Mapping[str, Any]:
    """Read a document from a file or a URL.

    Raises:
        DocumentError: There is none.
    """
    if source.startswith(("http://", "https://")):
        content = asyncio.run(_fetched(source))
    else:
        try:
            content = Path(source).read_bytes()
        except OSError as error:
            raise DocumentError(os.strerror(error.errno or 0)) from None
    return _parsed(content)


async def _fetched(url: str) -> bytes:
    try:
        async with (
            asyncio.timeout(TIMEOUT),
            httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=True) as client,
            client.stream("GET", url) as answer,
        ):
            if not answer.is_success:
                raise DocumentError(f"answers {answer.status_code} {answer.reason_phrase}")
            content = bytearray()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise DocumentError(f"has more than {MOST_BYTES // 1_000_000} MB")
            return bytes(content)
    except (TimeoutError, httpx.TimeoutException):
        raise DocumentError(f"did not answer in full within {TIMEOUT:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DocumentError(f"cannot be fetched: {error}") from None


def _parsed(content: bytes) -> Mapping[str, Any]:
    if content.lstrip()[:1] == b"<":
        raise DocumentError("is HTML or XML, neither JSON nor YAML; a link to the raw file is needed")
    try:
        try:
            document = json.loads(content)
        except ValueError:
            document = YAML(typ="safe", pure=True).load(io.BytesIO(content))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DocumentError(f"is neither JSON nor YAML: line {mark.line + 1 if mark else 1}: {error.problem}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(f"is neither JSON nor YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(document, Mapping):
        raise DocumentError("is no OpenAPI document: it has no object at its top")
    return document


def read_deviations(path: Path) -> list[Deviation]:
    """Read the differences that are meant; none where there is no file.

    Raises:
        FragmentError: The file is wrong.
    """
    if not path.exists():
        return []
    document = fragment.parse(path)
    found = []
    for operation, entries in document.data.items():
        for number, raw in enumerate(entries if isinstance(entries, list) else [None]):
            entry = dict(raw) if isinstance(raw, dict) else {}
            places = entry.pop("place", [])
            places = places if isinstance(places, list) else [places]
            if entry.keys() != _WORDS or not all(isinstance(said, str) and said for said in (*places, *entry.values())):
                told = f"a deviation has a place, or a list of them, and as strings: {', '.join(sorted(_WORDS))}"
                raise FragmentError(document.at((operation, number), told))
            reason = entry.pop("reason")
            found += [Deviation(Difference(operation, place, **entry), reason) for place in places]
    return found


_WORDS = {"what", "fragment", "document", "reason"}


def report(found: Mapping[Name, Sequence[Difference]], deviations: Sequence[Deviation]) -> tuple[str, int]:
    """Say to a person what differs, one table an operation; and count what nothing explains."""
    tables: list[str] = []
    unexplained = 0
    for name, of in found.items():
        left, meant, _ = explained(of, deviations)
        unexplained += len(left)
        title = f"{' '.join(name)}: {len(left) or 'no'} difference{'s' * (len(left) != 1)}"
        tables.append("\n".join([f"{title}, {len(meant)} more are meant" if meant else title, *_table(left, meant)]))
    _, _, stale = explained([difference for of in found.values() for difference in of], deviations)
    if stale:
        tables.append("\n".join(["Deviations with nothing to explain, to be deleted:", *_table([], stale)]))
    return "\n\n".join(tables), unexplained


def _table(left: Sequence[Difference], meant: Sequence[Deviation]) -> list[str]:
    """Lay differences out in columns, those that are meant below the others, over their reasons."""
    reasons = list(dict.fromkeys(deviation.reason for deviation in meant))
    groups = [left, *([each.difference for each in meant if each.reason == reason] for reason in reasons)]
    rows = [
        [_printable(cell) for cell in (each.place, each.what, each.fragment, each.document)]
        for group in groups
        for each in group
    ]
    if not rows:
        return []
    rows = [["place", "what", "fragment", "document"], *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = iter(["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows])
    said = [next(lines), *(next(lines) for _ in left)]
    for group, reason in zip(groups[1:], reasons, strict=True):
        said += [*(next(lines) for _ in group), f"    meant: {reason}"]
    return said


def _printable(value: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec", metavar="SPEC", help="the vendor's document: a file, or a URL")
    parser.add_argument("--fragment", type=Path, default=FRAGMENT, help="the OpenAPI document (default: %(default)s)")
    parser.add_argument("--deviations", type=Path, default=DEVIATIONS, help="what is meant (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        ours = fragment.read(options.fragment).data
        deviations = read_deviations(options.deviations)
        found = differences(ours, load(options.spec))
    except FragmentError as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return 2
    except DocumentError as error:
        print(f"{options.spec}: {error}", file=sys.stderr)
        return 2
    said, unexplained = report(found, deviations)
    print(said)
    if unexplained:
        where = f"change {shown(options.fragment)}, or say in {shown(options.deviations)} why not"
        print(f"\n{unexplained} unexplained: {where}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
