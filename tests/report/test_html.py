"""The report's page as a file: its content without JavaScript, and the absence of requests."""

import base64
import hashlib
import json
import re

from report_flows import NOW, make_account, make_flow, sid

from flexflows.cli.report import Report, build
from flexflows.cli.report.html import FIRST_ROWS, to_html


def element(html: str, tag: str) -> str:
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    assert len(found) == 1
    return found[0]


def test_the_policy_allows_only_the_style_and_the_script_of_the_page(report: Report) -> None:
    html = to_html(report)
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[0]
    hashes = {
        tag: base64.b64encode(hashlib.sha256(element(html, tag).encode()).digest()).decode()
        for tag in ("style", "script")
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not re.findall(
        r"\b(?:src|action|style|on[a-z]+)=", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    )
    assert set(re.findall(r'<link[^>]* href="([^"]*)"', html)) == {"data:,"}


def test_without_javascript_the_first_rows_and_the_reasons_are_there() -> None:
    flows = [make_flow(sid=sid(number), contact_identity=f"+1500555{number:04}") for number in range(FIRST_ROWS + 50)]
    html = to_html(build([make_account(*flows)], now=NOW))
    body = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert body.count('data-label="Flow"') == FIRST_ROWS + 1  # and the template
    assert "The first 200 of 250 flows" in body
    assert 'href="#why-studio"' in body
    assert 'id="why-studio"' in body
    assert "https://www.twilio.com/docs/flex/admin-guide/setup/conversations/migrate-from-legacy-messaging" in body


def test_the_data_is_ascii_json_without_markup(report: Report) -> None:
    html = to_html(build([make_account(make_flow(friendly_name="</script><!--\u2028é&"))], now=NOW, since=report))
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html)
    assert data.isascii()
    assert not set("<>&") & set(data)
    assert json.loads(data)["tables"]["flows"]["columns"]["name"]["values"] == ["</script><!--\\u2028é&"]
