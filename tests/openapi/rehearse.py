"""Rehearse changes that Twilio may make: `make rehearse` edits only the fragment, in a scratch clone.

After each edit, `make gen` and the checks of `make check` that concern the package must pass. New filters are used from
Python and from the command. With `--quick`, all edits are made at once, and fewer tests are run.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from loopback import serving
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
QUICK = "tests/cli tests/openapi tests/sandbox tests/wire"
Json = dict[str, Any]

ATTRIBUTES = {
    "reviewer": {"type": ["string", "null"], "description": "Who reviewed the Flex Flow last."},
    "archived_at": {"type": ["string", "null"], "format": "date-time", "description": "When it was archived, in GMT."},
}
FILTERS: dict[str, Json] = {
    "Channel": {"$ref": "#/components/schemas/ChannelType"},
    "Enabled": {"type": "boolean"},
    "UpdatedAfter": {"type": "string", "format": "date-time"},
    "CreatedOn": {"type": "string", "format": "date"},
    "RetryCount": {"type": "integer", "minimum": 0},
    "ChatServiceSid": {"type": "array", "items": {"type": "string"}},
}
LIST = """
  /v1/WebChannels:
    get:
      operationId: list_web_channels
      tags: [web_channels]
      parameters:
        - {name: PageSize, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: PageToken, in: query, schema: {type: string}}
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {$ref: "#/components/schemas/WebChannelList"}}}
"""
SCHEMAS = """
    WebChannelList:
      type: object
      properties:
        flex_chat_channels: {type: array, items: {$ref: "#/components/schemas/WebChannel"}}
        meta: {$ref: "#/components/schemas/PageMeta"}
    WebChannel:
      type: object
      properties: {sid: {type: [string, "null"]}, flex_flow_sid: {type: [string, "null"]}}
"""


def add_attributes(document: Json) -> None:
    """Add a string and a date-time to the Flex Flow, and a channel."""
    document["components"]["schemas"]["FlexFlow"]["properties"] |= ATTRIBUTES
    document["components"]["schemas"]["ChannelType"]["enum"].append("telegram")


def remove_an_attribute(value: Any) -> None:
    """Remove `long_lived` wherever the fragment has it."""
    if isinstance(value, dict):
        value.pop("long_lived", None)
    elif isinstance(value, list) and "long_lived" in value:
        value.remove("long_lived")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        remove_an_attribute(inner)


def add_filters(document: Json) -> None:
    """Add a filter of each type."""
    parameters = document["paths"]["/v1/FlexFlows"]["get"]["parameters"]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in FILTERS.items()]


def add_a_list(document: Json) -> None:
    """Add a second list, of at most 100 records a page."""
    document["paths"] |= YAML().load(LIST)
    document["components"]["schemas"] |= YAML().load(SCHEMAS)


EDITS: tuple[Callable[[Json], None], ...] = (add_attributes, remove_an_attribute, add_filters, add_a_list)

TYPED = """
from datetime import UTC, date, datetime

from flexflows import AsyncFlexFlows, ChannelType, FlexFlows


def blocking(flows: FlexFlows) -> None:
    flows.list(channel=ChannelType.SMS, enabled=True, updated_after=datetime.now(UTC), created_on=date(2026, 6, 1))
    flows.list(channel="sms", retry_count=3, chat_service_sid=["IS1", "IS2"], friendly_name="Sales", limit=1)
    flows.stream(updated_after="2026-06-01T00:00:00Z", created_on="2026-06-01", enabled=None)
    flows.list(channel="smoke")  # wrong
    flows.list(channel=5)  # wrong
    flows.list(enabled="yes")  # wrong
    flows.stream(updated_after=5)  # wrong
    flows.pages(created_on=True)  # wrong
    flows.page(retry_count="many")  # wrong
    flows.list(chat_service_sid="IS1")  # wrong
    flows.list(colour="red")  # wrong


