"""Several accounts at once: `-p a -p b` and `--all-profiles`."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from accounts import one_host
from commands import Flexflows, Profiles

from flexflows.sandbox import Sandbox

FLOWS = {"a": 7, "b": 0, "c": 3, "d": 12, "e": 1, "f": 5}
WRONG = {"accountSid": "AC" + "0" * 32, "apiKey": "SK" + "0" * 32, "apiSecret": "wrong"}
LEGACY = {"accountSid": "AC" + "0" * 32}


@pytest.fixture(scope="module")
def sandboxes() -> dict[str, Sandbox]:
    return {name: Sandbox(flows, seed=seed) for seed, (name, flows) in enumerate(FLOWS.items())}


@pytest.fixture(scope="module")
def url(sandboxes: dict[str, Sandbox]) -> Iterator[str]:
    with one_host(*sandboxes.values()) as url:
        yield url


@pytest.fixture(autouse=True)
def _profiles(profiles: Profiles, sandboxes: dict[str, Sandbox]) -> None:
    profiles({**sandboxes, "wrong": WRONG, "legacy": LEGACY})


def rows(sandboxes: dict[str, Sandbox], *names: str) -> list[dict[str, Any]]:
    return [{"profile": name, **flow} for name in names for flow in sandboxes[name].flows]


@pytest.mark.parametrize("size", [2, 1000])
@pytest.mark.parametrize("names", ["ac", "ca", "fedcba", "bb", "cbc"])
def test_accounts_in_their_order(
    flexflows: Flexflows, sandboxes: dict[str, Sandbox], url: str, names: str, size: int
) -> None:
    """The accounts come in the order in which they were named, whole, each record with its profile."""
    options = [option for name in names for option in ("-p", name)]
    result = flexflows("list", *options, "-o", "json", "--base-url", url, "--page-size", size)
    expected = rows(sandboxes, *dict.fromkeys(names))
    if len(set(names)) == 1:
        expected = [dict(flow) for flow in sandboxes[names[0]].flows]
    assert (result.code, result.json) == (0, expected)


def test_one_profile_is_the_api_s_own(flexflows: Flexflows, sandboxes: dict[str, Sandbox], url: str) -> None:
    """One profile's records have no profile, unless they are asked to."""
    flows = list(sandboxes["c"].flows)
    assert flexflows("list", "-p", "c", "-o", "json", "--base-url", url).json == flows
    assert flexflows("list", "-p", "c", "-o", "json", "--base-url", url, "--with-profile").json == rows(sandboxes, "c")


def test_profile_in_every_format(flexflows: Flexflows, url: str) -> None:
    """The profile is the first column, and of JSON the first key, even beside columns that were named."""
    options = ("list", "-p", "c", "-p", "e", "--base-url", url)
    assert [line.split()[0] for line in flexflows(*options).lines] == ["profile", "c", "c", "c", "e"]
    for kind, separator in (("csv", ","), ("tsv", "\t")):
        lines = flexflows(*options, "-o", kind, "--columns", "enabled").lines
        assert lines[0] == f"profile{separator}enabled"
        assert [line[0] for line in lines[1:]] == ["c", "c", "c", "e"]
    for line in flexflows(*options, "-o", "jsonl").lines:
        assert next(iter(json.loads(line))) == "profile"


def test_a_field_called_profile(flexflows: Flexflows, profiles: Profiles) -> None:
    """A field of the API that is called as the profile's is kept beside it."""
    with Sandbox([{"profile": "own", "_profile": 1}]) as sandbox:
        profiles({"a": sandbox, "b": sandbox})
        result = flexflows("list", "--all-profiles", "-o", "json", "--base-url", sandbox.url)
    assert result.json == [{"__profile": name, "profile": "own", "_profile": 1} for name in "ab"]


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "tsv", "table"])
def test_broken_profiles(flexflows: Flexflows, url: str, kind: str) -> None:
    """Profiles that are broken are reported at the end, one on each line, and cost no other's rows."""
    result = flexflows("list", "--all-profiles", "-o", kind, "--base-url", url)
    assert result.code == 1
    wrong, legacy = result.err.splitlines()
    assert wrong.startswith("flexflows: profile 'wrong': 401 Authenticate")
    assert legacy.startswith("flexflows: profile 'legacy': ")
    assert legacy.endswith("make it again with `twilio profiles:create`")
    total = sum(FLOWS.values())
    assert len(result.lines) == {"json": total + 2, "jsonl": total}.get(kind, total + 1)


