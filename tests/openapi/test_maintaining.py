"""“Add a list” in `docs/maintaining.md` works to the letter."""

import re
import subprocess
from pathlib import Path

import pytest
from generation import ROOT, Run

PAGE = (ROOT / "docs" / "maintaining.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def add_below(path: Path, line: str, added: str) -> None:
    """Add lines below the only line with a text."""
    text = path.read_text("utf-8")
    assert text.count(f"\n{line}\n") == 1, line
    path.write_text(text.replace(f"\n{line}\n", f"\n{line}\n{added}"), "utf-8")


USE = """
import asyncio, httpx, flexflows

def respond(request):
    assert str(request.url).startswith("https://flex-api.twilio.com/v1/Channels?"), request.url
    number = int(request.url.params.get("Page", 0))
    following = f"https://flex-api.twilio.com/v1/Channels?Page={number + 1}&PageToken=PT{number + 1}"
    meta = {"next_page_url": following if number < 2 else None}
    return httpx.Response(200, json={"flex_chat_channels": [{"sid": f"CH{number}"}], "meta": meta})

async def main():
    async with flexflows.AsyncChannels("AC" + "a" * 32, "secret", transport=httpx.MockTransport(respond)) as channels:
        return await channels.list()

with flexflows.Channels("AC" + "a" * 32, "secret", transport=httpx.MockTransport(respond)) as channels:
    records = channels.list()
    assert list(channels.stream()) == [each for page in channels.pages() for each in page] == records
    assert asyncio.run(main()) == records
    assert channels.page().channels[0] == flexflows.Channel(sid="CH0")
assert [record.sid for record in records] == ["CH0", "CH1", "CH2"]
assert flexflows.ChannelFilters and "Channels" in dir(flexflows)
"""


@pytest.mark.slow
def test_add_a_list_to_the_letter(project: Path, python: Run) -> None:
    """Both clients list three pages; ruff finds nothing; drift compares both operations."""
    (addition,) = blocks("yaml")
    paths, _, schemas = addition.partition("components:\n  schemas:\n")
    add_below(project / "openapi" / "flex-v1.yaml", "paths:", paths.removeprefix("paths:\n"))
    add_below(project / "openapi" / "flex-v1.yaml", "  schemas:", schemas)
    assert "+ flex_chat_channels[].sid: " in python("openapi/generate.py")
    commands = [block.removeprefix("make gen\n") for block in blocks("sh") if "_channels.py" in block]
    subprocess.run(["sh", "-c", commands[0]], cwd=project, check=True)  # noqa: S603, S607 - the page's own lines
    path, anchor = project, ""
    for line in blocks("diff")[0].splitlines():
        if line.startswith("--- "):
            path = project / line.removeprefix("--- ")
        elif line.startswith("+"):
            add_below(path, anchor, line[1:] + "\n")
            anchor = line[1:]
        else:
            anchor = line[1:]
    files = [f"wrapper/flexflows/{name}.py" for name in ("_channels", "_generated", "__init__")]
    python("-m", "ruff", "check", "--fix", "--quiet", *files)
    python("-m", "ruff", "format", "--quiet", *files)
    python("-W", "error", "-c", USE)
    assert "+ GET /v1/Channels" in python("openapi/drift.py", "openapi/flex-v1.yaml", code=1)
