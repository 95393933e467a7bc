"""A member's ways in as a list: what each is, since when, last used, and a button that ends it."""

import uuid
from dataclasses import dataclass

from licorne.application.governing.keep_ways_in import WayIn, WaysIn
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal


@dataclass(frozen=True, slots=True)
class WayView:
    kind: str
    id: uuid.UUID
    label: str
    since: Moment
    used: Moment | None
    is_this: bool  # the session that looks at the page


def ways_view(ways: WaysIn, teller: TimeTeller) -> tuple[WayView, ...]:
    sessions = tuple(
        WayView(
            WayIn.SESSION.value,
            one.id,
            _("This session") if one.id == ways.this_session else _("Signed in to the office"),
            teller.tell(one.created_at),
            teller.tell(one.seen_at),
            is_this=one.id == ways.this_session,
        )
        for one in ways.sessions
    )
    passkeys = tuple(
        WayView(
            WayIn.PASSKEY.value,
            one.id,
            _("Passkey: %(label)s") % {"label": one.label},
            teller.tell(one.created_at),
            teller.tell_if(one.last_used_at),
            is_this=False,
        )
        for one in ways.passkeys
    )
    programs = tuple(
        WayView(
            WayIn.APP_PASSWORD.value,
            one.id,
            _("Email program: %(label)s") % {"label": one.label},
            teller.tell(one.created_at),
            teller.tell_if(one.last_used_at),
            is_this=False,
        )
        for one in ways.app_passwords
    )
    tokens = tuple(
        WayView(
            WayIn.TOKEN.value,
            one.id,
            _("API token: %(label)s") % {"label": one.label},
            teller.tell(one.created_at),
            teller.tell_if(one.last_used_at),
            is_this=False,
        )
        for one in ways.tokens
    )
    return (*sessions, *passkeys, *programs, *tokens)


def read_kind(text: str) -> WayIn:
    try:
        return WayIn(text)
    except ValueError:
        raise no_such_way() from None


def no_such_way() -> Refusal:
    return Refusal(404, "no-such-way-in", _("There is no such session, password or token."))
