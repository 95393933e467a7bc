"""`licorne token`: what programs call the API with. A token is printed once."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.governing.keep_tokens import ListedToken
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.api_token import USUAL_LIFETIME, Scope
from licorne.domain.identity.ids import TokenId
from licorne.domain.identity.permission import Permission
from licorne.edges.cli.arguments import (
    Run,
    Shared,
    Subcommands,
    add_command,
    add_group,
    lifetime,
    scope,
)
from licorne.edges.cli.invocation import DONE, Invocation, identity, shown_time
from licorne.edges.cli.table import table
from licorne.edges.cli.team_commands import service_named


@dataclass(frozen=True, slots=True)
class ToldToken:
    """``token`` is the secret, of one just made."""

    id: uuid.UUID
    label: str
    holder: str
    scopes: tuple[str, ...]
    expires_at: datetime
    last_used_at: datetime | None = None
    token: str | None = None


def add_token(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers, "token", "what programs call the API with", "Add, list and remove API tokens."
    )
    scopes = "\n".join(f"  {one.value:<16} {one.sentence}" for one in Scope)
    add = add_command(
        group, "add", _add, run, shared,
        needs=Permission.KEEP_TOKENS,
        summary="make a token",
        description="Make a token for a program. It is printed once and kept nowhere. It acts for\n"
        "a member, or with --service for a service identity whose replies come to its team.\n"
        f"No token can read what a message says. Scopes:\n\n{scopes}",
        examples="""\
  licorne token add "Our scheduler"
  licorne token add "Lab results" --scope messages:send --expires 30d --service "Laboratory"
""",
    )  # fmt: skip
    add.add_argument("label", metavar="LABEL", help="which program it is for")
    add.add_argument(
        "--scope",
        action="append",
        type=scope,
        metavar="SCOPE",
        help="may be repeated; messages:send and messages:state without it",
    )
    add.add_argument(
        "--expires", type=lifetime, default=USUAL_LIFETIME, metavar="TIME", help="90d without it"
    )
    add.add_argument("--service", metavar="NAME", help="act for this service identity")
    add_command(
        group, "list", _list, run, shared,
        needs=Permission.KEEP_TOKENS,
        summary="list tokens",
        description="List the tokens that weren't removed: your own, or all for an owner.",
        examples="  licorne token list",
    )  # fmt: skip
    remove = add_command(
        group, "remove", _remove, run, shared,
        needs=Permission.KEEP_TOKENS,
        summary="end a token",
        description="End a token; it stops serving at once.",
        examples="  licorne token remove 019dd2f0-6d0e-7c4c-8a52-0d8b4b0e2a11",
    )  # fmt: skip
    remove.add_argument("token", metavar="ID", type=identity, help="as list shows it")


async def _add(invocation: Invocation) -> int:
    options, by = invocation.options, await invocation.acting()
    holder, name = await _holder(invocation, by)
    scopes = options.scope or [Scope.SEND, Scope.STATE]
    added = await invocation.use_cases.tokens.add(
        by, holder, options.label, scopes, options.expires
    )
    if invocation.as_json:
        invocation.tell_json(
            ToldToken(
                id=added.id,
                label=added.label,
                holder=name,
                scopes=tuple(sorted(added.scopes)),
                expires_at=added.expires_at,
                token=added.secret,
            )
        )
        return DONE
    invocation.say(added.secret)
    invocation.say(f"This token acts for {name} until {shown_time(added.expires_at, by)} and may:")
    for one in sorted(added.scopes):
        invocation.say(f"  {one.value}  {one.sentence}")
    invocation.say("Copy it now; it is shown only once.")
    return DONE


async def _holder(invocation: Invocation, by: ActingMember) -> tuple[Actor, str]:
    if invocation.options.service is None:
        return by.actor, by.name
    service = await service_named(invocation, by, invocation.options.service)
    return service.actor, service.name


async def _list(invocation: Invocation) -> int:
    by = await invocation.acting()
    listed = await invocation.use_cases.tokens.list(by)
    if invocation.as_json:
        invocation.tell_json([_told(one) for one in listed])
        return DONE
    if not listed:
        invocation.say('No tokens. Make one: licorne token add "Our scheduler"')
        return DONE
    rows = [
        (
            str(one.token.id),
            one.token.label,
            one.holder,
            " ".join(sorted(one.token.scopes)),
            shown_time(one.token.expires_at, by),
            "never" if one.token.last_used_at is None else shown_time(one.token.last_used_at, by),
        )
        for one in listed
    ]
    invocation.say(table(("ID", "LABEL", "ACTS FOR", "SCOPES", "EXPIRES", "LAST USED"), rows))
    return DONE


async def _remove(invocation: Invocation) -> int:
    by = await invocation.acting()
    await invocation.use_cases.tokens.revoke(by, TokenId(invocation.options.token))
    invocation.say("The token stopped serving.")
    return DONE


def _told(one: ListedToken) -> ToldToken:
    return ToldToken(
        id=one.token.id,
        label=one.token.label,
        holder=one.holder,
        scopes=tuple(sorted(one.token.scopes)),
        expires_at=one.token.expires_at,
        last_used_at=one.token.last_used_at,
    )
