"""What a command needs of whom it acts for: read from the same table as the office's routes."""

import argparse
from collections.abc import Iterator

import pytest
from tests.edges.cli.conftest import CommandLine

from licorne.domain.identity.permission import ALLOWED, Permission
from licorne.domain.identity.role import Role
from licorne.wiring.main import build_parser

SOME = "019dd2f0-6d0e-7c4c-8a52-0d8b4b0e2a11"
ARGUMENTS = {
    ("incident", "exposure"): ["--through", SOME],
    ("send",): ["+12125550123", "x"],
    ("status",): [SOME],
    ("recall",): [SOME],
    ("member", "add"): ["new@riverbend.example", "--name", "New"],
    ("member", "remove"): ["nobody@riverbend.example", "--to", "alice@riverbend.example"],
    ("member", "invite"): ["new.one@riverbend.example"],
    ("member", "unlock"): ["nobody@riverbend.example"],
    ("member", "let-back"): ["nobody@riverbend.example", "--proof", "in_person"],
    ("contact", "add"): ["+12125550123"],
    ("contact", "language"): ["+12125550123"],
    ("contact", "remove"): ["+12125550123"],
    ("token", "add"): ["laptop", "--scope", "messages:state"],
    ("token", "remove"): [SOME],
    ("team", "add"): ["Nurses", "--member", "nobody@riverbend.example"],
    ("team", "join"): ["Nurses", "--member", "nobody@riverbend.example"],
    ("service", "add"): ["Laboratory", "--team", "Nurses"],
    ("service", "remove"): ["Laboratory"],
}


def commands(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield path, parser
    for group in groups:
        for name, inner in group.choices.items():
            yield from commands(inner, (*path, name))


NAMED = {
    path: parser.get_default("needs")
    for path, parser in commands(build_parser())
    if parser.get_default("handle") is not None
}


def test_every_command_in_somebodys_name_says_what_it_needs():
    assert ("member", "add") in NAMED
    for path, needs in NAMED.items():
        assert isinstance(needs, Permission), path


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MEMBER, Role.AUDITOR])
async def test_a_command_in_the_name_of_a_role_does_what_the_role_may(
    licorne: CommandLine, role: Role
):
    person = f"{role.value}@riverbend.example"
    await licorne("member", "add", person, "--name", "Somebody", "--role", role.value)
    for path, needs in NAMED.items():
        ran = await licorne(*path, *ARGUMENTS.get(path, []), "--as", person)
        refused = "Your account may not do this" in ran.err
        assert refused == (role not in ALLOWED[needs]), (path, ran.err)
        assert not (refused and ran.status == 0), path
