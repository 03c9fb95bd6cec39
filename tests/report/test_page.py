"""The report's page in Chromium, with real clicks."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flows import HOSTILE, make_account, make_flow, make_report, make_sample, sid

from flexflows.cli.report.build import Report
from flexflows.cli.report.changes import compare
from flexflows.cli.report.html import to_html

pytestmark = pytest.mark.slow

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,900"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start a headless Chromium, or skip the test if there is none."""
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium, driver_path = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if chromium is None or driver_path is None:
        pytest.skip("there is no Chromium with chromedriver on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
    yield driver
    driver.quit()


class Page:
    """A report's page in a browser."""

    def __init__(self, driver: Any, path: Path) -> None:
        self.driver, self.path = driver, path

    def open(self, report: Report) -> None:
        self.path.write_text(to_html(report, compare(report, report)), encoding="utf-8")
        self.driver.get(self.path.as_uri())

    def find(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def click(self, selector: str, number: int = 0) -> None:
        self.find(selector)[number].click()

    def text(self, selector: str) -> str:
        return str(self.find(selector)[0].text)

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def emulate(self, media: str, *, is_scripted: bool = True) -> None:
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not is_scripted})


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Page]:
    """A page that in the end has written no message to the console, and requested nothing."""
    page = Page(browser, tmp_path / "report.html")
    page.open(make_sample())
    page.run("localStorage.clear()")
    page.open(make_sample())
    yield page
    page.emulate("")
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert [url for url in urls if not url.startswith(("file:", "data:"))] == []
    assert browser.get_log("browser") == []


def test_a_tick_on_the_second_page_is_stored_and_keeps_page_and_focus(page: Page) -> None:
    def state() -> tuple[Any, ...]:
        box = page.find("#work [data-done]")[2]
        stored, is_active = page.run("return localStorage.length"), page.driver.switch_to.active_element == box
        return box.is_selected(), stored, page.text("#work .pager span")[:9], is_active

    page.click("#work [data-page='1']")
    for is_ticked in (True, False, True):
        page.click("#work [data-done]", 2)
        assert state() == (is_ticked, int(is_ticked), "Page 2 of", True)
    for report in (make_sample(), make_report(*(account.account for account in make_sample().accounts))):
        page.open(report)
        page.click("#work [data-page='1']")
        assert state()[:2] == (True, 1)


def test_a_tick_that_cannot_be_stored_is_said(page: Page) -> None:
    assert not page.find("#not-stored")[0].is_displayed()
    page.run("Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})")
    page.click("#work [data-done]")
    assert page.find("#work [data-done]")[0].is_selected()
    assert page.find("#not-stored")[0].is_displayed()


def test_the_link_of_a_work_item_shows_exactly_its_flows(page: Page) -> None:
    rows = page.run("return JSON.parse(document.getElementById('data').textContent)")
    for number, row in enumerate(rows["work"][:20]):
        page.run(f"document.querySelectorAll('#work [data-item]')[{number}].click()")
        sids = page.run(
            "return [...document.querySelectorAll('#flows tbody .sid[data-f=sid]')].map(e => e.textContent)"
        )
        assert sorted(sids) == sorted(rows["flows"][each]["sid"] for each in row["flows"][:50])
        assert page.text("#flows .status").split(" flow")[0].split()[-1] == str(row["count"])


def test_the_flows_are_searched_in_what_is_shown_filtered_and_sorted(page: Page) -> None:
    total, redesign = len(make_sample().flows), make_sample().grades["redesign"]
    page.find("#flows input[type=search]")[0].send_keys("auto-creation")
    assert page.text("#flows .status") == f"0 flows (filtered from {total})"
    page.click("#flows [data-reset]")
    page.click(".chart [data-go*='redesign']")
    assert page.text("#flows .status") == f"{redesign} flows (filtered from {total})"
    page.click("#flows th[data-sort=name] button")
    assert page.find("#flows th[data-sort=name]")[0].get_attribute("aria-sort") == "ascending"


def test_a_flow_shows_its_commands_with_a_button_that_copies(page: Page) -> None:
    page.find("#flows input[type=search]")[0].send_keys(sid(101))
    page.click("#flows [data-open]")
    assert page.text(".detail h3") == "Commands, after the trigger is connected"
    assert [command.text.split()[0] for command in page.find(".detail code")] == ["twilio"] * 3
    page.run("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.click(".detail .command button")
    assert page.run("return copied") == f"twilio api:flex:v1:flex-flows:remove --sid {sid(101)} -p prod"
    assert page.text(".detail .command button") == "Copied"
    page.click("#print-flows")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.text(".detail .command button") == "Copied"


def test_hostile_names_are_shown_as_text(page: Page) -> None:
    flows = [make_flow(number, friendly_name=name) for number, name in enumerate(HOSTILE)]
    page.open(make_report(make_account(*flows, profile=HOSTILE[0]), accepted={sid(3): HOSTILE[1]}))
    assert len(page.find("#flows tbody tr")) == len(HOSTILE) - 1
    assert len(page.run("return document.scripts")) == 2
    assert HOSTILE[0] in page.text("#flows tbody")


def test_a_report_without_flows_says_what_was_read(page: Page) -> None:
    page.open(make_report(make_account(), make_account(profile="legacy", number=2, error="no network")))
    assert "No flows in the 1 account that could be read." in page.text("#flows")
    assert "1 of 2 accounts read" in page.text(".headline")
    assert "Not read: legacy" in page.text("#grades")


def test_without_javascript_there_are_no_boxes_and_no_filter_links(page: Page) -> None:
    page.emulate("", is_scripted=False)
    page.open(make_sample())
    shown = [each for each in page.find("input, select, button, a[data-go], a[data-item]") if each.is_displayed()]
    assert [each for each in shown if each.tag_name != "a" or each.get_attribute("href")] == []
    assert len(page.find("#flows tbody tr")) == 50


@pytest.mark.parametrize("flows", [False, True])
def test_the_flows_are_printed_on_request(page: Page, *, flows: bool) -> None:
    if flows:
        page.click("#print-flows")
    page.emulate("print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert len(page.find("#work tbody tr")) > 60
    assert page.find("#flows")[0].is_displayed() is flows
    assert len(page.find("#flows tbody tr")) == (len(make_sample().flows) if flows else 50)
