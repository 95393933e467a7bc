"""Journeys share what is dear: the running demo, the browser, the clinician's sign-in."""

import pytest
from playwright.async_api import Browser
from tests.journeys.clinician import Office


@pytest.fixture(scope="session")
def browser(shared_browser: Browser) -> Browser:
    return shared_browser


@pytest.fixture(scope="session")
def office(shared_office: Office) -> Office:
    return shared_office
