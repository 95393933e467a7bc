"""Debian's Chromium, headless, for what only a browser can tell."""

import os

from playwright.sync_api import Browser, Playwright

_CHROMIUM = "/usr/bin/chromium"
_ALONE = ("--disable-background-networking", "--disable-component-update", "--no-first-run")


def launch_chromium(playwright: Playwright) -> Browser:
    """Start it. Its sandbox doesn't work for root, who therefore gets none."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=_CHROMIUM, args=[*_ALONE, *sandbox])
