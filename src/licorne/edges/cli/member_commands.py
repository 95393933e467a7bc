"""`licorne member`: who works in the practice. A new member's secrets are printed once."""

import getpass
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import ActRefusal, ActRefused
from licorne.application.governing.add_member import NewMember
from licorne.application.governing.govern_members import ListedMember, MemberChange
from licorne.application.governing.keep_invitations import MadeInvitation
from licorne.application.governing.let_go import WhyStay
from licorne.domain.identity.email_address import EmailAddress, parse_email_address
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.role import Role
from licorne.domain.identity.team import Team
from licorne.domain.mailbox.identity_proof import IdentityProof
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.pickup.passphrase import generate_passphrase
from licorne.domain.pickup.password_rules import (
    PasswordContext,
    RefusedPassword,
    judge_password,
)
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, add_group
from licorne.edges.cli.invocation import DONE, CommandFailed, Invocation, shown_time
from licorne.edges.cli.table import table
from licorne.vault.totp import make_totp_secret, provisioning_uri

_WORDS = 6  # of 2,048: 66 bits, since it opens a key that a thief of everything could try


@dataclass(frozen=True, slots=True)
class ToldMember:
    id: uuid.UUID
    email: str
    name: str
    role: str
    suspended_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ToldSecrets:
    """Of a member just added; kept nowhere."""

    id: uuid.UUID
    email: str
    password: str | None
    totp_secret: str
    totp_uri: str


@dataclass(frozen=True, slots=True)
class ToldInvitation:
    id: uuid.UUID
    email: str
    link: str
    expires_at: datetime


def add_member(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers, "member", "who works in the practice", "Add, list and remove members."
    )
    add = add_command(
        group, "add", _add, run, shared,
        needs=Permission.GOVERN_MEMBERS,
        summary="add a member",
        description="Add a member with a key pair of their own. Their first password and the\n"
        "secret for their authenticator app are printed once and kept nowhere.",
        examples="""\
  licorne member add bob@riverbend.example --name "Bob Rivers, RN"
  licorne member add eve@riverbend.example --name "Eve Stone" --role auditor""",
    )  # fmt: skip
    add.add_argument("email", metavar="EMAIL", help="what they sign in with and write from")
    add.add_argument("--name", required=True, help="as patients see it")
    add.add_argument(
        "--role", choices=[role.value for role in Role], default="member", help="(%(default)s)"
    )
    add.add_argument(
        "--ask-password",
        action="store_true",
        help="ask for the first password (or read it from stdin) instead of making one",
    )
    add_command(
        group, "list", _list, run, shared,
        needs=Permission.SEE_ARRANGEMENT,
        summary="list the members",
        description="List the members and what they may do.",
        examples="  licorne member list",
    )  # fmt: skip
    remove = add_command(
        group, "remove", _remove, run, shared,
        needs=Permission.GOVERN_MEMBERS,
        summary="let a member go",
        description="End a member's time here, in one act: sessions, app passwords and tokens\n"
        "stop at once, their key is dead, their teams get new keys, their conversations\n"
        "belong to a colleague or a team. What was written before is handed over in the\n"
        "office, by somebody who opens the practice's copies: no command can.",
        examples="""\
  licorne member remove bob@riverbend.example --to alice@riverbend.example
  licorne member remove bob@riverbend.example --to-team "Front desk\"""",
    )  # fmt: skip
    remove.add_argument("email", metavar="EMAIL", help="what they sign in with")
    successor = remove.add_mutually_exclusive_group(required=True)
    successor.add_argument("--to", metavar="EMAIL", help="the colleague who takes over")
    successor.add_argument("--to-team", metavar="NAME", help="the team that takes over")
    invite = add_command(
        group, "invite", _invite, run, shared,
        needs=Permission.GOVERN_MEMBERS,
        summary="invite a member",
        description="Make a link by which somebody sets up their own password and authenticator.\n"
        "It is printed once, serves once, and is good for a week.",
        examples="  licorne member invite bob@riverbend.example --role officer",
    )  # fmt: skip
    invite.add_argument("email", metavar="EMAIL", help="what they will sign in with")
    invite.add_argument(
        "--role", choices=[role.value for role in Role], default="member", help="(%(default)s)"
    )
    unlock = add_command(
        group, "unlock", _unlock, run, shared,
        needs=Permission.GOVERN_MEMBERS,
        summary="let a locked-out member try again",
        description="After 100 wrong passwords in a row nobody can sign in with an address, not\n"
        "even with the right one. This starts the count again; it changes nothing else.",
        examples="  licorne member unlock alice@riverbend.example",
    )  # fmt: skip
    unlock.add_argument("email", metavar="EMAIL", help="what they sign in with")
    _add_let_back(group, run, shared)


