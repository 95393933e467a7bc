"""The first rules of policy, in order: the first that applies decides.

Read the table at the end: it is what happens to a message. Rules only decide; they change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from licorne.domain.consent.ledger import Standing
from licorne.domain.message.draft import MOST_RECIPIENTS, Draft
from licorne.domain.policy.facts import RecipientFacts, SenderFacts
from licorne.domain.policy.verdict import Reason, Refuse, Seal, Verdict

SHORTEST_EXPIRY = timedelta(minutes=5)
LONGEST_EXPIRY = timedelta(days=365)
NOT_ASSIGNABLE = "not_assignable"  # a flag: no live carrier may be asked to text this number


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to policy: may this draft go to this recipient?"""

    draft: Draft
    sender: SenderFacts
    recipient: RecipientFacts | None  # none where the draft names nobody
    position: int  # of the recipient in the draft, from 0: the quota counts deliveries


Rule = Callable[[Asked], Refuse | None]


def no_recipient(asked: Asked) -> Refuse | None:
    return None if asked.draft.recipients else Refuse(Reason.NO_RECIPIENT)


def too_many_recipients(asked: Asked) -> Refuse | None:
    if len(asked.draft.recipients) > MOST_RECIPIENTS:
        return Refuse(Reason.TOO_MANY_RECIPIENTS)
    return None


def organization_suspended(asked: Asked) -> Refuse | None:
    return Refuse(Reason.ORGANIZATION_SUSPENDED) if asked.sender.organization_suspended else None


def sender_suspended(asked: Asked) -> Refuse | None:
    return Refuse(Reason.SENDER_SUSPENDED) if asked.sender.author_suspended else None


def recipient_opted_out(asked: Asked) -> Refuse | None:
    opted_out = asked.recipient is not None and asked.recipient.opted_out
    return Refuse(Reason.OPTED_OUT) if opted_out else None


def recipient_consent(asked: Asked) -> Refuse | None:
    """What was taken back counts always; what is missing, where the practice demands it."""
    if asked.recipient is None or asked.recipient.consent is Standing.GIVEN:
        return None
    if asked.recipient.consent is Standing.REVOKED:
        return Refuse(Reason.CONSENT_REVOKED)
    return Refuse(Reason.CONSENT_MISSING) if asked.sender.consent_demanded else None


def organization_quota(asked: Asked) -> Refuse | None:
    if asked.sender.used_today + asked.position >= asked.sender.daily_quota:
        return Refuse(Reason.QUOTA, temporary=True)
    return None


def nothing_to_send(asked: Asked) -> Refuse | None:
    content = asked.draft.content
    if content.text.strip() or content.html or content.attachments or content.subject:
        return None
    return Refuse(Reason.EMPTY)


def attachment_type(asked: Asked) -> Refuse | None:
    for attachment in asked.draft.content.attachments:
        extension = attachment.filename.rpartition(".")[2].lower()
        if "." in attachment.filename and extension in asked.sender.refused_file_types:
            return Refuse(Reason.ATTACHMENT_TYPE, detail=extension)
    return None


def size(asked: Asked) -> Refuse | None:
    # Every content is within the product's own limits; an organization may set a lower one.
    if asked.draft.content.size > asked.sender.largest_message:
        return Refuse(Reason.TOO_LARGE)
    return None


def expiry(asked: Asked) -> Refuse | None:
    wanted = asked.draft.expires_in
    if wanted is not None and not SHORTEST_EXPIRY <= wanted <= LONGEST_EXPIRY:
        return Refuse(Reason.EXPIRY)
    return None


RULES: tuple[Rule, ...] = (
    no_recipient,
    too_many_recipients,
    organization_suspended,
    sender_suspended,
    recipient_opted_out,
    recipient_consent,
    nothing_to_send,
    attachment_type,
    size,
    expiry,
    organization_quota,
)


def judge(asked: Asked) -> Verdict:
    """Ask the rules in order; the first refusal stands, else the message is sealed."""
    for rule in RULES:
        refusal = rule(asked)
        if refusal is not None:
            return refusal
    assignable = asked.recipient is None or asked.recipient.number.assignable
    return Seal(() if assignable else (NOT_ASSIGNABLE,))
