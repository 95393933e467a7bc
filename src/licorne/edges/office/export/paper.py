"""A message as it stands on paper, and what stands around it."""

from dataclasses import dataclass

from licorne.application.keeping.export_correspondence import Begun
from licorne.application.receiving.read_thread import Readable
from licorne.application.receiving.read_written import WrittenMessage
from licorne.application.shown_contact import NamedContact
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.message.thread import Direction
from licorne.domain.records.export import ExportPurpose
from licorne.edges.office.export.pdf import PdfFrame, PdfMessage
from licorne.edges.office.export.structured import KeptAttachment
from licorne.edges.office.message_view import size_words, unreadable_words
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import TimeTeller
from licorne.edges.web.language import current_language, ngettext
from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Paper:
    """Words for one copy, in the member's language and the practice's time zone."""

    member: SignedInMember
    contact: NamedContact
    teller: TimeTeller

    def message(
        self, written: WrittenMessage, attachments: tuple[KeptAttachment, ...] = ()
    ) -> PdfMessage:
        facts, content = written.facts, written.content
        readable = content if isinstance(content, Readable) else None
        is_out = facts.direction is Direction.OUT
        author = written.author or (self.person if not is_out else _("The practice"))
        words = _("%(name)s to %(other)s") % (
            {"name": author, "other": self.person}
            if is_out
            else {"name": author, "other": written.owner or _("the practice")}
        )
        return PdfMessage(
            author=words,
            when=self.teller.tell(facts.created_at).full,
            subject=(readable.subject or "") if readable else "",
            text=readable.text if readable else "",
            note="" if readable else unreadable_words(getattr(content, "why", "")),
            files=self._files(readable, attachments),
            facts=tuple(self._facts(written)),
        )

    def _files(
        self, readable: Readable | None, kept: tuple[KeptAttachment, ...]
    ) -> tuple[str, ...]:
        if kept:
            return tuple(
                f"{one.file} ({size_words(one.entry.size)}, SHA-256 {one.sha256})" for one in kept
            )
        entries = readable.attachments if readable else ()
        return tuple(f"{one.filename} ({size_words(one.size)})" for one in entries)

    def _facts(self, written: WrittenMessage) -> list[str]:
        facts, tell = written.facts, self.teller.tell
        told = []
        if facts.direction is Direction.OUT and facts.first_read_at is not None:
            told.append(_("First read: %(time)s") % {"time": tell(facts.first_read_at).full})
        if facts.recalled_at is not None:
            told.append(_("Recalled: %(time)s") % {"time": tell(facts.recalled_at).full})
        return told

    @property
    def person(self) -> str:
        return name_shown(self.contact, self.member.organization.region)

    def of_export(self, begun: Begun, volume: int) -> PdfFrame:
        extent = begun.extent
        facts = [
            self._number(),
            _("Made: %(time)s, by %(name)s")
            % {"time": self.teller.tell(begun.export.started_at).full, "name": self.member.name},
            _("For: %(purpose)s") % {"purpose": purpose_words(begun.export.purpose)},
            ngettext("%(num)d message", "%(num)d messages", extent.total) % {"num": extent.total},
        ]
        if extent.destroyed:
            facts.append(
                ngettext(
                    "%(num)d was destroyed at the end of its time.",
                    "%(num)d were destroyed at the end of their time.",
                    extent.destroyed,
                )
                % {"num": extent.destroyed}
            )
        title = _("Correspondence with %(name)s") % {"name": self.person}
        if volume > 1:
            title = _("%(title)s, part %(number)s") % {"title": title, "number": volume}
        return self._frame(title, facts)

    def of_thread(self) -> PdfFrame:
        made = _("Made: %(time)s, by %(name)s") % {
            "time": self.teller.tell(self.teller.now).full,
            "name": self.member.name,
        }
        title = _("Conversation with %(name)s") % {"name": self.person}
        return self._frame(title, [self._number(), made])

    def _number(self) -> str:
        number = self.contact.number.shown_in(self.member.organization.region)
        return _("Phone number: %(number)s") % {"number": number}

    def _frame(self, title: str, facts: list[str]) -> PdfFrame:
        practice = self.member.organization.name
        square = _("A square stands for a letter that this document’s typeface doesn’t have.")
        return PdfFrame(
            title=title,
            author=practice,
            facts=(practice, *facts, square),
            foot=_("%(practice)s · %(title)s · page %(page)s")
            % {"practice": practice, "title": title, "page": "{page}"},
            language=current_language.get().value,
            files_title=_("File:"),
        )


def purpose_words(purpose: ExportPurpose) -> str:
    return {
        ExportPurpose.PATIENT_ACCESS: _("The patient’s own access"),
        ExportPurpose.COURT: _("A court or an authority"),
        ExportPurpose.OTHER: _("Something else"),
    }[purpose]
