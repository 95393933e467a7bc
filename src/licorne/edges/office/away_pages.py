"""What happens while nobody reads an inbox: a colleague is told, and contacts are told."""

import uuid
from dataclasses import dataclass
from datetime import date

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.keep_inbox_rules import HOURS, InboxRules, RuleRefused
from licorne.application.governing.see_arrangement import ArrangedMember
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.message.absence import LONGEST_WORDING, Absence, day_there
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

_FIELDS = {
    RuleRefused.NO_COLLEAGUE: "to",
    RuleRefused.HOURS: "hours",
    RuleRefused.DAYS: "to_day",
    RuleRefused.TOO_LONG_AWAY: "to_day",
    RuleRefused.NO_WORDS: "wording",
}


@dataclass(frozen=True, slots=True)
class AwayPage:
    """``hours`` is 0 where replies wait without anybody being told."""

    shell: Shell
    inbox: uuid.UUID
    team: str
    hours: int
    choices: tuple[int, ...]
    to: uuid.UUID | None
    colleagues: tuple[ArrangedMember, ...]
    cannot_read: str  # the named colleague, where they don't read this inbox
    is_set: bool
    is_on: bool
    from_day: str
    to_day: str
    wording: str
    longest: int
    faults: tuple[FieldFault, ...] = ()


def away_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def found(member: SignedInMember, inbox: uuid.UUID) -> InboxRules:
        rules = await desk.use_cases.rules(member, _inbox(member, inbox))
        if rules is None:
            raise _no_such_team()
        return rules

    async def page(
        request: WebRequest,
        member: SignedInMember,
        rules: InboxRules,
        *,
        notice: str = "",
        refused: RuleRefused | None = None,
        typed: dict[str, str] | None = None,
    ) -> Response[bytes]:
        arrangement = await desk.use_cases.arrangement(member)
        policy, away, typed = rules.escalation, rules.absence, typed or {}
        today = day_there(desk.surroundings.clock.now(), member.organization.time_zone)
        named = next((one for one in arrangement.members if policy and one.id == policy.to), None)
        view = AwayPage(
            shell=desk.shell(request, member, "teams" if rules.name else "account", notice=notice),
            inbox=rules.inbox.id,
            team=rules.name,
            hours=0 if policy is None else int(policy.after.total_seconds() // 3600),
            choices=HOURS,
            to=None if policy is None else policy.to,
            colleagues=tuple(
                one for one in arrangement.members if one.has_inbox and one.id != rules.inbox.id
            ),
            cannot_read=named.name if named is not None and not rules.can_read else "",
            is_set=away is not None and away.to_day >= today,
            is_on=away is not None and away.is_on(today),
            from_day=typed.get("from_day") or str(away.from_day if away else today),
            to_day=typed.get("to_day") or str(away.to_day if away else ""),
            wording=typed.get("wording") or (away.wording if away else ""),
            longest=LONGEST_WORDING,
            faults=() if refused is None else (FieldFault(_FIELDS[refused], _(refused.value)),),
        )
        status = 200 if refused is None else 422
        return desk.render(request, member, "office/away.html", view, status=status)

    @get("/office/away/{inbox:uuid}")
    async def show(request: WebRequest, inbox: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        return await page(request, member, await found(member, inbox))

    @post("/office/away/{inbox:uuid}/escalation")
    async def escalation(request: WebRequest, inbox: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        hours = int(form.text("hours")) if form.text("hours").isdecimal() else 0
        refused = await desk.use_cases.rules.escalate(
            member, _inbox(member, inbox), hours or None, _member(form.text("to"))
        )
        if refused is RuleRefused.NO_SUCH_INBOX:
            raise _no_such_team()
        told = "" if refused else _("Saved. It counts for replies that come from now on.")
        rules = await found(member, inbox)
        return await page(request, member, rules, notice=told, refused=refused)

    @post("/office/away/{inbox:uuid}/absence")
    async def absence(request: WebRequest, inbox: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        typed = {name: form.text(name) for name in ("from_day", "to_day", "wording")}
        ends = form.text("end") == "yes"
        first, last = _day(typed["from_day"]), _day(typed["to_day"])
        refused: RuleRefused | None = RuleRefused.DAYS
        if ends or (first and last):
            wanted = None if ends else Absence(first, last, typed["wording"].strip())  # type: ignore[arg-type]
            refused = await desk.use_cases.rules.be_away(member, _inbox(member, inbox), wanted)
        if refused is RuleRefused.NO_SUCH_INBOX:
            raise _no_such_team()
        told = "" if refused else (_("You are back.") if ends else _("Saved."))
        rules = await found(member, inbox)
        return await page(
            request, member, rules, notice=told, refused=refused, typed=typed if refused else None
        )

    return [show, escalation, absence]


def _inbox(member: SignedInMember, inbox: uuid.UUID) -> Inbox:
    """Say whose inbox an id means: the reader's own, or a team's."""
    kind = OwnerKind.MEMBER if inbox == member.id else OwnerKind.TEAM
    return Inbox(kind, inbox)


def _member(text: str) -> MemberId | None:
    try:
        return MemberId(uuid.UUID(text))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _no_such_team() -> Refusal:
    return Refusal(404, "no-such-team", _("There is no such team."), title=_("Not found"))