def _add_let_back(group: Subcommands, run: Run, shared: Shared) -> None:
    let_back = add_command(
        group, "let-back", _let_back, run, shared,
        needs=Permission.GOVERN_MEMBERS,
        summary="let a member set up their sign-in anew",
        description="For a sole owner with neither recovery code nor authenticator: make a link\n"
        "by which they set up both anew. Make sure first who they are. Their earlier ways in\n"
        "end now; their conversations come back once somebody opens the practice's copies,\n"
        "they themself with the printed officer's share.",
        examples="  licorne member let-back alice@riverbend.example --proof in_person",
    )  # fmt: skip
    let_back.add_argument("email", metavar="EMAIL", help="what they sign in with")
    let_back.add_argument(
        "--proof", required=True, choices=[one.value for one in IdentityProof], help="how you know"
    )


async def _let_back(invocation: Invocation) -> int:
    options, by = invocation.options, await invocation.acting()
    member = await member_named(invocation, options.email)
    made = await invocation.use_cases.invitations.let_back(
        by, member.id, IdentityProof(options.proof), by_operator=True
    )
    if made is None:
        raise CommandFailed(
            "This member can't be let back: they can't act, or they alone open the practice's"
            " copies and there is no recovery kit."
        )
    _tell_link(invocation, made, by)
    return DONE


async def _add(invocation: Invocation) -> int:
    options, by = invocation.options, await invocation.acting()
    email = parse_email_address(options.email)
    context = PasswordContext(by.organization.name, person_name=options.name, email=email)
    password = _asked_password(context) if options.ask_password else _made_password(invocation)
    secret = make_totp_secret(invocation.use_cases.randomness)
    added = await invocation.use_cases.add_member.in_name_of(
        by, NewMember(_name(options.name), email, password, secret), Role(options.role)
    )
    told = ToldSecrets(
        id=added,
        email=email.text,
        password=None if options.ask_password else password,
        totp_secret=secret,
        totp_uri=provisioning_uri(secret, email.text, by.organization.name),
    )
    if invocation.as_json:
        invocation.tell_json(told)
    else:
        _tell_secrets(invocation, email, told)
    return DONE


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > 120 or not name.isprintable():
        raise CommandFailed("A name is one line of at most 120 characters.")
    return name


def _made_password(invocation: Invocation) -> str:
    draw = invocation.use_cases.randomness.bytes
    words = f"{generate_passphrase(draw).shown} {generate_passphrase(draw).shown}".split()
    return " ".join(words[:_WORDS])


def _asked_password(context: PasswordContext) -> str:
    asked = sys.stdin.isatty()
    typed = getpass.getpass("First password: ") if asked else sys.stdin.readline().rstrip("\r\n")
    judged = judge_password(typed, context)
    if isinstance(judged, RefusedPassword):
        raise CommandFailed(judged.sentence)
    return judged.normalised


def _tell_secrets(invocation: Invocation, email: EmailAddress, told: ToldSecrets) -> None:
    invocation.say(f"Added {email.text}. Hand these on in person; they are shown only now.")
    if told.password is not None:
        invocation.say(f"  First password:        {told.password}")
    invocation.say(f"  Authenticator secret:  {told.totp_secret}")
    invocation.say(f"  or as a link:          {told.totp_uri}")


