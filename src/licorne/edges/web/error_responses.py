"""Every exception becomes a friendly page, or under /api a problem (RFC 9457)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from licorne.domain.sealing.faults import PasswordsBusy, SealingFault
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.error_wording import wording_for
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import Pages
from licorne.edges.web.refusal import FieldFault, Refusal

PROBLEM = "application/problem+json"
API_PREFIX = "/api"

log = structlog.get_logger("licorne.web")
pages = Pages()


@dataclass(frozen=True, slots=True)
class ErrorView:
    status: int
    title: str
    sentence: str
    is_ours: bool  # our fault: the page shows the reference to tell the practice


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457 §3.1, with the reference and the faulty fields as extensions."""

    type: str
    title: str
    status: int
    detail: str
    reference: str
    errors: tuple[FieldFault, ...] | msgspec.UnsetType = msgspec.UNSET


def problem_type(code: str) -> str:
    return f"urn:licorne:problem:{code}"


def exception_handlers() -> ExceptionHandlersMap:
    return {
        Refusal: answer_refusal,
        ValidationException: answer_invalid,
        HTTPException: answer_http_exception,
        PasswordsBusy: answer_busy,
        SealingFault: answer_sealing_fault,
        Exception: answer_surprise,
    }


def answer_refusal(request: WebRequest, refusal: Refusal) -> Response[bytes]:
    """Answer with what the refusal says; its cause goes to the log only."""
    if refusal.cause:
        log.info(
            "refused",
            code=refusal.code,
            status=refusal.status,
            cause=refusal.cause,
            reference=web_context(request).reference,
        )
    if is_for_a_program(request):
        return _problem(request, refusal)
    title = refusal.title or wording_for(refusal.status).title
    view = ErrorView(refusal.status, title, refusal.sentence, is_ours=refusal.status >= 500)
    is_fragment = request.headers.get("hx-request") == "true"
    response = pages.render(
        request,
        "web/error_fragment.html" if is_fragment else "web/error.html",
        view,
        status=refusal.status,
        headers=refusal.headers,
    )
    if is_fragment:
        response.headers.update({"HX-Retarget": "#announcement", "HX-Reswap": "innerHTML"})
    return response


def answer_invalid(request: WebRequest, error: ValidationException) -> Response[bytes]:
    """Tell a program which fields were wrong, without repeating what they held."""
    entries: list[Any] = error.extra if isinstance(error.extra, list) else []
    faults = tuple(
        FieldFault(str(entry.get("key", "")), str(entry.get("message", "")))
        for entry in entries
        if isinstance(entry, dict)
    )
    sentence = wording_for(400).sentence
    return answer_refusal(request, Refusal(400, "invalid-request", sentence, faults=faults))


def answer_http_exception(request: WebRequest, error: HTTPException) -> Response[bytes]:
    """Answer what the framework raises (no such page, wrong method, too large) in our words."""
    words = wording_for(error.status_code)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-").replace("'", "")
    refusal = Refusal(error.status_code, code, words.sentence, headers=error.headers or {})
    return answer_refusal(request, refusal)


def answer_busy(request: WebRequest, error: PasswordsBusy) -> Response[bytes]:
    """Answer that too many sign in at once; it passes by itself (threat 23)."""
    headers = {"Retry-After": str(error.retry_after_seconds)}
    return answer_refusal(request, Refusal(503, "busy", _(error.sentence), headers=headers))


def answer_sealing_fault(request: WebRequest, error: SealingFault) -> Response[bytes]:
    """Answer that something can't be opened: a row isn't what was signed and sealed."""
    log.error("sealing fault", kind=type(error).__name__, cause=error.cause, where=_places(error))
    return answer_refusal(request, Refusal(500, "cannot-open", _(error.sentence)))


def answer_surprise(request: WebRequest, error: Exception) -> Response[bytes]:
    """Answer a fault of ours. Only where it happened is logged: its text may hold anything."""
    log.error(
        "surprise",
        kind=type(error).__name__,
        where=_places(error),
        reference=web_context(request).reference,
    )
    return answer_refusal(request, Refusal(500, "internal-error", wording_for(500).sentence))


def is_for_a_program(request: WebRequest) -> bool:
    path = request.scope["path"]
    return path == API_PREFIX or path.startswith(f"{API_PREFIX}/")


def problem_of(request: WebRequest, refusal: Refusal) -> Problem:
    """Tell a refusal to a program."""
    return Problem(
        type=problem_type(refusal.code),
        title=refusal.title or wording_for(refusal.status).title,
        status=refusal.status,
        detail=refusal.sentence,
        reference=web_context(request).reference,
        errors=refusal.faults or msgspec.UNSET,
    )


def _problem(request: WebRequest, refusal: Refusal) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem_of(request, refusal)),
        status_code=refusal.status,
        headers=dict(refusal.headers),
        media_type=PROBLEM,
    )


def _places(error: BaseException) -> list[str]:
    """List file:line of the innermost frames, so that a fault can be found without its text."""
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('licorne/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]
