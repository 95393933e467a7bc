"""The consent form, as the person sees it on their own phone: no password, one answer."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.receiving.answer_consent import LONGEST_NAME, OpenForm
from licorne.domain.consent.ledger import ConsentAct, Purpose
from licorne.domain.consent.wordings import CURRENT, wording
from licorne.edges.pickup.counter import PAGES, practice_brand, speak_to
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.form import Form, read_form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    label: str
    explained: str
    answer: str


@dataclass(frozen=True, slots=True)
class ConsentFormView:
    path: str
    practice: str
    questions: tuple[Question, ...]
    warning: str
    signature: str = ""
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentAnsweredView:
    practice: str


def consent_routes(use_cases: PickupUseCases) -> list[HTTPRouteHandler]:
    @get("/m/consent/{token:str}")
    async def show(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        opened = await use_cases.answer_consent.look(token)
        return _gone(request) if opened is None else _form_page(request, token, opened)

    @post("/m/consent/{token:str}", status_code=200)
    async def answer(request: WebRequest, token: FromPath[str]) -> Response[bytes]:
        form = await read_form(request, None)
        opened = await use_cases.answer_consent.look(token)
        if opened is None:
            return _gone(request)
        speak_to(request, opened.contact, opened.practice)
        answers = _answers(form, opened.form.purposes)
        signature = form.text("signature").strip()
        faults = [
            FieldFault(one.value, _("Please say yes or no."))
            for one in opened.form.purposes
            if one not in answers
        ]
        if not 1 <= len(signature) <= LONGEST_NAME:
            faults.append(FieldFault("signature", _("Please write your full name.")))
        if faults:
            return _form_page(request, token, opened, answers, signature, tuple(faults))
        done = await use_cases.answer_consent(token, answers, signature)
        if done is None:
            return _gone(request)
        view = ConsentAnsweredView(opened.practice.name)
        brand = practice_brand(opened.practice)
        return PAGES.render(request, "pickup/consent_answered.html", view, brand=brand)

    return [show, answer]


def _answers(form: Form, purposes: tuple[Purpose, ...]) -> dict[Purpose, ConsentAct]:
    acts = {one.value: one for one in ConsentAct}
    typed = {purpose: form.text(purpose.value) for purpose in purposes}
    return {purpose: acts[text] for purpose, text in typed.items() if text in acts}


def _form_page(
    request: WebRequest,
    token: str,
    opened: OpenForm,
    answers: dict[Purpose, ConsentAct] | None = None,
    signature: str = "",
    faults: tuple[FieldFault, ...] = (),
) -> Response[bytes]:
    speak_to(request, opened.contact, opened.practice)
    explained = {one: wording(CURRENT[one]) for one in opened.form.purposes}
    given = answers or {}
    view = ConsentFormView(
        path=f"/m/consent/{token}",
        practice=opened.practice.name,
        questions=tuple(
            Question(
                one.value,
                _purpose_words(one),
                _(explained[one][0]),
                given[one].value if one in given else "",
            )
            for one in opened.form.purposes
        ),
        warning=_(explained[opened.form.purposes[0]][-1]),
        signature=signature[:LONGEST_NAME],
        faults=faults,
    )
    return PAGES.render(
        request,
        "pickup/consent_form.html",
        view,
        brand=practice_brand(opened.practice),
        status=422 if faults else 200,
    )


def _purpose_words(purpose: Purpose) -> str:
    return {
        Purpose.NOTICES: _("When a message waits for you"),
        Purpose.REMINDERS: _("Reminders of appointments and prescriptions"),
        Purpose.ALERTS: _("When something can’t wait"),
        Purpose.MARKETING: _("Services and offers"),
    }[purpose]


def _gone(request: WebRequest) -> Response[bytes]:
    return PAGES.render(request, "pickup/consent_gone.html", status=404)
