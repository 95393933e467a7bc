"""Runs one command of the command line on an installation, in this process."""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from licorne.adapters.audit_heads.files import HeadFiles, read_heads
from licorne.application.governing.act_by_command import ActByCommand
from licorne.application.governing.add_member import AddMember
from licorne.application.governing.govern_members import GovernMembers
from licorne.application.governing.keep_contact import KeepContact
from licorne.application.governing.keep_invitations import KeepInvitations
from licorne.application.governing.keep_services import KeepServices
from licorne.application.governing.keep_teams import KeepTeams
from licorne.application.governing.keep_tokens import KeepTokens
from licorne.application.governing.let_go import LetGo
from licorne.application.governing.look_up_contacts import LookUpContacts
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.incidents.see_exposure import SeeExposure
from licorne.application.keeping.export_audit import ExportAudit
from licorne.application.keeping.keep_holds import KeepHolds
from licorne.application.keeping.keep_retention import KeepRetention
from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.application.keeping.verify_audit import VerifyAudit
from licorne.application.member_acts import MemberActs
from licorne.application.permit import Permit
from licorne.application.sending.message_states import MessageStates
from licorne.application.sending.recall_message import RecallMessage
from licorne.edges.cli.commands import run_command
from licorne.edges.cli.use_cases import CommandUseCases
from licorne.ports.key_custody import KeyUnavailable
from licorne.store.database import Database, open_database
from licorne.wiring.core import Core, compose_sending, open_core
from licorne.wiring.custody import bring_passphrase
from licorne.wiring.installation import RoleUrls, database_url, insist_on_schema, role_urls
from licorne.wiring.logging import configure_logging
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings

USUAL_HOMES = ("licorne", "demo")  # what `init` and `demo` make when they are told nothing


def run_on_installation(options: argparse.Namespace) -> int:
    """Run a parsed command on the installation in its home; gives the exit status."""
    configure_logging()
    try:
        home = find_home(options.home)
        settings = load_settings(home)
        owner_url = database_url(
            home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file
        )
        return asyncio.run(_run(options, home, settings, role_urls(home, owner_url)))
    except SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
    except KeyUnavailable as problem:
        sys.stderr.write(f"{problem.sentence}\n")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        if isinstance(problem, BrokenPipeError):  # whoever read the output has enough
            sys.stdout = sys.stderr
            return 1
        sys.stderr.write(
            f"The installation in {home.path} doesn't answer ({type(problem).__name__}). Is its"
            " database, or the demo, running?\n"
        )
    return 1


def find_home(named: Path | None) -> Home:
    """Give the named home, or the one that is usual. Raises `SettingsWrong` where there is none."""
    if named is not None:
        return Home(named.absolute())
    usual = [Path(os.environ["LICORNE_HOME"])] if "LICORNE_HOME" in os.environ else []
    for path in (*usual, *map(Path, USUAL_HOMES)):
        if Home(path).unseal_key.exists() or Home(path).role_passwords.exists():
            return Home(path.absolute())
    raise SettingsWrong(
        "There is no installation here. Name its folder with --home, or try `licorne demo` first."
    )


async def _run(options: argparse.Namespace, home: Home, settings: Settings, urls: RoleUrls) -> int:
    await insist_on_schema(urls.owner)
    await bring_passphrase(home, settings)
    async with (
        open_core(home, settings, urls) as core,
        _opened(urls.owner) as owner,
        _opened(urls.worker) as worker,
    ):
        return await run_command(options, compose_commands(core, owner, worker))


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, size=2)
    try:
        yield database
    finally:
        await database.close()


def compose_commands(core: Core, owner: Database, worker: Database) -> CommandUseCases:
    """Build the commands' use cases: the owner lists practices, the worker's role links."""
    database, keyring, clock, randomness = core.app, core.keyring, core.clock, core.randomness
    acts = MemberActs(clock, randomness)
    sending = compose_sending(core)
    heads = HeadFiles(core.home.audit_heads)
    sequencer = SequenceAudit(worker, keyring, heads, clock)
    team_keys = TeamKeys(keyring, core.directory, clock, randomness)
    holders = RecordHolders(keyring, core.directory, clock, randomness)
    return CommandUseCases(
        act_as=ActByCommand(owner, database, keyring),
        permit=Permit(database, acts),
        send=sending.send,
        states=MessageStates(database, keyring, clock, randomness),
        recall=RecallMessage(database, core.slots, clock, randomness),
        add_member=AddMember(database, keyring, core.passwords, clock, randomness),
        members=GovernMembers(database, keyring, acts),
        invitations=KeepInvitations(database, keyring, randomness, acts),
        public_url=core.settings.public_url or None,
        keep_contact=KeepContact(database, keyring, sending.meet, acts),
        contacts=LookUpContacts(database, keyring, acts),
        tokens=KeepTokens(database, keyring, randomness, acts),
        teams=KeepTeams(database, team_keys, acts),
        let_go=LetGo(database, team_keys, holders, acts),
        services=KeepServices(database, acts),
        retention=KeepRetention(database, keyring, acts),
        holds=KeepHolds(database, keyring, acts),
        exposure=SeeExposure(database, keyring, acts),
        verify_audit=VerifyAudit(worker, keyring, heads, sequencer, clock, randomness),
        export_audit=ExportAudit(worker, heads, clock, randomness),
        read_heads=read_heads,
        randomness=randomness,
    )