async def asynchronous(flows: AsyncFlexFlows) -> None:
    await flows.list(channel=ChannelType.SMS, enabled=True, updated_after=datetime.now(UTC), chat_service_sid=["IS1"])
    await flows.page(channel="web", retry_count=3)
    await flows.list(channel="smoke")  # wrong
    await flows.page(retry_count="many")  # wrong
    flows.stream(colour="red")  # wrong
"""
USED = """
import asyncio
import sys
from datetime import UTC, date, datetime

from flexflows import AsyncFlexFlows, ChannelType, FlexFlows

CLIENT = {"account_sid": "AC" + "a" * 32, "auth_token": "secret", "base_url": sys.argv[1]}
RIGHT = dict(
    channel=ChannelType.SMS, enabled=True, updated_after=datetime(2026, 6, 1, tzinfo=UTC), created_on=date(2026, 6, 1),
    retry_count=3, chat_service_sid=["IS1", "IS2"],
)
WRONG = dict(
    channel="smoke", enabled="yes", updated_after=datetime(2026, 6, 1), created_on="June", retry_count="many",
    chat_service_sid="IS1", colour="red",
)


async def asynchronous():
    async with AsyncFlexFlows(**CLIENT) as flows:
        await flows.list(**RIGHT)


with FlexFlows(**CLIENT) as flows:
    flows.list(**RIGHT)
    for name, value in WRONG.items():
        try:
            flows.list(**{name: value})
        except (TypeError, ValueError) as error:
            assert name in str(error), error
        else:
            raise AssertionError(f"{name}={value!r} was sent")
