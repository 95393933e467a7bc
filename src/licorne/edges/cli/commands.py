"""All commands of this edge, and how one of them is run.

Wiring adds them beside its own (``demo``, ``init``, ``up``) and gives a run its use cases.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from licorne.application.governing.act_by_command import OrganizationUnclear
from licorne.application.governing.act_refused import ActRefused
from licorne.application.member_acts import NotPermitted
from licorne.application.sending.send_message import TooManyRaces
from licorne.domain.identity.email_address import EmailRefused
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.text_address import NotATextAddress
from licorne.domain.message.content import ContentRefused
from licorne.domain.pickup.passphrase import PassphraseRefused
from licorne.domain.sealing.faults import PasswordsBusy
from licorne.edges.cli.audit_commands import add_audit
from licorne.edges.cli.contact_commands import add_contact
from licorne.edges.cli.incident_commands import add_incident
from licorne.edges.cli.invocation import REFUSED, CommandFailed, Handler, Invocation
from licorne.edges.cli.member_commands import add_member
from licorne.edges.cli.message_commands import add_messages
from licorne.edges.cli.record_commands import add_records
from licorne.edges.cli.team_commands import add_service, add_team
from licorne.edges.cli.token_commands import add_token
from licorne.edges.cli.use_cases import CommandUseCases
from licorne.ports.blob_store import BlobStoreFull
from licorne.ports.slot_store import SlotStoreFull
from licorne.store.members import EmailInUse

if TYPE_CHECKING:
    from licorne.edges.cli.arguments import Subcommands

_EXPECTED = (
    ActRefused, BlobStoreFull, CommandFailed, ContentRefused, EmailInUse, EmailRefused,
    NotATextAddress, NotPermitted, NumberRefused, OrganizationUnclear, PassphraseRefused,
    PasswordsBusy, SlotStoreFull,
)  # fmt: skip


def add_commands(
    subparsers: "Subcommands",
    run: Callable[[argparse.Namespace], int],
    shared: Sequence[argparse.ArgumentParser] = (),
) -> None:
    """Add every command to a parser; ``shared`` are parents with wiring's own options.

    ``run`` is called with the parsed options; it opens an installation and calls `run_command`.
    """
    for add in (
        add_messages,
        add_member,
        add_contact,
        add_token,
        add_team,
        add_service,
        add_records,
        add_incident,
        add_audit,
    ):
        add(subparsers, run, shared)


async def run_command(
    options: argparse.Namespace,
    use_cases: CommandUseCases,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Run one parsed command: 0 when done, 1 when refused, with a sentence on ``err``."""
    invocation = Invocation(options, use_cases, out or sys.stdout, err or sys.stderr)
    handler: Handler = options.handle
    try:
        return await handler(invocation)
    except _EXPECTED as problem:
        invocation.warn(problem.sentence)
    except TooManyRaces:
        invocation.warn("Others were changing the same things at the same time. Try again.")
    return REFUSED
