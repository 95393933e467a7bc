"""Fixtures that any test may ask for: PostgreSQL, a real browser, a founded installation."""

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.browser",
    "tests.support.installation",
    "tests.support.object_server",
    "tests.support.running_demo",
    "tests.journeys.fixtures",
]
