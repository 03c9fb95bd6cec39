"""`docs/maintaining.md`: its commands exist, its reports are what the tools say, and its endpoint works."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from document_parts import Parts, compared
from ruamel.yaml import YAML

from flexflows_openapi import generate

Json = dict[str, Any]
ROOT = generate.PACKAGE.parents[1]
PAGE = (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


SEAM, BINDING = _blocks("python")


def test_its_targets_exist() -> None:
    """Each `make …` on the page is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z][a-z-]*)", PAGE))
    assert targets >= {"drift", "gen", "gen-diff", "check", "lint"}
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))


def test_its_paths_exist() -> None:
    """Each path on the page is one of the repository, but for the module that it makes."""
    paths = set(re.findall(r"`((?:openapi|wrapper)/[\w./-]+)`", PAGE)) - {"wrapper/flexflows/_channels.py"}
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_its_report_is_what_regenerating_says(
    document: Json, written: Callable[[Json], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report on the page is what `make gen` ends with after such a change; a second time there is no change."""
    package = tmp_path / "flexflows_api"
    generate.generate(generate.FRAGMENT, package)
    at = Parts(document)
    at.flow["priority"] = {"type": ["integer", "null"]}
    del at.flow["long_lived"]
    at.schemas["ChannelType"]["enum"].append("fax")
    path = written(document)
    (report,) = _blocks("text")
    assert generate.main(["--fragment", str(path), "--into", str(package)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == report.splitlines()[1:]
    assert generate.main(["--fragment", str(path), "--into", str(package)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["For users of the package: no change"]


def test_a_package_that_cannot_be_read_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A package that somebody broke is made anew, and what was unreadable in it counts as new."""
    package = tmp_path / "flexflows_api"
    generate.generate(generate.FRAGMENT, package)
    (package / "models" / "flex_flow.py").write_text("def (", encoding="utf-8")
    assert generate.main(["--into", str(package)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "For users of the package: 1 change, none of them breaking",
        "  FlexFlow: added (model)",
    ]


def test_an_unchanged_fragment_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Regenerating over and over touches no file of the package, and says so."""
    package = shutil.copytree(generate.PACKAGE, tmp_path / "flexflows_api")
    held = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in package.rglob("*.*")}
    for _ in range(3):
        assert generate.main(["--into", str(package)]) == 0
        assert capsys.readouterr().out.splitlines() == [f"{package}: up to date", "For users of the package: no change"]
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in package.rglob("*.*")} == held


def test_binding_an_endpoint_takes_ten_lines_at_most() -> None:
    """The seam and the module that binds another list have ten lines of code between them."""
    code = [line for line in (SEAM + BINDING).splitlines() if line and not line.startswith('"""')]
    assert len(code) <= 10


USE = """
import asyncio
import json

import httpx

from flexflows._channels import AsyncChannels, Channels
from flexflows import ApiError, FlexFlows

ASKED = []


def answer(request):
    ASKED.append((request.url.host, request.url.path, request.url.params["PageSize"]))
    number = int(request.url.params.get("Page", 0))
    more = "https://flex-api.twilio.com/v1/Channels?PageSize=2&Page=1&PageToken=PA1"
    meta = {"page": number, "next_page_url": more if number == 0 else None, "key": "flex_chat_channels"}
    records = [{"sid": "CH" + f"{number}{index}" * 16, "date_created": "2024-05-06T07:08:09Z"} for index in range(2)]
    return httpx.Response(200, json={"flex_chat_channels": records, "meta": meta})


CREDENTIALS = {"account_sid": "AC" + "a" * 32, "auth_token": "secret", "transport": httpx.MockTransport(answer)}


async def asynchronous():
    async with AsyncChannels(**CREDENTIALS) as channels:
        page = await channels.page(page_size=2)
        return [
            [channel.sid for channel in await channels.list()],
            [channel.sid async for channel in channels.stream(prefetch=True)],
            [channel.sid async for page in channels.pages() for channel in page],
            [channel.sid for channel in (*page, *await channels.page(cursor=page.next_cursor))],
        ]


with Channels(**CREDENTIALS) as channels:
    page = channels.page(page_size=2)
    blocking = [
        [channel.sid for channel in channels.list()],
        [channel.sid for channel in channels.stream(prefetch=True)],
        [channel.sid for page in channels.pages() for channel in page],
        [channel.sid for channel in (*page, *channels.page(cursor=page.next_cursor))],
    ]
    limited = channels.list(limit=3)
print(json.dumps({
    "lists": blocking + asyncio.run(asynchronous()),
    "limited": len(limited),
    "year": limited[0].date_created.year,
    "asked": sorted(set(ASKED)),
}))
"""


def _with_channels(document: Json) -> Json:
    (more,) = map(YAML(typ="safe").load, _blocks("yaml"))
    document["paths"] |= more["paths"]
    document["components"]["schemas"] |= more["components"]["schemas"]
    return document


def test_another_endpoint_works_as_the_page_binds_it(
    document: Json, written: Callable[[Json], Path], tmp_path: Path
) -> None:
    """The page's lines, put where it says, list another resource with both clients."""
    generate.generate(written(_with_channels(document)), tmp_path / "flexflows_api")
    package = tmp_path / "flexflows"
    shutil.copytree(ROOT / "wrapper" / "flexflows", package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / "_generated.py").open("a", encoding="utf-8") as seam:
        seam.write(SEAM)
    (package / "_channels.py").write_text(BINDING, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    ran = subprocess.run(  # noqa: S603 - this Python, and the lines above
        [sys.executable, "-W", "error", "-c", USE],
        env={**environment, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    sids = [f"CH{number * 16}" for number in ("00", "01", "10", "11")]
    assert said["lists"] == [sids] * 8
    assert (said["limited"], said["year"]) == (3, 2024)
    assert {tuple(asked[:2]) for asked in said["asked"]} == {("flex-api.twilio.com", "/v1/Channels")}


def test_drift_takes_both_endpoints(document: Json) -> None:
    """With two lists in the fragment, each has a table of its own."""
    ours = _with_channels(document)
    theirs = copy.deepcopy(ours)
    theirs["components"]["schemas"]["FlexChatChannel"]["properties"]["topic"] = {"type": "string"}
    assert {name: [row.place for row in rows] for name, rows in compared(ours, theirs).items()} == {
        ("GET", "/v1/FlexFlows"): [],
        ("GET", "/v1/Channels"): ["flex_chat_channels[].topic"],
    }
