"""The Twilio CLI's `config.json`: read as the CLI reads it, or named in the error."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from resolving import SID, WORK, error_message, resolve, write_config

from flexflows import Profile, read_profiles


def test_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `$TWILIO_CONFIG_DIR`, or with an empty one, the file is `~/.twilio-cli/config.json`."""
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    folder = tmp_path / ".twilio-cli"
    folder.mkdir()
    write_config(folder, {"profiles": {"work": WORK}})
    assert [*read_profiles()] == ["work"]
    monkeypatch.setenv("TWILIO_CONFIG_DIR", "")
    assert [*read_profiles()] == ["work"]


@pytest.mark.skipif(os.name == "nt", reason="Windows always has a home directory")
def test_a_machine_without_a_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home directory, as in some containers, there are no profiles, and no other error."""
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert "no Twilio credentials found" in error_message()


AGAIN = "create the profile again with `twilio profiles:create`"
ALL = "profile 'work' in {path}"
UNKNOWN = "there is no profile"
FEW = dict.fromkeys(("prod-us", "prod-eu", "stage"), WORK)
MANY = dict.fromkeys((f"prod{number}" for number in [*range(10), *range(20, 30)]), WORK)
NO_JSON = "is not valid JSON"


def work(**changes: Any) -> dict[str, Any]:
    return {"profiles": {"work": {**WORK, **changes}}}


@pytest.mark.parametrize(
    ("document", "profile", "message"),
    [
        ({}, "work", f"{UNKNOWN} 'work' in {{path}}; run `twilio profiles:list` for the list"),
        ({"profiles": {"b": WORK}, "activeProject": "gone"}, None, f"{UNKNOWN} 'gone' in {{path}}; there is 'b'"),
        ({"profiles": FEW}, "prod", f"{UNKNOWN} 'prod' in {{path}}; there is 'prod-us', 'prod-eu', 'stage'"),
        ({"profiles": MANY}, "prod10", f"{UNKNOWN} 'prod10' in {{path}}; there is 'prod1', 'prod0', 'prod21'"),
        (work(apiKey=None, apiSecret=""), "work", f"missing apiKey of {ALL}, apiSecret of {ALL}; {AGAIN}"),
        (work(apiSecret="'a'"), "work", f"apiSecret of {ALL} has quotation marks around it; remove them"),
        (work(apiSecret=7), "work", f"apiSecret of {ALL} must be a string, not a number; fix it"),
        (work(edge="dub lin"), "work", f"edge of {ALL} must be a name such as 'dublin', not 'dub lin'"),
        ({"edge": 7}, "work", '"edge" in {path} must be a string, not a number; fix it'),
        ([], "work", "{path} must be an object, not a list; fix it"),
        (b'{\n"a"', "work", f"{{path}} {NO_JSON} (line 2); fix or remove it"),
        (b"[" * 100_000, "work", f"{{path}} {NO_JSON}; fix or remove it"),
        (b" " * (1024 * 1024 + 1), "work", "{path} is larger than 1 MiB, so not the Twilio CLI's; fix or remove it"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_unusable_profiles(tmp_path: Path, document: object, profile: str | None, message: str) -> None:
    """An error about a profile has the profile's name and the file's."""
    expected = message.format(path=tmp_path / "config.json")
    assert error_message(write_config(tmp_path, document), profile=profile) == expected


def test_a_file_is_read_as_the_cli_reads_it(tmp_path: Path) -> None:
    """A byte order mark, and white space around a value, are ignored; a file of 1 MiB is read."""
    profiles = {"work": {**WORK, "region": " ie1\n", "edge": " "}, "other": WORK}
    text = "\ufeff" + json.dumps({"activeProject": " work ", "profiles": profiles})
    environ = write_config(tmp_path, text.encode().ljust(1024 * 1024))
    assert str(resolve(environ).base_url) == "https://flex-api.dublin.ie1.twilio.com"


@pytest.mark.skipif(os.name == "nt", reason="Windows opens no folder, and has no named pipes")
def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    """A folder, a named pipe without a writer and a device are errors, and do not block."""
    environ, path = {"TWILIO_CONFIG_DIR": str(tmp_path)}, tmp_path / "config.json"
    path.mkdir()
    assert error_message(environ) == f"{path} cannot be read: Is a directory"
    path.rmdir()
    for make in (lambda: os.mkfifo(path), lambda: path.symlink_to("/dev/zero")):
        make()
        assert error_message(environ) == f"{path} is not a regular file; replace or remove it"
        path.unlink()


def test_the_profiles_are_read_without_their_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`read_profiles` returns every profile by its name, with the file's edge where it has none of its own."""
    profiles = {"work": WORK, "dublin": {**WORK, "region": "ie1", "edge": "dublin"}, "old": {}}
    environ = write_config(tmp_path, {"profiles": profiles, "edge": "tokyo"})
    monkeypatch.setenv("TWILIO_CONFIG_DIR", environ["TWILIO_CONFIG_DIR"])
    assert read_profiles() == {
        "work": Profile("work", SID, edge="tokyo"),
        "dublin": Profile("dublin", SID, "ie1", "dublin"),
        "old": Profile("old", edge="tokyo"),
    }
    assert all(type(profile) is Profile for profile in read_profiles().values())
