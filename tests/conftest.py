"""Fixtures that any test may ask for: the session's PostgreSQL, and a real browser."""

pytest_plugins = ["tests.support.postgres", "tests.support.browser"]
