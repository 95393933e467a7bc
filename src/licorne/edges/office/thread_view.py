"""Threads as pages show them: the list in the middle, and the open thread beside it."""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from licorne.application.receiving.list_threads import ListedThread, ThreadPage
from licorne.application.receiving.read_thread import OpenThread
from licorne.application.receiving.see_thread_work import Colleague, ThreadWork
from licorne.application.shown_contact import NamedContact, ShownContact
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import Direction, OwnerKind, ThreadCursor, ThreadFilter
from licorne.edges.office.message_view import MessageView, message_view
from licorne.edges.office.state_wording import StateView, proof_view, state_in_list
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Folder:
    filter: ThreadFilter
    label: str
    empty: str
    empty_hint: str


def folders() -> tuple[Folder, ...]:
    return (
        Folder(
            ThreadFilter.INBOX,
            _("Inbox"),
            _("Nothing to do"),
            _("When you write to somebody, or somebody answers, it shows here."),
        ),
        Folder(
            ThreadFilter.UNREAD,
            _("New replies"),
            _("No new replies"),
            _("You have seen everything that people wrote to you."),
        ),
        Folder(
            ThreadFilter.MINE,
            _("Given to me"),
            _("Nothing was given to you"),
            _("A team’s conversations that are yours to look after show here."),
        ),
        Folder(
            ThreadFilter.UNASSIGNED,
            _("Nobody’s yet"),
            _("Everything is somebody’s"),
            _("A team’s conversations that nobody has taken show here."),
        ),
        Folder(
            ThreadFilter.WAITING,
            _("Not read yet"),
            _("Everything was read"),
            _("Messages that the person hasn’t opened yet show here."),
        ),
        Folder(
            ThreadFilter.TROUBLE,
            _("Needs attention"),
            _("No trouble"),
            _("Texts that failed and passphrases that locked show here."),
        ),
        Folder(
            ThreadFilter.DONE,
            _("Done"),
            _("Nothing put away yet"),
            _("Press “Done” in a thread to put it away until something new happens."),
        ),
    )


def folder_of(name: str) -> Folder | None:
    return next((one for one in folders() if one.filter.value == name), None)


@dataclass(frozen=True, slots=True)
class ListRow:
    thread: uuid.UUID
    name: str
    number: str  # empty where the name is the number
    state: StateView
    at: Moment
    is_out: bool
    unread: int
    opted_out: bool
    is_team: bool
    assignee: str
    is_former: bool  # the number belongs to somebody else now


@dataclass(frozen=True, slots=True)
class ListView:
    """``more`` is the place where the next page begins."""

    folder: Folder
    folders: tuple[Folder, ...]
    rows: tuple[ListRow, ...]
    selected: uuid.UUID | None
    more: str
    words: str  # what was searched for


def list_view(
    page: ThreadPage,
    folder: Folder,
    member: SignedInMember,
    teller: TimeTeller,
    *,
    selected: uuid.UUID | None = None,
    words: str = "",
) -> ListView:
    return ListView(
        folder=folder,
        folders=folders(),
        rows=tuple(_row(one, member, teller) for one in page.threads),
        selected=selected,
        more=write_cursor(page.next) if page.next else "",
        words=words,
    )


def _row(listed: ListedThread, member: SignedInMember, teller: TimeTeller) -> ListRow:
    summary = listed.summary
    number = listed.contact.number.shown_in(member.organization.region)
    return ListRow(
        thread=summary.thread.id,
        name=listed.contact.name or number,
        number=number if listed.contact.name else "",
        state=state_in_list(summary),
        at=teller.tell(summary.last_at),
        is_out=summary.last_direction is Direction.OUT,
        unread=summary.unread,
        opted_out=listed.contact.opted_out_at is not None,
        is_team=summary.thread.inbox.kind is OwnerKind.TEAM,
        assignee=_("you") if summary.thread.assigned_to == member.id else listed.assignee or "",
        is_former=summary.number_ended_at is not None,
    )


