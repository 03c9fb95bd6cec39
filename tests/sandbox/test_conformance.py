"""The sandbox conforms to the fragment, as schemathesis sees it."""

import base64
from collections.abc import Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance, status_code_conformance

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox

SEED = 0

schema = schemathesis.openapi.from_dict(fragment())


@schema.auth()
class Credentials:
    """The credentials that schemathesis adds to requests."""

    def get(self, _case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
        sandbox = Sandbox(0, seed=SEED)
        pair = base64.b64encode(f"{sandbox.account_sid}:{sandbox.auth_token}".encode()).decode()
        return f"Basic {pair}"

    def set(self, case: schemathesis.Case, data: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = data


NOT_CHECKED = [
    # The fragment declares only 200, on purpose.
    status_code_conformance,
    # The fragment cannot say that a token must come from the API, or that every page but the first needs one.
    positive_data_acceptance,
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(120, seed=SEED) as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@schema.parametrize()
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_responses_conform_to_the_fragment(
    case: schemathesis.Case, sandbox: Sandbox, session: requests.Session
) -> None:
    """Any request gets the response that the fragment describes, or an error if the request is invalid."""
    response = case.call_and_validate(
        base_url=sandbox.url,
        session=session,
        excluded_checks=NOT_CHECKED,
    )
    assert response.status_code in {200, 400, 401, 405}
