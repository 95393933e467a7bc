"""What lies in a copy, for whoever unpacks it: plain words, no program needed to read them."""

from licorne.application.keeping.export_correspondence import Begun
from licorne.edges.office.export.paper import Paper, purpose_words
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext


def readme(begun: Begun, paper: Paper, with_files: bool) -> str:
    export, extent = begun.export, begun.extent
    lines = [
        _("Correspondence with %(name)s") % {"name": paper.person},
        "",
        paper.member.organization.name,
        _("Made: %(time)s, by %(name)s")
        % {"time": paper.teller.tell(export.started_at).full, "name": paper.member.name},
        _("For: %(purpose)s") % {"purpose": purpose_words(export.purpose)},
        ngettext("%(num)d message", "%(num)d messages", extent.total) % {"num": extent.total},
        _("Number of this copy in the practice’s audit trail: %(id)s") % {"id": export.id},
        "",
        _("correspondence-001.pdf and the following: all of it, to read and to print."),
    ]
    if with_files:
        lines += [
            _("messages/: each message as a JSON document, in the order of time."),
            _("attachments/: the files that came with them, in a folder a message."),
            _("correspondence.json: whose correspondence it is, and how much of it there is."),
            _("schema/: what the JSON documents hold (JSON Schema)."),
        ]
    lines += [
        _("SHA256SUMS: the checksum of every file; “sha256sum -c SHA256SUMS” checks them."),
        "",
        _("This copy isn’t sealed any more. Keep it where only those read it who may."),
    ]
    lines.append(_("Notes that the practice wrote for itself are not in it."))
    if extent.destroyed:
        lines.append(_("Of messages that were destroyed there is only that they were written."))
    if extent.elsewhere:
        lines.append(_("What was written with an earlier holder of the phone number is not in it."))
    return "\n".join(lines) + "\n"
