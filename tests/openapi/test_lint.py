"""The fragment's part of `make lint`: the fragment and its examples are valid."""

import re
from pathlib import Path

import pytest
from document_parts import SAMPLE
from flexflows_openapi import lint


def test_the_fragment_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    """The fragment has no mistake."""
    assert lint.main([]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 1000", 'value: "1000"', "'1000' is not of type 'integer'"),
        ("value: 1000", "value: 1001", "1001 is greater than the maximum of 1000"),
        ("retry_count: 3", "retry_count: 4", "4 is greater than the maximum of 3"),
        (r'date_created: ".*"', 'date_created: "2019-03-04"', "'2019-03-04' is not a 'date-time'"),
        ("url: https://flex-api.twilio.com/v1/FlexFlows/.*", "url: 5", "5 is not of type 'string', 'null'"),
        (r"- sid: FO.*", "- sid: FOdd", "'FOdd' is too short"),
        ("in: query", "in: body", '"body" is not one of'),
    ],
)
def test_a_mistake_is_reported_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    """A mistake fails the check with file, line and reason."""
    text = SAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    found = re.search(old, text)
    assert found
    path.write_text(text[: found.start()] + new + text[found.end() :], encoding="utf-8")
    line = text.count("\n", 0, found.start()) + 1
    assert lint.main([str(path)]) == 1
    assert f"{path}:{line}: " in (err := capsys.readouterr().err)
    assert message in err
    assert "Traceback" not in err
