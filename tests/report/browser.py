"""A headless Chromium that opens the report's page."""

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
CHROMEDRIVER = shutil.which("chromedriver")
SKIP_REASON = "no Chromium with chromedriver on PATH; `make browser` shows how to install them"
FLAGS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-sandbox", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@attrs.frozen
class Browser:
    """The driver of a browser, with the queries of the tests."""

    driver: Any

    def open(self, path: Path, *, width: int = 1280, scheme: str = "light", media: str = "") -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.cdp("Emulation.setEmulatedMedia", media=media, features=features)
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        self.driver.get(path.as_uri())

    def cdp(self, command: str, **arguments: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        return self.run("return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option, or type a text."""
        self.run(
            "const [control, value] = [document.querySelector(arguments[0]), arguments[1]];"
            "control.value = value; control.dispatchEvent(new Event('input', {bubbles: true}));",
            selector,
            value,
        )

    def requests(self) -> list[str]:
        """Return the URLs that the pages requested, their own files aside."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(("file:", "data:"))]

    def console(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def start_browser() -> Generator[Browser, None, None]:
    """Start a browser, or skip the test if none is installed."""
    webdriver = pytest.importorskip("selenium.webdriver")
    if CHROMIUM is None or CHROMEDRIVER is None:
        pytest.skip(SKIP_REASON)
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(CHROMEDRIVER))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
