"""Several accounts at once: `-p a -p b` and `--all-profiles`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from accounts import one_host
from commands import Flexflows, Profiles, as_read

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
    return [{"profile": name, **as_read(flow)} for name in names for flow in sandboxes[name].flows]


@pytest.mark.parametrize("size", [2, 1000])
@pytest.mark.parametrize("names", ["ac", "ca", "fedcba", "bb", "cbc"])
def test_accounts_in_their_order(
    flexflows: Flexflows, sandboxes: dict[str, Sandbox], url: str, names: str, size: int
) -> None:
    """The accounts are listed completely, in the order of the options, each record with its profile."""
    options = [option for name in names for option in ("-p", name)]
    result = flexflows("list", *options, "-o", "json", "--base-url", url, "--page-size", size)
    expected = rows(sandboxes, *dict.fromkeys(names))
    if len(set(names)) == 1:
        expected = [as_read(flow) for flow in sandboxes[names[0]].flows]
    assert (result.code, result.json) == (0, expected)


def test_one_profile_has_no_profile_column(flexflows: Flexflows, sandboxes: dict[str, Sandbox], url: str) -> None:
    """Records of one profile have no profile column without --with-profile."""
    flows = list(map(as_read, sandboxes["c"].flows))
    assert flexflows("list", "-p", "c", "-o", "json", "--base-url", url).json == flows
    assert flexflows("list", "-p", "c", "-o", "json", "--base-url", url, "--with-profile").json == rows(sandboxes, "c")


def test_profile_in_every_format(flexflows: Flexflows, url: str) -> None:
    """The profile is the first column, and in JSON the first key, even if columns were named."""
    options = ("list", "-p", "c", "-p", "e", "--base-url", url)
    assert [line.split()[0] for line in flexflows(*options).lines] == ["profile", "c", "c", "c", "e", "4"]
    for kind, separator in (("csv", ","), ("tsv", "\t")):
        lines = flexflows(*options, "-o", kind, "--columns", "enabled").lines
        assert lines[0] == f"profile{separator}enabled"
        assert [line[0] for line in lines[1:]] == ["c", "c", "c", "e"]
    for line in flexflows(*options, "-o", "jsonl").lines:
        assert next(iter(json.loads(line))) == "profile"


def test_a_field_called_profile(flexflows: Flexflows, profiles: Profiles) -> None:
    """A field of the API that is named `profile` is kept beside the profile."""
    with Sandbox([{"profile": "own", "_profile": 1}]) as sandbox:
        profiles({"a": sandbox})
        result = flexflows("list", "-p", "a", "--with-profile", "-o", "json", "--base-url", sandbox.url)
    assert {key: value for key, value in result.json[0].items() if "profile" in key} == {
        "__profile": "a",
        "profile": "own",
        "_profile": 1,
    }


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "tsv", "table"])
def test_broken_profiles(flexflows: Flexflows, url: str, kind: str) -> None:
    """Broken profiles are reported at the end, one on each line, and the other profiles have all their rows."""
    result = flexflows("list", "--all-profiles", "-o", kind, "--base-url", url)
    assert result.code == 1
    wrong, legacy, rest = result.err.splitlines()
    assert f"{sum(FLOWS.values())} flows written; 6 of 8 accounts complete; " in rest
    assert wrong.startswith("flexflows: profile 'wrong': 401 Authenticate")
    assert legacy.startswith("flexflows: profile 'legacy': ")
    assert legacy.endswith("create the profile again with `twilio profiles:create`")
    total = sum(FLOWS.values())
    assert len(result.lines) == {"json": total + 2, "jsonl": total}.get(kind, total + 1 + (kind == "table"))


def test_no_usable_profile(flexflows: Flexflows) -> None:
    """If no profile can be used, the exit code is 3 and nothing is written."""
    result = flexflows("list", "-p", "legacy", "-p", "nobody", "-o", "json")
    assert (result.code, result.out, result.err.count("\n")) == (3, b"", 2)


def test_no_profiles(flexflows: Flexflows, profiles: Profiles) -> None:
    """Without profiles, --all-profiles is an error that names the file."""
    profiles({})
    result = flexflows("list", "--all-profiles")
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert "config.json" in result.err


@pytest.mark.parametrize("kind", ["json", "csv", "table"])
def test_one_account_by_two_profiles(flexflows: Flexflows, profiles: Profiles, kind: str) -> None:
    """An account of two profiles is listed once, in every format and count, with a note on stderr."""
    one, other = Sandbox(7, seed=1), Sandbox(3, seed=2)
    entry = {"accountSid": one.account_sid, "apiKey": one.api_key, "apiSecret": one.api_secret}
    # The last two name another account; their key or their records show that they belong to the first.
    key = Sandbox(one.flows, seed=5)
    profiles({"a": one, "b": other, "c": entry, "d": {**entry, "accountSid": WRONG["accountSid"]}, "e": key})
    with one_host(one, other, key) as url:
        result = flexflows("list", "--all-profiles", "-o", kind, "--base-url", url)
        summary = flexflows("summary", "--all-profiles", "-o", "json", "--base-url", url)
        text = flexflows("summary", "--all-profiles", "--base-url", url).text
    assert len([line for line in result.lines if "FO" in line]) == 10
    for err in (result.err, summary.err):
        for name in "cde":
            assert f"note: profile '{name}' is the same account as 'a' ({one.account_sid})" in err
    assert (result.code, result.err.count("\n")) == (0, 3)
    assert (summary.json["all"]["flows"], summary.json["accounts_read"], len(summary.json["accounts"])) == (10, 2, 2)
    assert summary.json["accounts"][0]["other_profiles"] == ["c", "d", "e"]
    assert "2 of 2 accounts · 10 flows" in text


def test_one_account_by_a_profile_that_is_refused(flexflows: Flexflows, profiles: Profiles) -> None:
    """If one profile of an account is refused, another profile of that account is used."""
    one = Sandbox(3, seed=1)
    profiles({"revoked": {**WRONG, "accountSid": one.account_sid}, "valid": one})
    with one:
        result = flexflows("list", "--all-profiles", "-o", "jsonl", "--base-url", one.url)
    assert (result.code, len(result.lines)) == (0, 3)


def test_one_account_in_two_regions(flexflows: Flexflows, profiles: Profiles) -> None:
    """An account has a list of its own in each region, and each is listed."""
    one = Sandbox([{"sid": "FO1"}], seed=1)
    entry = {"accountSid": one.account_sid, "apiKey": one.api_key, "apiSecret": one.api_secret}
    profiles({"us": entry, "ie": {**entry, "region": "ie1"}, "edge": {**entry, "edge": "ashburn"}})
    with one:
        result = flexflows("list", "--all-profiles", "-o", "csv", "--columns", "sid", "--base-url", one.url)
    assert [line.partition(",")[0] for line in result.lines] == ["profile", "us", "ie"]


def test_accounts_are_read_side_by_side(flexflows: Flexflows, profiles: Profiles) -> None:
    """Accounts are read at the same time, sixteen at once and never more."""
    crowd = [Sandbox(1, seed=seed) for seed in range(32)]
    profiles({str(number): sandbox for number, sandbox in enumerate(crowd)})
    with one_host(*crowd, together=16) as url:
        result = flexflows("list", "--all-profiles", "-o", "jsonl", "--base-url", url)
    assert [json.loads(line)["profile"] for line in result.lines] == list(map(str, range(32)))


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
        ("--timeout", "0"),
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
    """Options that make no sense end with one line on stderr, and exit code 2."""
    result = flexflows("list", *options)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert result.out.decode() in {"", "[]\n"}