async def _list(invocation: Invocation) -> int:
    by = await invocation.acting()
    listed = await invocation.use_cases.members.list(by)
    if invocation.as_json:
        invocation.tell_json([_told(one) for one in listed])
        return DONE
    rows = [
        (one.email, one.name, one.role.value, _standing(one), shown_time(one.created_at, by))
        for one in listed
    ]
    invocation.say(table(("EMAIL", "NAME", "ROLE", "STANDING", "SINCE"), rows))
    return DONE


async def _remove(invocation: Invocation) -> int:
    by = await invocation.acting()
    member = await member_named(invocation, invocation.options.email)
    options = invocation.options
    if options.to is not None:
        to = Inbox(OwnerKind.MEMBER, (await member_named(invocation, options.to)).id)
    else:
        to = Inbox(OwnerKind.TEAM, (await team_named(invocation, by, options.to_team)).id)
    done = await invocation.use_cases.let_go(by, member.id, to)
    if isinstance(done, WhyStay):
        raise CommandFailed(done.value)
    invocation.say(f"Removed {member.email}. Their ways in ended at once.")
    if done.threads:
        invocation.say(f"Conversations that have a new owner: {done.threads}. Hand over what was")
        invocation.say("written before in the office, under Members.")
    return DONE


async def _invite(invocation: Invocation) -> int:
    options, by = invocation.options, await invocation.acting()
    made = await invocation.use_cases.invitations.invite(
        by, parse_email_address(options.email), Role(options.role)
    )
    if made is None:
        raise CommandFailed(ActRefusal.NOT_ALLOWED.value)
    _tell_link(invocation, made, by)
    return DONE


def _tell_link(invocation: Invocation, made: MadeInvitation, by: ActingMember) -> None:
    link = f"{invocation.use_cases.public_url or 'PUBLIC_URL'}/office/join/{made.token}"
    if invocation.as_json:
        invocation.tell_json(ToldInvitation(made.id, made.email, link, made.expires_at))
    else:
        invocation.say(f"Hand this on to {made.email} by a way that only they read:")
        invocation.say(f"  {link}")
        invocation.say(f"It serves once, until {shown_time(made.expires_at, by)}.")


async def _unlock(invocation: Invocation) -> int:
    by = await invocation.acting()
    member = await member_named(invocation, invocation.options.email)
    change = await invocation.use_cases.members.unlock(by, member.id)
    if change is not MemberChange.DONE:
        raise CommandFailed(_WHY_NOT[change])
    invocation.say(f"{member.email} can try again.")
    return DONE


_WHY_NOT = {
    MemberChange.NOT_FOUND: ActRefusal.NO_SUCH_MEMBER.value,
    MemberChange.NOT_ALLOWED: ActRefusal.NOT_ALLOWED.value,
    MemberChange.ONESELF: "Nobody can remove themself. Act as another owner with --as EMAIL.",
}


async def member_named(invocation: Invocation, email: str) -> ListedMember:
    """Find a member of the practice by what they sign in with. Raises `ActRefused`."""
    wanted = parse_email_address(email).matching_key
    for one in await invocation.use_cases.members.list(await invocation.acting()):
        if parse_email_address(one.email).matching_key == wanted:
            return one
    raise ActRefused(ActRefusal.NO_SUCH_MEMBER)


async def team_named(invocation: Invocation, by: ActingMember, name: str) -> Team:
    """Find a team by name or id. Raises `ActRefused`."""
    for team in await invocation.use_cases.teams.list(by):
        if name.casefold() in {team.name.casefold(), str(team.id)}:
            return team
    raise ActRefused(ActRefusal.NO_SUCH_TEAM)


def _standing(one: ListedMember) -> str:
    if one.suspended_at is not None:
        return "suspended"
    return "locked out" if one.is_locked else "active"


def _told(one: ListedMember) -> ToldMember:
    return ToldMember(
        id=MemberId(one.id),
        email=one.email,
        name=one.name,
        role=one.role.value,
        suspended_at=one.suspended_at,
        created_at=one.created_at,
    )
