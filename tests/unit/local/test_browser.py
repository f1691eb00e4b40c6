"""Where there is no Chromium, that is what is said: nothing is started first."""

from __future__ import annotations

import pytest

from local import browser


def test_without_chromium_its_driver_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def must_not_start() -> None:
        raise AssertionError("the driver wants libraries that a bare machine lacks")

    monkeypatch.setattr(browser, "sync_playwright", must_not_start)
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        pytest.raises(browser.BrowserMissingError, match="no Chromium here: none of chromium"),
        browser.launched(),
    ):
        pass
