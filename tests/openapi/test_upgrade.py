"""Upgrading the generator: the fit of our templates, and the changes of another release."""

import importlib.metadata
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flexflows_openapi import generate, upgrade
from flexflows_openapi.document import FRAGMENT


def test_our_templates_fit_the_generator() -> None:
    """Our templates were made for the generator that is installed."""
    assert list(upgrade.outdated()) == [], "see “Upgrade the generator” in docs/maintaining.md"


def test_a_changed_stock_template_is_named(tmp_path: Path) -> None:
    """A template that the generator changed or removed is reported with instructions."""
    stock = shutil.copytree(upgrade.STOCK, tmp_path / "stock")
    (stock / "model.py.jinja").write_text("{# another #}", encoding="utf-8")
    (stock / "str_enum.py.jinja").unlink()
    changed, gone = upgrade.outdated(stock)
    assert changed.startswith("its model.py.jinja has changed: update our template, then write model.py.jinja: ")
    assert gone == (
        "its str_enum.py.jinja has changed: update our template, "
        "then write str_enum.py.jinja: gone into openapi/stock-templates.yaml"
    )


Release = Callable[[str, str, str, str], None]


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Build a release of the generator: the installed one with another number and one changed file."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    installed = importlib.metadata.distribution(generate.GENERATOR)

    def make(number: str, name: str, old: str, new: str) -> None:
        folder = f"openapi_python_client-{number}.dist-info"
        records = [f"{folder}/RECORD,,"]
        with zipfile.ZipFile(tmp_path / f"openapi_python_client-{number}-py3-none-any.whl", "w") as wheel:
            for path in installed.files or ():
                if path.suffix == ".pyc" or path.parts[0] != "openapi_python_client":
                    continue
                content = path.read_binary()
                if path.as_posix() == f"openapi_python_client/{name}":
                    assert old.encode() in content
                    content = content.replace(old.encode(), new.encode())
                wheel.writestr(path.as_posix(), content)
                records.append(f"{path.as_posix()},,")
            wheel.writestr(
                f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: openapi-python-client\nVersion: {number}\n"
            )
            wheel.writestr(
                f"{folder}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{folder}/RECORD", "\n".join(records) + "\n")

    return make


@pytest.mark.slow
def test_another_release_is_shown(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    """The difference in the generated code and the report for users are shown; nothing is written."""
    before = generate.build(FRAGMENT)
    release("99.1", "templates/models_init.py.jinja", "Contains all", "Holds all")
    assert upgrade.main(["99.1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("diff ")] == [lines[0]]
    assert '+"""Holds all the data models used in inputs/outputs"""' in lines
    assert lines[-1] == "For users of the package: no change"
    assert generate.file_differences(before, generate.PACKAGE) == []


@pytest.mark.slow
def test_a_template_that_fails_is_named(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    """A release that does not fit our templates is an error with the reason."""
    release("99.2", "__init__.py", '"safe_for_docstring": strings.safe_for_docstring,', "")
    assert upgrade.main(["99.2"]) == 1
    assert capsys.readouterr().err.replace("openapi-python-client 99.2", "it").splitlines() == [
        "it does not generate the package:",
        "openapi-python-client failed: TemplateRuntimeError: No filter named 'safe_for_docstring'.",
    ]


RELEASE = "openapi-python-client 99.3"


@pytest.mark.usefixtures("release")
def test_an_unknown_release_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A release that cannot be installed is an error of one line."""
    assert upgrade.main(["99.3"]) == 1
    err = capsys.readouterr().err
    assert err == f"{RELEASE} cannot be installed: No matching distribution found for {RELEASE.replace(' ', '==')}\n"


@pytest.mark.parametrize("number", ["latest", "0.30; rm", "--upgrade"])
def test_an_invalid_release_is_refused(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the number of a release is passed to pip."""
    assert upgrade.main(["--", number]) == 1
    assert "is not a release" in capsys.readouterr().err
