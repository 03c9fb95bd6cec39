import pytest
from report_flows import NOW, RECORDS, make_account, make_flow, sid

from flexflows import FlexFlow
from flexflows.cli.report import Report, build


@pytest.fixture
def report() -> Report:
    """Two accounts that were read and one that was not."""
    flows = [FlexFlow.from_dict(record) for record in RECORDS.values()]
    return build(
        [
            make_account(*flows),
            make_account(make_flow(sid=sid(99), contact_identity="+15005550009"), profile="staging", number=2),
            make_account(profile="legacy", number=3, error="401 Authenticate (Twilio error 20003)"),
        ],
        now=NOW,
    )
