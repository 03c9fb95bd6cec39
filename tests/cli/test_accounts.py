"""Several accounts at once: `-p a -p b` and `--all-profiles`."""

import json

import pytest
from commands import CHANNELS, KINDS, Account, Flexflows, Profiles, read_csv

from flexflows import FlexFlow
from flexflows.cli import _reading
from flexflows.cli._terminal import Terminal
from flexflows.sandbox import Sandbox

SIZES = {"a": 7, "b": 0, "c": 3, "d": 12, "e": 1, "f": 5}
WRONG = {"accountSid": "AC" + "0" * 32, "apiKey": "SK" + "0" * 32, "apiSecret": "wrong"}
LEGACY = {"accountSid": "AC" + "1" * 32}


@pytest.fixture
def sandbox(account: Account) -> Sandbox:
    return account(accounts=SIZES)


@pytest.mark.parametrize("names", ["ac", "fedcba", "cbc"])
def test_accounts_in_their_order(flexflows: Flexflows, sandbox: Sandbox, names: str) -> None:
    """The accounts are listed completely, once, in the order of the options, each record with its profile."""
    options = [option for name in names for option in ("-p", name)]
    result = flexflows("list", *options, "-o", "json", "--page-size", 2)
    flows = [(name, flow) for name in dict.fromkeys(names) for flow in sandbox.accounts[name].flows]
    assert (result.code, result.json) == (
        0,
        [{"profile": name, **FlexFlow.from_dict(flow).to_dict()} for name, flow in flows],
    )


@pytest.mark.usefixtures("sandbox")
def test_profile_in_every_format(flexflows: Flexflows) -> None:
    """The profile is the first column, and in JSON the first key, even if columns were named."""
    options = ("list", "-p", "c", "-p", "e")
    assert [line.split()[0] for line in flexflows(*options).lines] == ["profile", "c", "c", "c", "e", "4"]
    for kind, separator in (("csv", ","), ("tsv", "\t")):
        lines = flexflows(*options, "-o", kind, "--columns", "enabled").lines
        assert [line.split(separator)[0] for line in lines] == ["profile", "c", "c", "c", "e"]
    for names in ([], ["--columns", "enabled"]):
        lines = flexflows(*options, "-o", "jsonl", *names).lines
        assert [next(iter(json.loads(line).items())) for line in lines] == [("profile", each) for each in "ccce"]


@pytest.mark.parametrize("kind", KINDS)
def test_broken_profiles(flexflows: Flexflows, profiles: Profiles, sandbox: Sandbox, kind: str) -> None:
    """Broken profiles are reported at the end, one on each line, and the other profiles have all their rows."""
    profiles({"wrong": WRONG, **sandbox.accounts, "legacy": LEGACY})
    result = flexflows("list", "--all-profiles", "-o", kind)
    wrong, legacy, *rest = result.err.splitlines()
    total = sum(SIZES.values())
    assert result.code == 1
    assert wrong.startswith("flexflows: profile 'wrong': 401 ")
    assert legacy.startswith("flexflows: profile 'legacy': ")
    assert sum("FO" in line for line in result.lines) == total
    if kind == "table":
        assert (rest, result.lines[-1]) == ([], f"{total} flows · 6 of 8 accounts read")
    else:
        assert rest[0].startswith(f"flexflows: {total} flows of 6 of 8 accounts written; missing: ")


@pytest.mark.parametrize("command", [*(f"list -o {kind}" for kind in KINDS), "summary", "report"])
@pytest.mark.parametrize(("entry", "code"), [(WRONG, 1), (LEGACY, 3)], ids=["refused", "legacy"])
@pytest.mark.usefixtures("sandbox")
def test_no_account_can_be_read(
    flexflows: Flexflows, profiles: Profiles, command: str, entry: dict[str, str], code: int
) -> None:
    """If no account was read, no command writes anything."""
    profiles({"x": entry})
    result = flexflows(*command.split(), "--all-profiles")
    assert (result.code, result.out, result.err.count("\n")) == (code, b"", 1)
    assert result.err.startswith("flexflows: profile 'x': ")


