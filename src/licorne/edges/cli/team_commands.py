"""`licorne team` and `licorne service`: shared inboxes, and programs that write for one."""

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import ActRefusal, ActRefused
from licorne.domain.identity.ids import MemberId, ServiceId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.team import ServiceIdentity
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, add_group
from licorne.edges.cli.invocation import DONE, Invocation, shown_time
from licorne.edges.cli.member_commands import member_named, team_named
from licorne.edges.cli.table import table


def add_team(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(subparsers, "team", "inboxes that members share", "Add and list teams.")
    add = add_command(
        group, "add", _add_team, run, shared,
        needs=Permission.KEEP_TEAMS,
        summary="make a team",
        description="Make a team with an inbox that each of its members can open.",
        examples='  licorne team add "Front desk" --member bob@riverbend.example',
    )  # fmt: skip
    add.add_argument("name", metavar="NAME", help="what the team is called")
    add.add_argument(
        "--member", action="append", required=True, metavar="EMAIL", help="may be repeated"
    )
    join = add_command(
        group, "join", _join_team, run, shared,
        needs=Permission.KEEP_TEAMS,
        summary="add somebody to a team",
        description="Add a member to a team. No command holds a key, so they wait until somebody of"
        " the team, or an officer who opens the practice's copies, lets them in in the office.",
        examples='  licorne team join "Front desk" --member bob@riverbend.example',
    )  # fmt: skip
    join.add_argument("name", metavar="NAME", help="as list shows it")
    join.add_argument("--member", required=True, metavar="EMAIL", help="who joins")
    add_command(
        group, "list", _list_teams, run, shared,
        needs=Permission.SEE_ARRANGEMENT,
        summary="list the teams",
        description="List the teams and how many open each inbox.",
        examples="  licorne team list",
    )  # fmt: skip


def add_service(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers,
        "service",
        "programs that write for a team",
        "Add, list and remove service identities. Replies to one come to its team's inbox.",
    )
    add = add_command(
        group, "add", _add_service, run, shared,
        needs=Permission.KEEP_SERVICES,
        summary="make a service identity",
        description="Make a name for a program to write under. It can send and never read.",
        examples='  licorne service add "Laboratory" --team "Front desk"',
    )  # fmt: skip
    add.add_argument("name", metavar="NAME", help="as the trail and the office show it")
    add.add_argument("--team", required=True, metavar="NAME", help="whose inbox gets the replies")
    add_command(
        group, "list", _list_services, run, shared,
        needs=Permission.SEE_ARRANGEMENT,
        summary="list the service identities",
        description="List the service identities and their teams.",
        examples="  licorne service list",
    )  # fmt: skip
    remove = add_command(
        group, "remove", _remove_service, run, shared,
        needs=Permission.KEEP_SERVICES,
        summary="end a service identity",
        description="End a service identity and its tokens. Its threads stay its team's.",
        examples='  licorne service remove "Laboratory"',
    )  # fmt: skip
    remove.add_argument("name", metavar="NAME", help="as list shows it")


async def _add_team(invocation: Invocation) -> int:
    by = await invocation.acting()
    members = [await member_named(invocation, email) for email in invocation.options.member]
    team = await invocation.use_cases.teams.add(
        by, invocation.options.name, [MemberId(one.id) for one in members]
    )
    if invocation.as_json:
        invocation.tell_json({"id": team})
    else:
        invocation.say(f"The team {invocation.options.name} has an inbox now.")
    return DONE


async def _join_team(invocation: Invocation) -> int:
    by = await invocation.acting()
    team = await team_named(invocation, by, invocation.options.name)
    member = await member_named(invocation, invocation.options.member)
    await invocation.use_cases.teams.add_member(by, team.id, MemberId(member.id))
    if invocation.as_json:
        invocation.tell_json({"team": team.id, "member": member.id, "pending": True})
    else:
        invocation.say(f"They wait to be let into {team.name}, under Teams in the office.")
    return DONE


async def _list_teams(invocation: Invocation) -> int:
    by = await invocation.acting()
    teams = await invocation.use_cases.teams.list(by)
    if invocation.as_json:
        invocation.tell_json(teams)
        return DONE
    rows = [
        (one.name, str(len(one.members)), str(len(one.pending)), shown_time(one.created_at, by))
        for one in teams
    ]
    invocation.say(table(("NAME", "MEMBERS", "WAITING", "SINCE"), rows))
    return DONE


async def _add_service(invocation: Invocation) -> int:
    by = await invocation.acting()
    team = await team_named(invocation, by, invocation.options.team)
    service = await invocation.use_cases.services.add(by, invocation.options.name, team.id)
    if invocation.as_json:
        invocation.tell_json({"id": service, "team": team.id})
    else:
        invocation.say(f"{invocation.options.name} writes for {team.name} now. Give it a token:")
        invocation.say(f'  licorne token add LABEL --service "{invocation.options.name}"')
    return DONE


async def _list_services(invocation: Invocation) -> int:
    by = await invocation.acting()
    services = await invocation.use_cases.services.list(by)
    if invocation.as_json:
        invocation.tell_json(services)
        return DONE
    teams = {team.id: team.name for team in await invocation.use_cases.teams.list(by)}
    rows = [(one.name, teams[one.team], shown_time(one.created_at, by)) for one in services]
    invocation.say(table(("NAME", "TEAM", "SINCE"), rows))
    return DONE


async def _remove_service(invocation: Invocation) -> int:
    by = await invocation.acting()
    service = await service_named(invocation, by, invocation.options.name)
    await invocation.use_cases.services.remove(by, ServiceId(service.id))
    invocation.say(f"{service.name} and its tokens stopped serving.")
    return DONE


async def service_named(invocation: Invocation, by: ActingMember, name: str) -> ServiceIdentity:
    """Find a service identity by name or id. Raises `ActRefused`."""
    for service in await invocation.use_cases.services.list(by):
        if name.casefold() in {service.name.casefold(), str(service.id)}:
            return service
    raise ActRefused(ActRefusal.NO_SUCH_SERVICE)
