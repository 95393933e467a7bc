"""What a member wrote in a form, read into a draft; and what is wrong with it, field by field."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import TeamId
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.identity.text_address import NotATextAddress, parse_text_address
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content, ContentRefused
from licorne.domain.message.draft import MOST_RECIPIENTS, Draft, Repeatable, Source
from licorne.domain.pickup.passphrase import PassphraseRefused, parse_chosen_passphrase
from licorne.edges.web.form import Form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault

EXPIRIES = (1, 3, 7, 30, 90, 365)  # days
LONGEST_TO = 4000


@dataclass(frozen=True, slots=True)
class ComposeForm:
    """The form's fields as they were typed, to be shown again when something is wrong."""

    to: str
    subject: str
    text: str
    expires: str  # days; empty: the practice's usual time
    wants_passphrase: bool
    passphrase: str
    once: str
    inbox: str = ""  # the team for which it is written; empty: one's own
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipients:
    numbers: tuple[PhoneNumber, ...]
    refused: tuple[tuple[str, str], ...]  # what was typed, and the sentence about it


def read_compose_form(form: Form) -> ComposeForm:
    return ComposeForm(
        to=form.text("to")[:LONGEST_TO],
        subject=form.text("subject"),
        text=form.text("text"),
        expires=form.text("expires"),
        wants_passphrase=form.text("wants_passphrase") == "yes",
        passphrase=form.text("passphrase"),
        once=form.text("once"),
        inbox=form.text("inbox"),
        files=tuple(
            Attachment(file.filename, file.content_type, file.content)
            for file in form.uploads("files")
        ),
    )


def read_recipients(typed: str, region: str, text_domains: tuple[str, ...] = ()) -> Recipients:
    """Read numbers and text addresses, parted by commas, semicolons or lines."""
    numbers: list[PhoneNumber] = []
    refused: list[tuple[str, str]] = []
    entries = [one.strip() for one in typed.replace(";", ",").replace("\n", ",").split(",")]
    for entry in [one for one in entries if one][: MOST_RECIPIENTS + 1]:
        try:
            number = (
                parse_text_address(entry, text_domains, region)
                if "@" in entry
                else parse_phone_number(entry, region)
            )
        except (NumberRefused, NotATextAddress) as refusal:
            refused.append((entry[:60], _(refusal.sentence)))
            continue
        if number not in numbers:
            numbers.append(number)
    return Recipients(tuple(numbers), tuple(refused))


def team_of(written: ComposeForm, member: SignedInMember) -> TeamId | None:
    """Give the team that was chosen, if it is one of the member's; else it is their own."""
    chosen = (inbox.id for inbox in member.teams if str(inbox.id) == written.inbox)
    return next((TeamId(one) for one in chosen), None)


def draft_of(
    written: ComposeForm,
    recipients: Recipients,
    member: SignedInMember,
    team: TeamId | None = None,
) -> Draft | tuple[FieldFault, ...]:
    """Make the draft, or say which fields are wrong and how."""
    faults = [FieldFault("to", sentence) for _typed, sentence in recipients.refused]
    if not recipients.numbers and not faults:
        faults.append(FieldFault("to", _("Write the phone number of the person.")))
    if not written.text.strip() and not written.files:
        faults.append(FieldFault("text", _("Write something or attach a file.")))
    passphrase = None
    if written.wants_passphrase:
        try:
            passphrase = parse_chosen_passphrase(written.passphrase).normalised
        except PassphraseRefused as refusal:
            faults.append(FieldFault("passphrase", _(refusal.sentence)))
    content = None
    try:
        content = Content(written.subject or None, written.text, None, written.files)
    except ContentRefused as refusal:
        faults.append(FieldFault("text", _(refusal.sentence)))
    if faults or content is None:
        return tuple(faults)
    return Draft(
        organization=member.organization.id,
        author=member.actor,
        source=Source.OFFICE,
        recipients=recipients.numbers,
        content=content,
        expires_in=_days(written.expires),
        passphrase=passphrase,
        repeatable=_repeatable(written, recipients),
        via=member.via,
        team=team,
    )


def _days(typed: str) -> timedelta | None:
    return timedelta(days=int(typed)) if typed in {str(days) for days in EXPIRIES} else None


def _repeatable(written: ComposeForm, recipients: Recipients) -> Repeatable | None:
    """Make a form that is sent twice (a double click, a reload) one message."""
    if not written.once:
        return None
    said = hashlib.sha256()
    for part in (
        *(number.e164 for number in recipients.numbers),
        written.subject,
        written.text,
        *(file.filename for file in written.files),
    ):
        said.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    for file in written.files:
        said.update(hashlib.sha256(file.content).digest())
    return Repeatable(hashlib.sha256(written.once.encode()).digest(), said.digest())
