"""What hardly ever happens to the command."""

import errno
import io
import os
import sys
import time
from pathlib import Path
from typing import Any

import click.shell_completion
import pytest
from commands import Flexflows, Profiles

import flexflows.__main__
from flexflows.cli import _app, _columns, _output, _source, _table, run
from flexflows.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("machine")


def test_a_missing_module_that_is_no_extra_is_no_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation shows as what it is."""
    monkeypatch.setitem(sys.modules, "flexflows.cli", None)
    with pytest.raises(ModuleNotFoundError):
        flexflows.__main__.main()


def test_ctrl_c_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An interruption outside a listing is one line, and 130."""

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_app.app, "main", interrupted)
    assert run([]) == 130
    assert capsys.readouterr().err == "flexflows: interrupted\n"


def test_a_shell_that_click_no_longer_knows(monkeypatch: pytest.MonkeyPatch, flexflows: Flexflows) -> None:
    """Completion for a shell that click has dropped is a usage error."""
    monkeypatch.setattr(click.shell_completion, "get_completion_class", lambda _: None)
    result = flexflows("completion", "fish")
    assert (result.code, "knows no fish" in result.err) == (2, True)


def test_the_profile_is_a_column_like_any_other(flexflows: Flexflows, profiles: Profiles) -> None:
    """The profile's column stands where it was asked for."""
    with Sandbox(1) as sandbox:
        profiles({"a": sandbox})
        result = flexflows("list", "-p", "a", "--columns", "sid,profile", "-o", "csv", "--base-url", sandbox.url)
        assert result.out.decode().splitlines() == ["sid,profile", f"{sandbox.flows[0]['sid']},a"]


def test_a_column_below_what_is_no_object_is_empty() -> None:
    """A dotted name finds nothing where the API sent something else than an object."""
    assert _columns.Column("integration.flow_sid").value({"integration": "none"}) is None


def test_a_date_that_is_none_is_drift(monkeypatch: pytest.MonkeyPatch, flexflows: Flexflows) -> None:
    """A text where a date and time belongs is reported."""
    with Sandbox([{"date_created": "2016-08-01Tea"}]) as sandbox:
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        result = flexflows("drift", "--base-url", sandbox.url)
    assert (result.code, "date_created" in result.out.decode()) == (4, True)


@pytest.mark.parametrize("cut", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_half_a_write_is_cut_off_again(tmp_path: Path, cut: BaseException) -> None:
    """A file ends where it did before a write that a full disk, or Ctrl-C, ended in the middle."""

    class Cut(io.FileIO):
        def write(self, data: Any, /) -> int:
            if len(data) < 5:
                raise cut
            return super().write(data[:-4])

    with Cut(tmp_path / "out", "w") as file:
        file.write(b"before\n....")
        output = _output.Output(file)  # type: ignore[arg-type]
        with pytest.raises(type(cut)):
            output.write(b"half of this")
    assert (tmp_path / "out").read_bytes() == b"before\n"


def test_nobody_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a standard error, the exit code alone speaks."""
    monkeypatch.setattr(sys, "stderr", None)
    assert run(["list", "--limit", "-1"]) == 2


def test_a_sandbox_serves_until_ctrl_c(monkeypatch: pytest.MonkeyPatch, flexflows: Flexflows) -> None:
    """Serving goes on when a wait is over, and Ctrl-C is no failure."""
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    result = flexflows("sandbox", "--port", "0")
    assert (result.code, len(waits), b"until Ctrl-C" in result.out) == (0, 2, True)


def test_a_wrong_region_is_said_as_the_library_says_it(monkeypatch: pytest.MonkeyPatch, flexflows: Flexflows) -> None:
    """Of what is wrong in the environment, missing credentials alone have words of their own."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    monkeypatch.setenv("TWILIO_REGION", "no region")
    result = flexflows("list")
    assert (result.code, "TWILIO_REGION must be" in result.err) == (3, True)


def test_completing_profiles_of_a_broken_file(tmp_path: Path) -> None:
    """Completion has nothing to offer, and says nothing either."""
    (tmp_path / "config.json").write_text("{")
    assert _source.complete_profile(None, None, "") == []  # type: ignore[arg-type]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_table_is_drawn_once(flexflows_into: Flexflows) -> None:
    """A table that could not be written is not tried again."""
    result = flexflows_into(Path("/dev/full"), "list", "--sandbox")
    assert (result.code, result.err.count("\n")) == (1, 1)


def test_chosen_columns_are_all_shown() -> None:
    """Where columns were named, none is dropped for want of room."""
    columns = [_columns.Column(name) for name in ("sid", "friendly_name", "contact_identity")]
    rows = [["a" * 34, "b" * 34, "c" * 34]]
    assert len(_table.lay_out(columns, rows, 20, is_chosen=True)) == 3
    assert len(_table.lay_out(columns, rows, 20, is_chosen=False)) < 3
