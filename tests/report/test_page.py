"""The report's page in a browser."""

import time
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from browser import Browser, start_browser
from report_flows import NOW, RECORDS, make_account, make_flow, sid

from flexflows import FlexFlow
from flexflows.cli._text import visible
from flexflows.cli.report import Report, build
from flexflows.cli.report.html import to_html

HOSTILE = [
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 1</script>",
    "</style><img src=x onerror='window.hacked = 1'>",
    "<!--<script>",
    '"><svg onload=window.hacked=1>',
    "' onclick='window.hacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
    "\u202egnp.exe\u2066\u200f",
    "line\u2028separator\u2029 \x00\x1b",
    "\ud800",
    "javascript:window.hacked=1",
    "a" * 300,
    "東京" * 150,
]


@pytest.fixture(scope="module")
def browser() -> Generator[Browser, None, None]:
    with start_browser() as started:
        yield started


def write(path: Path, report: Report) -> Path:
    path.write_text(to_html(report), encoding="utf-8")
    return path


def many(number: int, account: int = 1) -> list[FlexFlow]:
    return [
        make_flow(
            sid=sid(account * 100_000 + each),
            friendly_name=f"Flow {each}",
            contact_identity=f"+1500555{each:04}",
            channel_type=("sms", "whatsapp", "web", "custom", "facebook")[each % 5],
            integration={"flow_sid": sid(each % 97, "FW")},
        )
        for each in range(number)
    ]


@pytest.fixture
def page(tmp_path: Path, browser: Browser) -> Generator[Browser, None, None]:
    """The page of a report on 120 flows of two accounts, and one that failed, a week after another report."""
    first = [*many(100), *map(FlexFlow.from_dict, RECORDS.values())]
    accounts = [make_account(*first), make_account(*many(9, 2), profile="staging", number=2)]
    earlier = build(accounts, now=NOW - timedelta(days=7))
    first[3] = attrs.evolve(first[3], enabled=False)
    accounts[0] = make_account(*first[1:], make_flow(sid="FOnew"))
    failed = make_account(profile="legacy", number=3, error="401 Authenticate (Twilio error 20003)")
    browser.open(write(tmp_path / "report.html", build([*accounts, failed], now=NOW, since=earlier)))
    browser.run("localStorage.clear()")
    yield browser
    assert browser.console() == []
    assert browser.requests() == []


def status(page: Browser, table: str = "flows") -> str:
    return page.one(f"#{table} .status").text


def test_a_manager_sees_totals_failures_and_changes(page: Browser) -> None:
    text = page.one("body").text
    assert "120 flows in 2 of 3 accounts" in text
    assert "2026-11-25 04:00 UTC · flexflows" in text
    assert "Not read: legacy AC00000000000000000000000000000003 401 Authenticate (Twilio error 20003)" in text
    assert "Since 2026-11-18 04:00 UTC\n1 gone\n1 new\n1 changed" in text
    assert "Not compared: legacy AC00000000000000000000000000000003, could not be read in this report." in text
    headings, prod, staging, _, totals = page.run(
        "return [...document.querySelectorAll('.matrix tr')].map((row) => "
        "[...row.querySelectorAll('.number')].map((cell) => cell.textContent.replace('·', '0')))"
    )
    assert dict(zip(headings, totals, strict=True))["Flows"] == "120"
    assert {"Flows": "9", "sms": "2", "facebook": "1"}.items() <= dict(zip(headings, staging, strict=True)).items()
    assert [int(total) for total in totals] == [int(one) + int(two) for one, two in zip(prod, staging, strict=True)]
    assert page.texts("#since tbody .tag") == ["gone", "new", "changed"]


def test_the_flows_are_sorted_by_a_click_and_by_the_keyboard(page: Browser) -> None:
    assert page.texts("#flows tbody .grade") == ["redesign"] * 27 + ["look at it"] + ["port code"] * 22
    heading = page.one("#flows th[data-sort=name] button")
    heading.click()
    names = page.texts("#flows tbody .name")
    assert names[:3] == ["Custom Webchat Flex Flow", "Email FlexFlow", "Flex Instagram Channel Flow"]
    numbers = [int(name.split()[1]) for name in names if name.startswith("Flow ")]
    assert numbers == sorted(numbers)
    heading.send_keys("\ue007")
    assert page.one("#flows th[data-sort=name]").get_attribute("aria-sort") == "descending"
    assert page.texts("#flows tbody .name")[:2] == ["Webhook", "Test Flex Flow"]


