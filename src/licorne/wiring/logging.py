"""Logging: one line of JSON an event on stderr, without content, names, numbers or secrets.

Events are constants and their fields are ids and codes; what an exception says is not logged, only
its kind and where it was raised, because a database's message can quote a row.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import msgspec
import structlog
from structlog.typing import Processor

from licorne.wiring.counting.folder import is_counting


def configure_logging() -> None:
    """Set structlog and the standard library's loggers up; call it once per process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *_counting(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _kind_and_place_of_exception,
            structlog.processors.JSONRenderer(_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries quote what they were given (addresses, rows): only that something is wrong passes.
    root = logging.getLogger()
    root.handlers[:] = [_KindOnly()]
    root.setLevel(logging.WARNING)


def _json(event: object, **_options: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def _counting() -> list[Processor]:
    """Count events where somebody asked for metrics."""
    if not is_counting():
        return []
    from licorne.wiring.counting.events import count_event

    return [count_event]


def log_event(event: str, role: str) -> None:
    """Tell of a role's life."""
    structlog.get_logger("licorne.supervisor").info(event, role=role)


def _kind_and_place_of_exception(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    described = event.pop("exc_info", None)
    if not described:
        return event
    problem = sys.exc_info()[1] if described is True else described
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        event["kind"] = type(problem).__name__
        event["place"] = _place(problem)
    return event


def _place(problem: BaseException) -> str:
    frames = traceback.extract_tb(problem.__traceback__)
    return " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-6:])
    )


class _KindOnly(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"library": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            fields["exc_info"] = record.exc_info[1]
        structlog.get_logger("licorne.library").warning("library_warned", **fields)