asyncio.run(asynchronous())
"""
SENT = [
    ("Channel", "sms"),
    ("Enabled", "true"),
    ("UpdatedAfter", "2026-06-01T00:00:00Z"),
    ("CreatedOn", "2026-06-01"),
    ("RetryCount", "3"),
    ("ChatServiceSid", "IS1"),
    ("ChatServiceSid", "IS2"),
]
OPTIONS = (
    "--channel sms --enabled true --updated-after 2026-06-01T00:00:00Z --created-on 2026-06-01 --retry-count 3 "
    "--chat-service-sid IS1 --chat-service-sid IS2"
)


class Clone:
    """A copy of the working tree, with an environment that imports the copy.

    Attributes:
        root: Its folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._git("clone", "--quiet", "--no-hardlinks", str(ROOT), str(root), cwd=ROOT)
        changed = self._git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", cwd=ROOT)
        for name in (entry[3:] for entry in changed.split("\0") if entry):
            (root / name).unlink(missing_ok=True)
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        self.commit()
        self.bin = root / ".venv" / Path(sysconfig.get_path("scripts")).name
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
        purelib = Path(sysconfig.get_path("purelib"))
        site = root / ".venv" / purelib.relative_to(sys.prefix)
        for installed in purelib.iterdir():
            if installed.suffix != ".pth":  # these files lead to the original
                (site / installed.name).symlink_to(installed)
        (site / "rehearsal.pth").write_text(f"{root / 'wrapper'}\n{root / 'generated'}\n", encoding="utf-8")
        for script in Path(sysconfig.get_path("scripts")).iterdir():
            if not (self.bin / script.name).exists():
                text = script.read_bytes()
                (self.bin / script.name).write_bytes(text.replace(sys.prefix.encode(), str(root / ".venv").encode()))
                (self.bin / script.name).chmod(0o755)
        for stamp in ("demo.stamp", "dev.stamp"):
            (root / ".venv" / stamp).touch()

    def commit(self) -> None:
        """Commit everything, as the checks compare the package with what git has."""
        self._git("add", "--all")
        identity = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost")
        self._git(*identity, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=Rehearse")

    def reset(self, commit: str) -> None:
        """Return to a commit."""
        self._git("reset", "--quiet", "--hard", commit)

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self._git("rev-parse", "HEAD").strip()

    def edit(self, *edits: Callable[[Json], None]) -> None:
        """Edit the fragment, and nothing else."""
        yaml, path = YAML(), self.root / "openapi" / "flex-v1.yaml"
        yaml.width = 1000
        document = yaml.load(path)
        for edit in edits:
            edit(document)
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(document, file)

    def run(self, *command: object) -> None:
        """Run a command, and exit with its output if it fails."""
        ran = self.attempt(*command)
        if ran.returncode != 0:
            sys.exit(f"{ran.stdout}{ran.stderr}\n`{' '.join(map(str, command))}` failed in {self.root}")

    def attempt(self, *command: object) -> subprocess.CompletedProcess[str]:
        """Run a command."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "MAKE", "MFLAGS"))
        }
        return subprocess.run(
            [*map(str, command)], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )

    def _git(self, *arguments: str, cwd: Path | None = None) -> str:
        ran = subprocess.run(["git", *arguments], cwd=cwd or self.root, capture_output=True, text=True, check=True)
        return ran.stdout


def check_filters(clone: Clone) -> None:
    """Use the new filters from Python, sync and async, under both type checkers, and from the command."""
    path = clone.root / "tests" / "typing" / "rehearsed.py"
    path.write_text(TYPED, encoding="utf-8")
    wrong = {number for number, line in enumerate(TYPED.splitlines(), 1) if line.endswith("# wrong")}
    mypy = clone.attempt(clone.bin / "mypy", path).stdout
    found = {int(line) for line in re.findall(r"rehearsed\.py:(\d+): error", mypy)}
    _require(found == wrong, f"mypy does not refuse exactly the wrong lines: {mypy}")
    pyright = clone.attempt(clone.bin / "pyright", "--outputjson", path).stdout
    found = {each["range"]["start"]["line"] + 1 for each in json.loads(pyright)["generalDiagnostics"]}
    _require(found == wrong, f"pyright does not refuse exactly the wrong lines: {pyright}")
    path.unlink()
    requested: list[list[tuple[str, str]]] = []

    def respond(path: str) -> tuple[int, bytes]:
        requested.append(parse_qsl(urlsplit(path).query))
        return 200, b'{"flex_flows": [], "meta": {"key": "flex_flows", "next_page_url": null}}'

    with serving(respond) as origin:
        clone.run(clone.bin / "python", "-c", USED, origin)
        command = [clone.bin / "python", "-m", "flexflows", "list", "-o", "json", *OPTIONS.split()]
        credentials = {
            "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
            "TWILIO_AUTH_TOKEN": "secret",
            "FLEXFLOWS_BASE_URL": origin,
        }
        ran = subprocess.run(
            command, cwd=clone.root, env={**os.environ, **credentials}, capture_output=True, text=True, check=False
        )
        _require(ran.returncode == 0, f"the command refuses its filters: {ran.stderr}")
    for query in requested:
        _require(sorted(query) == sorted([*SENT, ("PageSize", "1000")]), f"the filters were sent as {query}")
    _require(len(requested) == len(("sync", "async", "command")), f"{len(requested)} requests were sent")


def _require(condition: bool, message: str) -> None:  # noqa: FBT001 - the condition is the value to check
    if not condition:
        sys.exit(message)


def rehearse(clone: Clone, *edits: Callable[[Json], None], tests: str = "") -> None:
    """Edit the fragment, regenerate, and check."""
    start = time.monotonic()
    clone.edit(*edits)
    clone.run("make", "gen")
    clone.commit()
    if add_filters in edits:
        check_filters(clone)
    clone.run("make", "fragment", "types", "gen-check")
    clone.run("make", "test", f"ARGS={tests}")
    names = " and ".join(edit.__name__.replace("_", " ") for edit in edits)
    print(f"{names}: regenerated and checked in {time.monotonic() - start:.0f} s", flush=True)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="all edits at once, and fewer tests")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="flexflows-rehearsal-") as folder:
        clone = Clone(Path(folder).resolve() / "flexflows")
        if quick:
            rehearse(clone, *EDITS, tests=QUICK)
            return
        start = clone.head
        for edit in EDITS:
            clone.reset(start)
            rehearse(clone, edit)


if __name__ == "__main__":
    main()
