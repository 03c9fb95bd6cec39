"""The pytest plugin, as users' tests use it; the README's test runs with the plugin of the wheel, in tests/project."""

import os
from pathlib import Path

import httpcore  # noqa: F401 - httpx imports it on first use; pytester removes what its runs are the first to import
import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
OTHERS = ("randomly", "recording", "schemathesis", "hypothesispytest", "cacheprovider")
OPTIONS = ("-q", "-Werror", "--strict-markers", *(f"-pno:{name}" for name in OTHERS))
NOT_USED = {  # must not be used while a sandbox replaces Twilio
    "TWILIO_API_KEY": "SK" + "f" * 32,
    "TWILIO_API_SECRET": "real",
    "TWILIO_REGION": "au1",
    "https_proxy": "http://proxy.invalid",
    "HTTP_PROXY": "http://proxy.invalid",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NOT_USED.items():
        monkeypatch.setenv(name, value)


TESTS_OF_MANY_KINDS = """
import os, unittest
import pytest
from flexflows import AsyncFlexFlows, FlexFlows
from flexflows.sandbox import Fault

pytestmark = pytest.mark.flexflows_sandbox(flows=[{"sid": "FO1", "friendly_name": "Mine"}])

@pytest.fixture(autouse=True)
def bare_machine(monkeypatch):
    for name in list(os.environ):
        if name.startswith("TWILIO_"):
            monkeypatch.delenv(name)

@pytest.fixture
def client():
    with FlexFlows() as flows:
        yield flows

@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
@pytest.mark.flexflows_sandbox(faults=[Fault("503", times=2)])
async def test_an_asynchronous_test(flexflows_sandbox, anyio_backend):
    async with AsyncFlexFlows() as flows:
        assert [flow.friendly_name async for flow in flows.stream()] == ["Mine"]
    assert [request.status for request in flexflows_sandbox.requests] == [503, 503, 200]

@pytest.mark.flexflows_sandbox(flows=4)
class TestOfAClass:
    def test_a_class_is_marked(self, client, flexflows_sandbox):
        assert len(client.list()) == len(flexflows_sandbox.flows) == 4

    @pytest.mark.flexflows_sandbox(5)
    def test_the_nearest_marker_counts(self, client):
        assert len(client.list()) == 5

    @pytest.mark.flexflows_sandbox(accounts={"work": 6, "shop": 7}, latency=0.01)
    def test_accounts_replace_flows(self):
        assert [len(FlexFlows(profile=name).list()) for name in ("work", "shop")] == [6, 7]

class TestOfSetupMethod:
    def setup_method(self):
        self.client = FlexFlows()

    def test_a_setup_method(self):
        assert len(self.client.list()) == 1

class TestOfUnittest(unittest.TestCase):
    def test_a_test_case(self):
        assert len(FlexFlows().list()) == 1
"""


def test_tests_of_many_kinds(pytester: pytest.Pytester) -> None:
    """The sandbox works for functions, classes, test cases, asynchronous tests and modules, also by marker alone."""
    pytester.makepyfile(TESTS_OF_MANY_KINDS)
    pytester.runpytest_inprocess(*OPTIONS).assert_outcomes(passed=6)


def test_without_a_marker(pytester: pytest.Pytester) -> None:
    """The fixture alone has a hundred flows, also after a test undid its changes; other tests are unchanged."""
    pytester.makepyfile("""
        import os

        def test_that_undoes_its_changes(flexflows_sandbox, monkeypatch):
            monkeypatch.undo()
            assert len(flexflows_sandbox.flows) == 100
            assert os.environ["TWILIO_API_SECRET"] == flexflows_sandbox.api_secret
            assert not {"TWILIO_REGION", "https_proxy", "HTTP_PROXY"} & set(os.environ)

        def test_without_it():
            assert os.environ["TWILIO_API_SECRET"] == "real"
            assert {"TWILIO_REGION", "https_proxy", "HTTP_PROXY"} <= set(os.environ)
            assert "FLEXFLOWS_BASE_URL" not in os.environ
    """)
    pytester.maketxtfile(">>> 1 + 1\n2\n")
    pytester.runpytest_inprocess(*OPTIONS, "--doctest-glob=*.txt").assert_outcomes(passed=3)


def test_a_sandbox_for_the_session(pytester: pytest.Pytester) -> None:
    """The fixture that docs/recipes.md shows serves all tests of a session, and ends with it."""
    recipes = (ROOT / "docs" / "recipes.md").read_text("utf-8")
    pytester.makeconftest(recipes.partition("## A session-scoped sandbox")[2].split("```")[1].removeprefix("python"))
    pytester.makepyfile("""
        import pytest
        from flexflows import FlexFlows

        @pytest.mark.parametrize("count", [1, 2])
        def test_it(flex_api, count):
            assert len(FlexFlows(profile="shop").list()) == 3
            assert len(flex_api.requests) == count

        @pytest.mark.flexflows_sandbox(flows=5)
        def test_another_for_one_test():
            assert len(FlexFlows().list()) == 5
    """)
    pytester.runpytest_inprocess(*OPTIONS).assert_outcomes(passed=3)
    assert os.environ["TWILIO_API_SECRET"] == "real"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("flow=3", "got an unexpected keyword argument 'flow'"),
        ("3, 4", "too many positional arguments"),
        ("flows=[3]", "flows[[]0[]] is of type int; pass a dictionary*"),
    ],
)
def test_a_wrong_option_of_the_marker_is_one_line(pytester: pytest.Pytester, options: str, message: str) -> None:
    pytester.makepyfile(f"import pytest\n@pytest.mark.flexflows_sandbox({options})\ndef test_it(): ...")
    run = pytester.runpytest_inprocess(*OPTIONS)
    run.assert_outcomes(errors=1)
    run.stdout.fnmatch_lines([f"@pytest.mark.flexflows_sandbox: {message}"])
    run.stdout.no_fnmatch_line("*_pytest_plugin*")
    run.stdout.no_fnmatch_line("During handling*")
