"""`docs/maintaining.md`: its report is that of `make gen`, and its recipe works for other lists of Twilio."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from document_parts import SAMPLE, Parts, compared
from flexflows_openapi import generate
from flexflows_openapi.document import FRAGMENT, ROOT, load
from loopback import serving
from ruamel.yaml import YAML

Json = dict[str, Any]
HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


SEAM, BINDING = _blocks("python")
# By each list's plural: a record, the operation, the filters of a listing, and the resulting path and query.
LISTS = {
    "Channels": ("Channel", "list_channels", "{}", "/v1/Channels", {}),
    "StudioFlows": ("StudioFlow", "list_studio_flows", "{}", "/v2/Flows", {}),
    "Workspaces": (
        "Workspace",
        "list_workspaces",
        "{'friendly_name': 'Ärger & Co'}",
        "/v1/Workspaces",
        {"FriendlyName": ["Ärger & Co"]},
    ),
    "Workers": (
        "Worker",
        "list_workers",
        "{'workspace_sid': 'WS/1', 'target_workers_expression': 'type == \"x\"'}",
        "/v1/Workspaces/WS%2F1/Workers",
        {"TargetWorkersExpression": ['type == "x"']},
    ),
    "Rooms": (
        "Room",
        "list_rooms",
        "{'status': 'in-progress', 'date_created_after': datetime(2026, 6, 1, 2, tzinfo=timezone(timedelta(hours=2)))}",
        "/v1/Rooms",
        {"Status": ["in-progress"], "DateCreatedAfter": ["2026-06-01T00:00:00Z"]},
    ),
    "Questions": (
        "Question",
        "list_questions",
        "{'category_sid': ['GC1', 'GC2']}",
        "/v1/Insights/QualityManagement/Questions",
        {"CategorySid": ["GC1", "GC2"]},
    ),
    "Conversations": (
        "Conversation",
        "list_conversations",
        "{'state': 'closed'}",
        "/v1/Conversations",
        {"State": ["closed"]},
    ),
}
SERVERS = {
    "Channels": "https://flex-api.twilio.com",
    "StudioFlows": "https://studio.twilio.com",
    "Workspaces": "https://taskrouter.twilio.com",
    "Workers": "https://taskrouter.twilio.com",
    "Rooms": "https://video.twilio.com",
    "Questions": "https://flex-api.twilio.com",
    "Conversations": "https://conversations.twilio.com",
}


def test_the_targets_on_the_page_exist() -> None:
    """Each `make …` on the page is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z][a-z-]*)", PAGE))
    assert targets >= {"drift", "gen", "gen-diff", "check", "rehearse"}
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))


