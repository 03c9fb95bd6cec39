"""The Twilio CLI's `config.json`: read as the CLI reads it, or named in the error."""

import os
from pathlib import Path
from typing import Any

import pytest
from resolving import KEY, SID, WORK, mistake, write_config

from flexflows._profiles import CliConfig


def test_the_file_is_found_in_the_home_directory(home: Path) -> None:
    """Without `$TWILIO_CONFIG_DIR`, or with an empty one, the file is `~/.twilio-cli/config.json`."""
    folder = home / ".twilio-cli"
    folder.mkdir()
    try:
        write_config(folder, {"profiles": {"work": WORK}})
        assert CliConfig.read({}).profile("work").api_secret == "work"
        assert CliConfig.read({"TWILIO_CONFIG_DIR": ""}).profile("work").api_secret == "work"
    finally:
        (folder / "config.json").unlink()
        folder.rmdir()


@pytest.mark.skipif(os.name == "nt", reason="Windows always has one")
def test_a_machine_without_a_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container whose user has no home directory has no profiles, and that is all."""
    import pwd  # noqa: PLC0415 - not on Windows

    def nobody(_uid: int) -> Any:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert "no Twilio credentials found" in mistake()


OLD = "profile 'old' in {path} is of an old kind, without its secret; create it again with `twilio profiles:create`"
AGAIN = "create it again with `twilio profiles:create`"
ALL = "profile 'work' in {path}"
SPACE = "has white space in it (a line break at its end, perhaps); remove it"
NEAR = {"profiles": dict.fromkeys(("prod-us", "prod-eu", "stage", "prod-au", "prod-jp"), WORK)}


def work(**changes: Any) -> dict[str, Any]:
    return {"profiles": {"work": {**WORK, **changes}}}


@pytest.mark.parametrize(
    ("document", "profile", "message"),
    [
        ({}, "work", "there is no profile 'work' in {path}; run `twilio profiles:list` for the list"),
        ({"profiles": {"b": WORK}}, "", "there is no profile '' in {path}; run `twilio profiles:list` for the list"),
        (
            {"profiles": {"b": WORK}, "activeProject": "gone"},
            None,
            "there is no profile 'gone' in {path}; run `twilio profiles:list` for the list",
        ),
        (work(), "wrok", "there is no profile 'wrok' in {path}; did you mean 'work'?"),
        (NEAR, "prod", "there is no profile 'prod' in {path}; did you mean 'prod-us' or 'prod-jp' or 'prod-eu'?"),
        ({"projects": [{"id": "old"}]}, "old", OLD),
        ({"projects": [{"id": "old"}], "activeProject": "old"}, None, OLD),
        (
            {"profiles": {"work": {}}},
            "work",
            f"there is no accountSid of {ALL}, no apiKey of {ALL}, no apiSecret of {ALL}; {AGAIN}",
        ),
        (work(apiSecret=""), "work", f"there is no apiSecret of profile 'work' in {{path}}; {AGAIN}"),
        (work(apiSecret=" "), "work", f"there is no apiSecret of profile 'work' in {{path}}; {AGAIN}"),
        (work(apiSecret="a\nb"), "work", f"apiSecret of profile 'work' in {{path}} {SPACE}"),
        (
            work(apiSecret="'a'"),
            "work",
            "apiSecret of profile 'work' in {path} has quotation marks around it; remove them",
        ),
        (
            work(accountSid=KEY),
            "work",
            "accountSid of profile 'work' in {path} must be an account SID (AC…), and is an API key's SID",
        ),
        (
            work(apiKey=SID),
            "work",
            "apiKey of profile 'work' in {path} must be an API key's SID (SK…), and is an account SID",
        ),
        (work(apiSecret=7), "work", "apiSecret of profile 'work' in {path} must be a string, and is a JSON int"),
        ({"profiles": {"work": []}}, "work", "profile 'work' in {path} must be an object, and is a JSON list"),
        ({"profiles": [1]}, "work", '"profiles" in {path} must be an object, and is a JSON list'),
        ({"projects": ["a"]}, "work", '"projects" in {path} must be an object, and is a JSON str'),
        ({"edge": 7}, "work", '"edge" in {path} must be a string, and is a JSON int'),
        ({"activeProject": 7}, "work", '"activeProject" in {path} must be a string, and is a JSON int'),
        ([], "work", "the file in {path} must be an object, and is a JSON list"),
        (b"", "work", "{path} is not valid JSON (line 1); fix or remove it"),
        (b'{\n"a"', "work", "{path} is not valid JSON (line 2); fix or remove it"),
        (b"[" * 100_000, "work", "{path} is not valid JSON; fix or remove it"),
        (b'{"a": "\xff"}', "work", "{path} is not valid JSON; fix or remove it"),
        (b" " * (1024 * 1024 + 1), "work", "{path} is larger than 1 MiB, which no file of the Twilio CLI is"),
        (
            work(region="xx7"),
            "work",
            "region 'xx7' is not one whose edge is known (us1, ie1, au1); name the edge too",
        ),
        (
            work(region="ie1."),
            "work",
            "region of profile 'work' in {path} must be a name such as 'ie1', not 'ie1.'",
        ),
        (
            work(edge="dub lin"),
            "work",
            "edge of profile 'work' in {path} must be a name such as 'dublin', not 'dub lin'",
        ),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_mistakes(tmp_path: Path, document: object, profile: str | None, message: str) -> None:
    """An error about a profile has the profile's name and the file's."""
    assert mistake(write_config(tmp_path, document), profile=profile) == message.format(path=tmp_path / "config.json")


@pytest.mark.parametrize("size", [0, 1024 * 1024])
def test_a_file_is_read_as_the_cli_reads_it(tmp_path: Path, size: int) -> None:
    """A byte order mark before the text, and white space around a value, are no part of it; 1 MiB may be read."""
    text = '\ufeff{"activeProject": " work ", "profiles": {"work": {"region": " ie1\\n", "edge": " "}}}'.encode()
    config = CliConfig.read(write_config(tmp_path, text.ljust(size)))
    profile = config.active_profile()
    assert profile is not None
    assert (profile.name, profile.region, profile.edge, profile.account_sid) == ("work", "ie1", None, None)
    assert str(profile) == f"profile 'work' in {tmp_path / 'config.json'}"


@pytest.mark.skipif(os.name == "nt", reason="Windows opens no folder, and has no named pipes")
def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    """A folder, a named pipe that nobody writes to, and an unreadable file are errors, and nothing is waited for."""
    environ, path = {"TWILIO_CONFIG_DIR": str(tmp_path)}, tmp_path / "config.json"
    path.mkdir()
    assert mistake(environ) == f"{path} cannot be read: Is a directory"
    path.rmdir()
    for make in (lambda: os.mkfifo(path), lambda: path.symlink_to("/dev/zero")):
        make()
        assert mistake(environ) == f"{path} is not a regular file"
        path.unlink()
    path.symlink_to(path)
    assert mistake(environ) == f"{path} cannot be read: Too many levels of symbolic links"