def test_the_flows_are_searched_and_filtered(page: Browser) -> None:
    assert status(page) == "1-50 of 120 flows"
    page.one("#flows input[type=search]").send_keys("flow WHATSAPP")
    assert status(page) == "22 flows (filtered from 120)"
    page.choose("#flows [data-filter=account]", "staging")
    assert status(page) == "2 flows (filtered from 120)"
    page.choose("#flows [data-filter=reasons]", "long-lived")
    assert status(page) == "0 flows (filtered from 120)"
    page.one("#flows [data-reset]").click()
    assert status(page) == "1-50 of 120 flows"
    page.one("#flows [data-page='1']").click()
    assert status(page) == "51-100 of 120 flows"
    page.one(".matrix [data-set-account=staging][data-set-channel=sms]").click()
    assert status(page) == "2 flows (filtered from 120)"
    page.one("#reasons [data-set-reasons=long-lived]").click()
    assert status(page) == "2 flows (filtered from 120)"


def test_a_reason_is_explained_with_its_sources(page: Browser) -> None:
    page.choose("#flows input[type=search]", "OutboundSMS")
    page.one("#flows .why").click()
    assert page.texts("#flows .detail dt")[0].startswith("task integration")
    links = page.run("return [...document.querySelectorAll('#flows .detail dd a')].map((each) => each.href)")
    assert links[0].startswith("https://www.twilio.com/docs/flex/admin-guide/")
    page.one("#flows .why").click()
    assert page.texts("#flows .detail") == []


def test_ticks_survive_a_reload_and_another_order(page: Browser) -> None:
    page.choose("#work input[type=search]", "https://example.com/external")
    page.one("#work [data-done]").click()
    page.driver.refresh()
    assert status(page, "work").endswith("1 done in total")
    page.one("#work th[data-sort=item] button").click()
    page.choose("#work input[type=search]", "example.com")
    assert page.texts("#work tr.done .item") == ["https://example.com/external"]
    page.one("#work [data-hide]").click()
    assert "https://example.com/external" not in page.texts("#work tbody .item")


def test_an_entry_of_a_work_list_leads_to_its_flows(page: Browser) -> None:
    page.choose("#work input[type=search]", "https://example.com/external")
    page.one("#work tbody [data-go]").click()
    assert page.texts("#flows tbody .name") == ["Webhook"]


def test_the_page_prints_all_rows_and_no_controls(page: Browser) -> None:
    page.choose("#flows [data-filter=account]", "prod")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert len(page.texts("#flows tbody tr")) == 111
    page.run("dispatchEvent(new Event('afterprint'))")
    assert len(page.texts("#flows tbody tr")) == 50
    page.cdp("Emulation.setEmulatedMedia", media="print")
    assert not page.one("#flows .tools").is_displayed()
    assert not page.one("nav").is_displayed()
    assert page.cdp("Page.printToPDF")["data"].startswith("JVBERi")  # %PDF


def overflow(browser: Browser) -> list[str]:
    return browser.run(
        "return [...document.querySelectorAll('body *')]"
        ".filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll'))"
        ".map((each) => each.outerHTML.slice(0, 80))"
    )


@pytest.mark.parametrize("width", [1280, 768, 375])
def test_the_page_is_as_wide_as_its_window(page: Browser, width: int) -> None:
    page.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
    assert overflow(page) == []