@pytest.mark.parametrize("command", [["list", "-o", "csv"], ["list"], ["summary", "-o", "json"]])
def test_one_account_by_several_profiles(
    flexflows: Flexflows, profiles: Profiles, sandbox: Sandbox, command: list[str]
) -> None:
    """An account of several profiles is read once, by the first, and one note names them all."""
    profiles({"x": sandbox.accounts["a"], "y": sandbox.accounts["c"], "z": sandbox.accounts["a"]})
    result = flexflows(*command, "-p", "z", "-p", "y", "-p", "x")
    assert (result.code, len(sandbox.requests)) == (0, 2)
    assert result.err.count("\n") == 1
    assert f"note: 'z', 'x' are profiles of one account ({sandbox.account_sid})" in result.err
    if command[0] == "summary":
        entry = result.json["accounts"][0]
        assert (entry["profile"], entry["other_profiles"], result.json["accounts_read"]) == ("z", ["x"], 2)
    else:
        assert sum("FO" in line for line in result.lines) == SIZES["a"] + SIZES["c"]


def test_one_account_in_two_regions(
    flexflows: Flexflows, profiles: Profiles, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account has a list in each region; a profile without one has that of TWILIO_REGION, with an edge alone us1."""
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    one = sandbox.accounts["e"]
    entry = {"accountSid": one.account_sid, "apiKey": one.api_key, "apiSecret": one.api_secret}
    regions = {"": {}, "ie": {"region": "ie1"}, "edge": {"edge": "ashburn"}, "us": {"region": "us1"}}
    profiles({f"p{name}": {**entry, **region} for name, region in regions.items()})
    result = flexflows("list", "--all-profiles", "-o", "csv")
    assert [row["profile"] for row in read_csv(result.out)] == ["p", "pedge"]
    assert "'p', 'pie' are profiles of one account" in result.err
    assert "'pedge', 'pus' are profiles of one account" in result.err


def test_accounts_are_read_side_by_side_and_not_far_ahead(
    flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one account is waited for, others are read, up to a number; then all are delivered in order."""
    monkeypatch.setattr(_reading, "AT_ONCE", 4)
    monkeypatch.setattr(_reading, "AHEAD", 8)
    names = list("abcdefghijkl")
    sandbox = account(accounts=dict.fromkeys(names, 1), faults=["a:stall"])
    begun: dict[str, int] = {}  # accounts requested, by the last word of the progress: the one that is waited for

    def progress(_: Terminal, text: str) -> None:
        begun[text[-1:]] = len({each.account for each in sandbox.requests})

    monkeypatch.setattr(Terminal, "progress", progress)
    result = flexflows("list", "--all-profiles", "-o", "csv", "--timeout", "0.5")
    assert result.code == 0
    assert begun["a"] == 8
    assert [row["profile"] for row in read_csv(result.out)] == names


@pytest.mark.parametrize(
    ("limit", "where", "expected", "is_cut"),
    [
        (2, [], 4, True),
        (4, [], 8, False),
        (1, ["--where", f"channel_type={CHANNELS[0]}"], 2, True),
        (2, ["--where", f"channel_type={CHANNELS[0]}"], 4, False),
        (0, [], 0, True),
    ],
)
def test_limit_of_each_account(
    flexflows: Flexflows, account: Account, limit: int, where: list[str], expected: int, *, is_cut: bool
) -> None:
    """--limit counts per account, after --where; totals tell whether it left any flow out."""
    flows = [{"sid": f"FO{number}", "channel_type": CHANNELS[number % 2]} for number in range(4)]
    sandbox = account(accounts={"a": flows, "b": flows})
    options = ["--all-profiles", "--limit", limit, *where]
    assert len(flexflows("list", "-o", "json", *options).json) == expected
    assert bool(sandbox.requests) == bool(limit)
    total = "2 of 2 accounts read" + ", cut by --limit" * is_cut
    assert flexflows("list", *options).lines[-1] == f"{expected} flows · {total}"
    text = flexflows("summary", *options).text
    assert (total in text, "(more were left out by --limit)" in text) == (True, is_cut)
    entries = flexflows("summary", "-o", "json", *options).json["accounts"]
    assert [entry["is_complete"] for entry in entries] == [not is_cut] * 2
