"""`licorne contact`: the people whom the practice writes to."""

import argparse
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.governing.keep_contact import NameRefused
from licorne.application.shown_contact import NamedContact
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language, parse_language
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.recipient import parse_recipient
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, add_group
from licorne.edges.cli.invocation import DONE, CommandFailed, Invocation, shown_time
from licorne.edges.cli.table import table


@dataclass(frozen=True, slots=True)
class ToldContact:
    id: uuid.UUID
    number: str
    name: str | None
    language: str | None
    opted_out_at: datetime | None
    created_at: datetime


def add_contact(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers, "contact", "the people whom the practice writes to", "Add, list and remove."
    )
    add = add_command(
        group, "add", _add, run, shared,
        needs=Permission.CHANGE_CONTACTS,
        summary="add a contact, or give one a name",
        description="Add whoever has this number. Who is written to is added by itself, too.",
        examples='  licorne contact add 2125550123 --name "Carla Diaz"',
    )  # fmt: skip
    add.add_argument("number", metavar="NUMBER", help="2125550123 or +12125550123")
    add.add_argument("--name", default="", help="as your practice calls them; sealed when kept")
    _add_language_option(add)
    language = add_command(
        group, "language", _language, run, shared,
        needs=Permission.CHANGE_CONTACTS,
        summary="say which language somebody reads",
        description="Say in which language somebody is texted and shown pages; without one, the"
        " practice's.",
        examples="  licorne contact language 2125550123 --language es",
    )  # fmt: skip
    language.add_argument("number", metavar="NUMBER", help="2125550123 or +12125550123")
    _add_language_option(language)
    listing = add_command(
        group, "list", _list, run, shared,
        needs=Permission.SEE_CONTACTS,
        summary="list contacts",
        description="List contacts by name, or those whose name or number holds the words.",
        examples="  licorne contact list\n  licorne contact list diaz",
    )  # fmt: skip
    listing.add_argument("words", metavar="WORDS", nargs="*", help="part of a name or number")
    remove = add_command(
        group, "remove", _remove, run, shared,
        needs=Permission.CHANGE_CONTACTS,
        summary="take a contact out of the list",
        description="Take a contact out of the list. What was written stays where it is.",
        examples="  licorne contact remove 2125550123",
    )  # fmt: skip
    remove.add_argument("number", metavar="NUMBER", help="2125550123 or +12125550123")


def _add_language_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language", choices=[one.value for one in Language], help="of texts and pages"
    )


async def _add(invocation: Invocation) -> int:
    by = await invocation.acting()
    number = parse_recipient(invocation.options.number, (), by.organization.region)
    added = await invocation.use_cases.keep_contact.add(
        by, number, invocation.options.name, parse_language(invocation.options.language)
    )
    if isinstance(added, NameRefused):
        raise CommandFailed(added.value)
    if invocation.as_json:
        invocation.tell_json({"id": added, "number": number.e164})
    else:
        invocation.say(f"{number.international} is a contact now: {added}.")
    return DONE


async def _list(invocation: Invocation) -> int:
    by = await invocation.acting()
    found = await invocation.use_cases.contacts(by, " ".join(invocation.options.words))
    if invocation.as_json:
        invocation.tell_json([_told(one) for one in found.contacts])
        return DONE
    if not found.contacts:
        invocation.say("No contacts.")
        return DONE
    rows = [
        (
            one.number.international,
            one.name or "-",
            "-" if one.language is None else one.language.value,
            "stopped" if one.opted_out_at is not None else "yes",
            shown_time(one.created_at, by),
        )
        for one in found.contacts
    ]
    invocation.say(table(("NUMBER", "NAME", "LANGUAGE", "TEXTS", "SINCE"), rows))
    if found.total > len(found.contacts):
        invocation.say(f"{found.total} in all; name more of what you look for.")
    return DONE


async def _language(invocation: Invocation) -> int:
    by = await invocation.acting()
    number = parse_recipient(invocation.options.number, (), by.organization.region)
    found = await invocation.use_cases.contacts(by, number.e164)
    contact = next((one for one in found.contacts if one.number == number), None)
    language = parse_language(invocation.options.language)
    if contact is None or not await invocation.use_cases.keep_contact.set_language(
        by, ContactId(contact.id), language
    ):
        raise CommandFailed("There is no contact with this number.")
    told = "the practice's language" if language is None else language.own_name
    invocation.say(f"{number.international} is written to in {told}.")
    return DONE


async def _remove(invocation: Invocation) -> int:
    by = await invocation.acting()
    number = parse_recipient(invocation.options.number, (), by.organization.region)
    found = await invocation.use_cases.contacts(by, number.e164)
    contact = next((one for one in found.contacts if one.number == number), None)
    if contact is None or not await invocation.use_cases.keep_contact.remove(
        by, ContactId(contact.id)
    ):
        raise CommandFailed("There is no contact with this number.")
    invocation.say(f"{number.international} is no longer in the list.")
    return DONE


def _told(one: NamedContact) -> ToldContact:
    language = None if one.language is None else one.language.value
    return ToldContact(
        one.id, one.number.e164, one.name, language, one.opted_out_at, one.created_at
    )