CONTRASTS = """
const luminance = (color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
    .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const color = getComputedStyle(each).backgroundColor;
    if (!color.startsWith("rgba")) return color;
  }
  return "rgb(255, 255, 255)";
};
return [...document.querySelectorAll("a, p, th, .grade, .sid, .sub, .chip, .tag, dd, button, .item")]
  .filter((each) => each.offsetParent && each.textContent.trim() && !each.disabled).map((each) => {
    const [one, other] = [luminance(getComputedStyle(each).color), luminance(background(each))];
    return [(Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05), each.outerHTML.slice(0, 80)];
  }).filter(([contrast]) => contrast < 4.5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast(page: Browser, scheme: str) -> None:
    """4.5 to 1: https://www.w3.org/TR/WCAG22/#contrast-minimum."""
    page.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    color = page.run("return getComputedStyle(document.body).backgroundColor")
    assert (color == "rgb(15, 19, 24)") is (scheme == "dark")
    assert page.run(CONTRASTS) == []


def test_hostile_names_are_text(tmp_path: Path, browser: Browser) -> None:
    def make(attributes: dict[str, Any], number: int) -> FlexFlow:
        return make_flow(sid=sid(number), **attributes)

    flows = [
        make(attributes, 20 * number + kind)
        for number, name in enumerate(HOSTILE)
        for kind, attributes in enumerate(
            [
                {"friendly_name": name, "contact_identity": name},
                {"channel_type": name, "chat_service_sid": name},
                {"integration_type": name, "integration": {"flow_sid": name, name: name}},
                {"integration_type": "external", "integration": {"url": name}},
                {"channel_type": "custom", "contact_identity": name, "account_sid": name},
            ]
        )
    ]
    accounts = [make_account(*flows)]
    accounts += [make_account(profile=name, number=2 + number, error=name) for number, name in enumerate(HOSTILE)]
    before = build([make_account(*flows[1:], make_flow(sid=HOSTILE[1]), profile="x")], now=NOW)
    moved = [attrs.evolve(flow, contact_identity=HOSTILE[2]) for flow in flows]
    changed = build([make_account(*moved, profile=HOSTILE[1]), make_account(number=2)], now=NOW, since=before)
    for report in (build(accounts, now=NOW, selection=[f"--where friendly_name={HOSTILE[0]}"]), changed):
        browser.open(write(tmp_path / "hostile.html", report), width=375)
        assert browser.run("return [window.hacked, document.scripts.length, document.images.length]") == [None, 2, 0]
        assert browser.run("return document.querySelectorAll('[onclick], [onload], [onerror]').length") == 0
        assert browser.run("return [...document.links].every((each) => /^(https:|file:)/.test(each.href))")
        assert overflow(browser) == []
        assert browser.console() == []
        assert browser.requests() == []
    browser.open(write(tmp_path / "hostile.html", build(accounts, now=NOW)))
    for name in HOSTILE:
        browser.choose("#flows input[type=search]", visible(name))
        assert visible(name) in browser.texts("#flows tbody .name")
    browser.one("#flows .why").click()
    for button in browser.driver.find_elements("css selector", "th button"):
        button.click()
    assert browser.run("return window.hacked") is None
    assert browser.console() == []


def test_thousands_of_flows_open_and_filter_without_a_pause(tmp_path: Path, browser: Browser) -> None:
    accounts = [make_account(*many(2500, each), profile=f"account {each}", number=each) for each in range(1, 9)]
    path = write(tmp_path / "large.html", build(accounts, now=NOW))
    assert path.stat().st_size < 20_000 * 250
    begin = time.monotonic()
    browser.open(path)
    assert status(browser) == "1-50 of 20,000 flows"
    assert time.monotonic() - begin < 5
    browser.choose("#flows input[type=search]", "first")
    took = browser.run(
        "const begin = performance.now(), search = document.querySelector('#flows input'); search.value = 'flow 77';"
        "search.dispatchEvent(new Event('input', {bubbles: true})); document.body.offsetHeight;"
        "return performance.now() - begin"
    )
    assert took < 500


def test_a_report_without_flows_is_a_page(tmp_path: Path, browser: Browser) -> None:
    for accounts in ([make_account()], [make_account(error="503"), make_account(number=2)], []):
        browser.open(write(tmp_path / "empty.html", build(accounts, now=NOW)))
        assert "0 flows in" in browser.one("body").text
        assert browser.console() == []