def test_all_broken(flexflows: Flexflows) -> None:
    """When no profile can be used at all, the set-up is wrong, and nothing is written."""
    result = flexflows("list", "-p", "legacy", "-p", "nobody", "-o", "json")
    assert (result.code, result.out, result.err.count("\n")) == (3, b"", 2)


def test_no_profiles(flexflows: Flexflows, profiles: Profiles) -> None:
    """Without profiles, --all-profiles says where they were looked for."""
    profiles({})
    result = flexflows("list", "--all-profiles")
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert "config.json" in result.err


def test_broken_in_the_middle(flexflows: Flexflows, profiles: Profiles) -> None:
    """An account that fails on the way says how to go on with it, and doing so gives every row once."""
    good, bad = Sandbox(5, seed=1), Sandbox(9, seed=2, faults=["403@3"])
    profiles({"good": good, "ba d": bad, "last": good})
    with one_host(good, bad) as url:
        options = ("-o", "csv", "--base-url", url, "--page-size", "2", "--limit", "7")
        first = flexflows("list", "--all-profiles", *options)
        assert first.code == 1
        onward = first.err.strip().partition("go on with ")[2]
        assert onward.startswith("-p 'ba d' --with-profile --cursor ")
        cursor = onward.split()[5]
        assert onward.endswith(" --limit 3")
        rest = flexflows("list", "-p", "ba d", "--with-profile", "--cursor", cursor, *options, "--limit", "3")
    found = list(csv.DictReader(io.StringIO((first.text + rest.text), newline="")))
    names = {name: [row["sid"] for row in group] for name, group in groupby(sorted(found, key=by), key=by)}
    assert names["ba d"] == [flow["sid"] for flow in bad.flows[:7]]
    assert names["good"] == names["last"] == [flow["sid"] for flow in good.flows]


def by(row: dict[str, str]) -> str:
    return row["profile"]


def test_side_by_side(flexflows: Flexflows, profiles: Profiles) -> None:
    """Accounts are asked at the same time, four at once and never more."""
    crowd = [Sandbox(1, seed=seed) for seed in range(8)]
    profiles({str(number): sandbox for number, sandbox in enumerate(crowd)})
    with one_host(*crowd, together=4) as url:
        result = flexflows("list", "--all-profiles", "-o", "jsonl", "--base-url", url)
    assert [json.loads(line)["profile"] for line in result.lines] == list("01234567")


@pytest.mark.parametrize(
    "options",
    [
        ("--all-profiles", "-p", "a"),
        ("--all-profiles", "--sandbox"),
        ("-p", "a", "--sandbox"),
        ("--base-url", "https://example.com", "--sandbox"),
        ("-p", "a", "-p", "b", "--cursor", "x"),
        ("--all-profiles", "--cursor", "x"),
        ("--friendly-name", "x", "--cursor", "x"),
        ("-p", "a", "-p", "b", "--friendly-name", "\ud800"),
        ("--cursor", "x", "-p", "a"),
        ("--limit", "-1"),
        ("--page-size", "0"),
        ("--page-size", "1001"),
        ("-o", "xml"),
        ("--frobnicate",),
        ("argument",),
    ],
)
def test_usage(flexflows: Flexflows, options: tuple[str, ...]) -> None:
    """Options that make no sense are one line, and exit code 2."""
    result = flexflows("list", *options)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert result.out.decode() in {"", "[]\n"}
