"""The audit trail, for owners, officers and auditors: who did what to whom, and its place."""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.application.governing.read_audit import ShownEvent
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.identity.actor import ActorKind
from licorne.edges.office.audit_wording import AuditKind, kind_of, kinds, tag_words
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.store.audit_view import AuditCursor, AuditFilter


@dataclass(frozen=True, slots=True)
class AuditRow:
    sequence: int | None
    at: Moment
    actor: str
    words: str
    tag: str
    about: str
    about_link: str
    detail: str
    refused: bool


@dataclass(frozen=True, slots=True)
class AuditPageView:
    shell: Shell
    rows: tuple[AuditRow, ...]
    kinds: tuple[AuditKind, ...]
    kind: AuditKind
    refused_only: bool
    next: str
    zone: str


def audit_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office/audit")
    async def audit(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        kind = kind_of(request.query_params.get("kind", ""))
        refused_only = request.query_params.get("outcome") == "refused"
        wanted = AuditFilter(
            tag_prefix=kind.prefix, outcome=Outcome.REFUSED if refused_only else None
        )
        after = read_cursor(request.query_params.get("after", ""))
        page = await desk.use_cases.audit(member, wanted, after=after)
        teller = desk.teller(member)
        view = AuditPageView(
            shell=desk.shell(request, member, "audit"),
            rows=tuple(_row(one, member, teller) for one in page.events),
            kinds=kinds(),
            kind=kind,
            refused_only=refused_only,
            next=write_cursor(page.next) if page.next else "",
            zone=teller.zone_name,
        )
        return desk.render(request, member, "office/audit.html", view)

    return [audit]


def _row(shown: ShownEvent, member: SignedInMember, teller: TimeTeller) -> AuditRow:
    event = shown.chained.event
    region = member.organization.region
    about, link = "", ""
    if shown.about is not None:
        about, link = name_shown(shown.about, region), f"/office/contacts/{shown.about.id}"
    elif shown.about_code is not None:
        about = _("Contact %(code)s") % {"code": shown.about_code}
    elif shown.about_member is not None and event.subject != event.actor.id:
        about = shown.about_member
    return AuditRow(
        sequence=shown.chained.sequence,
        at=teller.tell(event.at),
        actor=_actor(shown, region),
        words=tag_words(event.tag),
        tag=event.tag.value,
        about=about,
        about_link=link,
        detail=shown.detail_member or (event.detail or "").replace("_", " "),
        refused=event.outcome is Outcome.REFUSED,
    )


def _actor(shown: ShownEvent, region: str) -> str:
    if shown.actor is not None:
        return shown.actor
    if shown.actor_contact is not None:
        return name_shown(shown.actor_contact, region)
    if shown.actor_code is not None:
        return _("Contact %(code)s") % {"code": shown.actor_code}
    return {
        ActorKind.SYSTEM: _("The system"),
        ActorKind.OPERATOR: _("The operator"),
        ActorKind.CONTACT: _("A contact"),
        ActorKind.SERVICE: _("A program"),
        ActorKind.MEMBER: _("A member"),
        ActorKind.NOBODY: _("Somebody unknown"),
    }[shown.chained.event.actor.kind]


def write_cursor(cursor: AuditCursor) -> str:
    text = f"{cursor.at.astimezone(UTC).isoformat()}|{cursor.id}"
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(text: str) -> AuditCursor | None:
    """Read a cursor back; one that we didn't write gives the first page."""
    try:
        at, _bar, event = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        when = datetime.fromisoformat(at)
        return AuditCursor(when, uuid.UUID(event)) if when.tzinfo else None
    except ValueError:
        return None