def write_cursor(cursor: ThreadCursor) -> str:
    text = f"{cursor.last_at.astimezone(UTC).isoformat()}|{cursor.thread}"
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(text: str) -> ThreadCursor | None:
    """Read a cursor back; one that we didn't write gives the first page."""
    try:
        at, _bar, thread = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        when = datetime.fromisoformat(at)
        return ThreadCursor(when, ThreadId(uuid.UUID(thread))) if when.tzinfo else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class ContactView:
    id: uuid.UUID
    name: str
    number: str  # empty where the name is the number
    e164: str
    is_named: bool
    proof: StateView
    opted_out: Moment | None
    opted_out_by_contact: bool
    in_review: bool  # held until a member has looked at a text of theirs


def name_shown(contact: NamedContact, region: str) -> str:
    return contact.name or contact.number.shown_in(region)


def contact_view(contact: ShownContact, region: str, teller: TimeTeller) -> ContactView:
    who = contact.who
    number = who.number.shown_in(region)
    return ContactView(
        id=who.id,
        name=who.name or number,
        number=number if who.name else "",
        e164=who.number.e164,
        is_named=who.name is not None,
        proof=proof_view(contact.state, contact.proof, contact.generation),
        opted_out=teller.tell_if(who.opted_out_at),
        opted_out_by_contact=who.opted_out_by is not None and who.opted_out_by.value == "contact",
        in_review=who.opted_out_by is not None and who.opted_out_by.value == "review",
    )


@dataclass(frozen=True, slots=True)
class NoteView:
    author: str
    at: Moment
    text: str | None  # none: can't be opened


@dataclass(frozen=True, slots=True)
class WorkView:
    """The practice's own side of a thread; ``team`` is empty for one's own."""

    notes: tuple[NoteView, ...] = ()
    team: str = ""
    colleagues: tuple[Colleague, ...] = ()  # but the reader
    assignee: str = ""
    is_mine: bool = False
    me: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ThreadView:
    thread: uuid.UUID
    folder: str
    contact: ContactView
    messages: tuple[MessageView, ...]
    earlier: uuid.UUID | None  # the oldest message shown, when there are earlier ones
    is_done: bool
    work: WorkView
    left_behind: int
    may_write: bool
    number_ended: Moment | None  # when the number went to somebody else
    zone: str
    as_of: Moment
    once: str  # makes a form that is sent twice the same message


def work_view(work: ThreadWork, member: SignedInMember, teller: TimeTeller) -> WorkView:
    assigned = work.assigned_to
    return WorkView(
        notes=tuple(
            NoteView(
                author=_("You") if one.by_reader else one.author,
                at=teller.tell(one.at),
                text=one.text,
            )
            for one in work.notes
        ),
        team=work.team,
        colleagues=tuple(one for one in work.colleagues if one.id != member.id),
        assignee="" if assigned is None else assigned.name,
        is_mine=assigned is not None and assigned.id == member.id,
        me=member.id,
    )


def thread_view(
    opened: OpenThread,
    folder: str,
    member: SignedInMember,
    teller: TimeTeller,
    once: str = "",
    work: WorkView | None = None,
    *,
    read_only: bool = False,
) -> ThreadView:
    contact = contact_view(opened.contact, member.organization.region, teller)
    may_write = (
        member.may(Permission.WRITE_MESSAGES) and opened.number_ended_at is None and not read_only
    )
    messages = tuple(
        message_view(read, contact.name, teller, may_write=may_write) for read in opened.messages
    )
    last_at = opened.messages[-1].facts.created_at if opened.messages else None
    done_at = opened.thread.done_at
    return ThreadView(
        thread=opened.thread.id,
        folder=folder,
        contact=contact,
        messages=messages,
        earlier=messages[0].delivery if opened.has_earlier and messages else None,
        is_done=done_at is not None and (last_at is None or done_at >= last_at),
        work=work or WorkView(),
        left_behind=opened.left_behind,
        may_write=may_write,
        number_ended=teller.tell_if(opened.number_ended_at),
        zone=teller.zone_name,
        as_of=teller.tell(teller.now),
        once=once,
    )
