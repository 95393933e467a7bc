"""Turns what policy said of a draft into a problem, with a fault for each recipient."""

from datetime import datetime, timedelta

from licorne.application.sending.outcome import Refusal as PolicyRefusal
from licorne.application.sending.outcome import Refused
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.policy.sentences import sentence
from licorne.domain.policy.verdict import Reason
from licorne.edges.api.new_message import ParsedMessage
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

_STATUS = {
    Reason.SENDER_SUSPENDED: 403,
    Reason.ORGANIZATION_SUSPENDED: 403,
    Reason.TOO_LARGE: 413,
    Reason.QUOTA: 429,
    Reason.SCANNER_DOWN: 503,
}
_FIELD = {
    Reason.NO_RECIPIENT: "/to",
    Reason.TOO_MANY_RECIPIENTS: "/to",
    Reason.EMPTY: "/text",
    Reason.ATTACHMENT_TYPE: "/attachments",
    Reason.ACTIVE_FILE: "/attachments",
    Reason.ARCHIVE: "/attachments",
    Reason.INFECTED: "/attachments",
    Reason.SCANNER_DOWN: "/attachments",
    Reason.TOO_LARGE: "/attachments",
    Reason.EXPIRY: "/expires_in",
}
_UNPROCESSABLE = 422


def refusal_for(refused: Refused, parsed: ParsedMessage, now: datetime) -> Refusal:
    first = refused.refusals[0].verdict
    status = _STATUS.get(first.reason, _UNPROCESSABLE)
    several = len(parsed.draft.recipients) > 1 and refused.refusals[0].number is not None
    return Refusal(
        status,
        "message-refused",
        _("Some recipients can’t get this message. See “errors”. It was sent to nobody.")
        if several
        else _(sentence(first)),
        title=_("The message was not sent"),
        faults=tuple(fault for one in refused.refusals for fault in _faults(one, parsed.typed)),
        headers={"Retry-After": str(_until_tomorrow(now))} if first.reason is Reason.QUOTA else {},
    )


def _faults(one: PolicyRefusal, typed: tuple[PhoneNumber, ...]) -> list[FieldFault]:
    words, reason = _(sentence(one.verdict)), one.verdict.reason
    if one.number is not None:
        places = [place for place, number in enumerate(typed) if number == one.number]
        return [FieldFault(f"/to/{place}", words, reason.value) for place in places]
    return [FieldFault(_FIELD.get(reason, ""), words, reason.value)]


def _until_tomorrow(now: datetime) -> int:
    """Seconds until the next day begins: quotas count by day (UTC)."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((tomorrow - now).total_seconds()) + 1