def test_the_report_on_the_page_is_that_of_make_gen(
    document: Json, written: Callable[[Json], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report on the page is that of `make gen` after these changes; a second run reports no change."""
    package = tmp_path / "flexflows_api"
    generate.generate(SAMPLE, package)
    at = Parts(document)
    at.flow["priority"] = {"type": ["integer", "null"]}
    del at.flow["long_lived"]
    at.schemas["ChannelType"]["enum"].append("fax")
    at.add_parameter("Channel")
    path = written(document)
    (report,) = _blocks("text")
    assert generate.main(["--fragment", str(path), "--into", str(package)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == report.splitlines()[1:]
    assert generate.main(["--fragment", str(path), "--into", str(package)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["For users of the package: no change"]


def test_a_broken_package_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A package with a module that is not Python is regenerated, and the module's names count as new."""
    package = tmp_path / "flexflows_api"
    generate.generate(FRAGMENT, package)
    (package / "models" / "flex_flow.py").write_text("def (", encoding="utf-8")
    assert generate.main(["--into", str(package)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "For users of the package: 1 change, none of them breaking",
        "  FlexFlow: added (model)",
    ]


def test_an_unchanged_fragment_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Regenerating three times changes no file, and reports that."""
    package = shutil.copytree(generate.PACKAGE, tmp_path / "flexflows_api")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in package.rglob("*.*")}
    for _ in range(3):
        assert generate.main(["--into", str(package)]) == 0
        assert capsys.readouterr().out.splitlines() == [f"{package}: up to date", "For users of the package: no change"]
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in package.rglob("*.*")} == before


def _with_lists(document: Json) -> Json:
    texts = [*_blocks("yaml"), (HERE / "twilio-lists.yaml").read_text(encoding="utf-8")]
    for more in map(YAML(typ="safe").load, texts):
        document["paths"] |= more["paths"]
        document["components"]["schemas"] |= more["components"]["schemas"]
    return document


def _bound(text: str, plural: str) -> str:
    """Return lines of the recipe, rewritten for another list."""
    singular, operation, *_ = LISTS[plural]
    words = {
        "channels": operation.removeprefix("list_"),
        "list_channels": operation,
        "Channels": plural,
        "AsyncChannels": f"Async{plural}",
        "Channel": singular,
        "ChannelFilters": f"{singular}Filters",
    }
    return re.sub(r"\w+", lambda found: words.get(found[0], found[0]), text)


@pytest.fixture
def package(written: Callable[[Json], Path], tmp_path: Path) -> Path:
    """Generate from the fragment with all the lists, and write a client for each by the page's recipe."""
    generate.generate(written(_with_lists(load(FRAGMENT).data)), tmp_path / "flexflows_api")
    package = tmp_path / "flexflows"
    shutil.copytree(ROOT / "wrapper" / "flexflows", package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / "_generated.py").open("a", encoding="utf-8") as seam:
        seam.writelines(_bound(SEAM, plural) for plural in LISTS)
    for plural in LISTS:
        (package / f"_{plural.lower()}.py").write_text(_bound(BINDING, plural), encoding="utf-8")
    return package


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Serve three pages of any list on loopback; yield the origin and the requested URLs."""
    requested: list[str] = []

    def respond(path: str) -> tuple[int, bytes]:
        requested.append(path)
        url = urlsplit(path)
        key = url.path.rpartition("/")[2].lower().replace("channels", "flex_chat_channels")
        number = int(parse_qs(url.query).get("Page", ["0"])[0])
        query = re.sub(r"&?Page(Token)?=[^&]*", "", url.query)
        following = f"https://api.twilio.com{url.path}?{query}&Page={number + 1}&PageToken=PA{number + 1}"
        meta = {"page": number, "next_page_url": following if number < 2 else None, "key": key}
        return 200, json.dumps({key: [{"sid": f"{number}{index}"} for index in range(2)], "meta": meta}).encode()

    with serving(respond) as origin:
        yield origin, requested


USE = """
import asyncio
import importlib
import json
import sys
from datetime import datetime, timedelta, timezone

ORIGIN, FILTERS = sys.argv[1], eval(sys.argv[2])
CREDENTIALS = {"account_sid": "AC" + "a" * 32, "auth_token": "secret"}


async def listed(client_class, filters):
    async with client_class(**CREDENTIALS, base_url=ORIGIN) as client:
        return [
            [record.sid for record in await client.list(**filters)],
            [record.sid async for record in client.stream(**filters)],
        ]


found = {}
for plural, filters in FILTERS.items():
    module = importlib.import_module(f"flexflows._{plural.lower()}")
    client_class, async_class = getattr(module, plural), getattr(module, f"Async{plural}")
    with client_class(**CREDENTIALS, base_url=ORIGIN) as client:
        sids = [
            [record.sid for record in client.list(**filters)],
            [record.sid for record in client.stream(**filters)],
        ]
    sids += asyncio.run(listed(async_class, filters))
    size = client_class.operation.page_size
    found[plural] = {"sids": sids, "server": repr(client_class(**CREDENTIALS)), "maximum": size.maximum}
print(json.dumps(found))
"""


def test_the_recipe_works_for_other_lists_of_twilio(package: Path, server: tuple[str, list[str]]) -> None:
    """Both clients fetch three pages of each list, with the filters, host and page size of the document."""
    origin, requested = server
    filters = "{" + ", ".join(f"'{plural}': {row[2]}" for plural, row in LISTS.items()) + "}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    ran = subprocess.run(  # noqa: S603 - this Python, and the lines above
        [sys.executable, "-W", "error", "-c", USE, origin, filters],
        env={**environment, "PYTHONPATH": str(package.parent)},
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    for plural, (_, _, _, path, query) in LISTS.items():
        sids = [f"{page}{index}" for page in range(3) for index in range(2)]
        maximum = 100 if plural == "Conversations" else 1000
        server_of_list = f"<{plural} of {SERVERS[plural]}>"
        assert found[plural] == {"sids": [sids] * 4, "server": server_of_list, "maximum": maximum}
        first = parse_qs(next(urlsplit(url) for url in requested if urlsplit(url).path == path).query)
        assert first == {**query, "PageSize": [str(maximum)]}
        assert len([url for url in requested if urlsplit(url).path == path]) == 12


def test_drift_compares_every_list(document: Json) -> None:
    """With several lists in the fragment, each has a table of its own."""
    ours = _with_lists(document)
    theirs = json.loads(json.dumps(ours))
    theirs["components"]["schemas"]["Channel"]["properties"]["topic"] = {"type": "string"}
    rows = {name: [row.place for row in found] for name, found in compared(ours, theirs).items()}
    assert rows.pop(("GET", "/v1/Channels")) == ["flex_chat_channels[].topic"]
    assert len(rows) == len(LISTS)
    assert not any(rows.values())
