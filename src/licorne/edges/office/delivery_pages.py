"""What a member does with a message that was sent: recall, remind, lock anew, take its files."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from licorne.application.governing.ask_nudge import Nudge
from licorne.application.governing.set_passphrase import PassphraseSet
from licorne.application.receiving.follow_delivery import FollowedDelivery
from licorne.application.receiving.open_sealed import CopyEnded, NotGranted
from licorne.application.sending.recall_message import Recalled
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.pickup.passphrase import (
    PassphraseRefused,
    generate_passphrase,
    parse_chosen_passphrase,
)
from licorne.edges.office.desk import Desk, Shell, is_fragment
from licorne.edges.office.formatted import cleaned
from licorne.edges.web.context import WebRequest
from licorne.edges.web.documents import attachment, formatted_document
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal


@dataclass(frozen=True, slots=True)
class AskPage:
    """A page that asks before something is done that can't be undone, or for a passphrase."""

    shell: Shell
    delivery: uuid.UUID
    thread: uuid.UUID
    passphrase: str = ""
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence about what was just done. ``tone``: success or warning."""

    tone: str
    sentence: str


def delivery_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def followed(member: SignedInMember, delivery: uuid.UUID) -> FollowedDelivery:
        found = await desk.use_cases.follow_delivery(member, DeliveryId(delivery))
        if found is None:
            raise _no_such_message()
        return found

    def thread_path(found: FollowedDelivery) -> str:
        return f"/office/mail/inbox/{found.thread.id}#message-{found.facts.delivery}"

    @get("/office/deliveries/{delivery:uuid}/recall")
    async def ask_recall(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        found = await followed(member, delivery)
        shell = desk.shell(request, member, "inbox")
        view = AskPage(shell, delivery, found.thread.id)
        return desk.render(request, member, "office/recall.html", view)

    @post("/office/deliveries/{delivery:uuid}/recall")
    async def recall(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        member, _form = await desk.form(request)
        found = await followed(member, delivery)
        done = await desk.use_cases.recall(
            member.organization.id, found.facts.message, member.actor
        )
        if done is Recalled.NOT_FOUND:
            raise Refusal(403, "not-yours", _("Only the person who wrote a message can recall it."))
        return see_other(request, thread_path(found))

    @post("/office/deliveries/{delivery:uuid}/nudge")
    async def nudge(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        member, _form = await desk.form(request)
        result = await desk.use_cases.nudge(member, DeliveryId(delivery))
        if result is Nudge.NOT_FOUND:
            raise _no_such_message()
        if is_fragment(request, "announcement"):
            return desk.render(request, member, "office/told_part.html", _told(result))
        return see_other(request, thread_path(await followed(member, delivery)))

    @get("/office/deliveries/{delivery:uuid}/passphrase")
    async def ask_passphrase(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        found = await followed(member, delivery)
        words = generate_passphrase(desk.surroundings.randomness.bytes).shown
        shell = desk.shell(request, member, "inbox")
        view = AskPage(shell, delivery, found.thread.id, words)
        return desk.render(request, member, "office/set_passphrase.html", view)

    @post("/office/deliveries/{delivery:uuid}/passphrase")
    async def set_passphrase(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        found = await followed(member, delivery)
        typed = form.text("passphrase")
        try:
            passphrase = parse_chosen_passphrase(typed).shown
        except PassphraseRefused as refusal:
            shell = desk.shell(request, member, "inbox")
            faults = (FieldFault("passphrase", _(refusal.sentence)),)
            view = AskPage(shell, delivery, found.thread.id, typed[:200], faults)
            return desk.render(request, member, "office/set_passphrase.html", view, status=422)
        result = await desk.use_cases.set_passphrase(member, DeliveryId(delivery), passphrase)
        if result is not PassphraseSet.DONE:
            raise Refusal(
                409,
                "not-waiting",
                _("This message was read, recalled or has expired. There is nothing to lock."),
            )
        return see_other(request, thread_path(found))

    @get("/office/deliveries/{delivery:uuid}/attachments/{part:int}")
    async def download(
        request: WebRequest, delivery: FromPath[uuid.UUID], part: FromPath[int]
    ) -> Response[bytes] | Stream:
        member = await desk.member(request)
        try:
            found = await desk.use_cases.download(member, DeliveryId(delivery), part)
        except (CopyEnded, NotGranted):
            found = None
        if found is None:
            raise _no_such_message()
        entry = found.entry
        return attachment(found.content, entry.filename, entry.content_type, size=entry.size)

    @get("/office/deliveries/{delivery:uuid}/formatted")
    async def formatted(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        try:
            found = await desk.use_cases.download.formatted(member, DeliveryId(delivery))
        except (CopyEnded, NotGranted):
            found = None
        html = found and await cleaned(found)
        if not html:
            raise Refusal(
                404,
                "no-formatted-version",
                _("This message has no formatted version that can be shown safely."),
            )
        return formatted_document(html)

    return [
        ask_recall, recall, nudge, ask_passphrase, set_passphrase, download, formatted,
    ]  # fmt: skip


def _told(result: Nudge) -> Told:
    return {
        Nudge.ASKED: Told("success", _("A reminder is on its way.")),
        Nudge.NOT_WAITING: Told("warning", _("This message was read, recalled or has expired.")),
        Nudge.OPTED_OUT: Told("warning", _("This person doesn’t want texts.")),
        Nudge.TOO_SOON: Told(
            "warning", _("A reminder was sent in the last four hours. Try again later, or call.")
        ),
    }[result]


def _no_such_message() -> Refusal:
    return Refusal(
        404, "no-such-message", _("There is no such message in your inboxes."), title=_("Not found")
    )
