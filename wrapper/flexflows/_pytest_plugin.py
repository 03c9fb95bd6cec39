"""The pytest plugin: the fixture `flexflows_sandbox`, and the marker that sets its options.

pytest imports this module in every test run of every user, so it imports nothing else of the package until a test uses
the fixture.
"""

import inspect
import os
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flexflows.sandbox import Sandbox

FIXTURE = "flexflows_sandbox"
_OPTIONS = ("flows", "seed", "latency", "faults", "account_sid", "auth_token", "host_in_urls")
_USAGE = f"@pytest.mark.{FIXTURE}(flows=…, faults=…, …)"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    options = ", ".join(_OPTIONS)
    config.addinivalue_line(
        "markers", f"{FIXTURE}({options}): run the test against a sandbox of Twilio's Flex API with these options."
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Add the fixture to a test that has only the marker, and set it up before fixtures that may create a client."""
    if not isinstance(item, pytest.Function):
        return
    names = [name for name in item.fixturenames if name != FIXTURE]
    if len(names) == len(item.fixturenames) and not item.get_closest_marker(FIXTURE):
        return
    # After the fixtures with autouse, which may clear the environment.
    used = [name for marker in item.iter_markers("usefixtures") for name in marker.args]
    own = {*inspect.signature(cast("Any", item).function).parameters, *used}
    names.insert(next((index for index, name in enumerate(names) if name in own), len(names)), FIXTURE)
    item.fixturenames = names


@pytest.fixture
def flexflows_sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Sandbox]":
    """A running sandbox, which `FlexFlows()` without arguments uses during the test; retries do not wait."""
    from flexflows.sandbox import Sandbox  # noqa: PLC0415  # imports httpx, only for tests that use it
    from flexflows.testing import instant_retries  # noqa: PLC0415

    try:
        sandbox = Sandbox(**_options(request.node))
    except (TypeError, ValueError) as problem:
        pytest.fail(f"{_USAGE}: {problem}", pytrace=False)
    # Not the test's own `monkeypatch`: a test that undoes its changes must not reach Twilio.
    with pytest.MonkeyPatch.context() as environment, sandbox, instant_retries():
        for name in list(os.environ):
            if name.upper().startswith("TWILIO_") or name.upper().endswith("_PROXY"):
                environment.delenv(name)
        environment.setenv("FLEXFLOWS_BASE_URL", sandbox.url)
        environment.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        environment.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        environment.setenv("TWILIO_CONFIG_DIR", str(tmp_path_factory.mktemp("twilio-cli")))
        yield sandbox


def _options(node: pytest.Item) -> dict[str, Any]:
    """Return the options of the test's markers; a test's own override those of its class and its module."""
    options: dict[str, Any] = {}
    for marker in node.iter_markers(FIXTURE):
        if marker.args:
            raise TypeError(f"pass {marker.args[0]!r} by keyword; the options are {', '.join(_OPTIONS)}")
        for name in marker.kwargs:
            if name not in _OPTIONS:
                from difflib import get_close_matches  # noqa: PLC0415  # as above

                close = get_close_matches(name, _OPTIONS, n=1)
                hint = f"did you mean {close[0]}?" if close else f"the options are {', '.join(_OPTIONS)}"
                raise TypeError(f"unknown option {name!r}; {hint}")
        options = {**marker.kwargs, **options}
    return options
