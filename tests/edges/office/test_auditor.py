"""The auditor's page and guide: everything that they name is there, and both name the same."""

import re
from pathlib import Path

import pytest
from tests.edges.office.member_client import member_client
from tests.support.office_world import OfficeWorld

from licorne.domain.identity.role import Role
from licorne.edges.office.auditor_answers import AuditorAnswer, auditor_answers
from licorne.edges.office.route_permissions import NEEDS
from licorne.wiring.main import build_parser

TREE = Path(__file__).resolve().parents[3]
GUIDE = " ".join((TREE / "docs" / "auditor.md").read_text(encoding="utf-8").split())
ANSWERS = auditor_answers()
# 45 CFR 164.312, every standard and implementation specification.
PARAGRAPHS = [
    "(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)",
    "(c)(1)", "(c)(2)", "(d)", "(e)(1)", "(e)(2)(i)", "(e)(2)(ii)",
]  # fmt: skip


def section(answer: AuditorAnswer) -> str:
    _before, _heading, rest = GUIDE.partition(f"## {answer.paragraph} {answer.title} ")
    return rest.partition(" ## ")[0]


def test_every_paragraph_is_answered_by_a_page_or_a_command():
    assert [one.paragraph for one in ANSWERS] == PARAGRAPHS
    assert all(one.pages or one.commands for one in ANSWERS)


@pytest.mark.parametrize("answer", ANSWERS, ids=PARAGRAPHS)
def test_the_guide_says_the_same_and_its_tests_are_there(answer: AuditorAnswer):
    said = section(answer)
    assert answer.answer in said
    named = {word for word in re.findall(r"`([^`]+)`", said) if not word.startswith("tests/")}
    assert named == {page.path for page in answer.pages} | set(answer.commands)
    tests = re.findall(r"`(tests/[^`]+)`", said)
    assert tests
    for test in tests:
        assert re.search(r"^(async )?def test_", (TREE / test).read_text(), re.MULTILINE), test


@pytest.mark.parametrize("answer", ANSWERS, ids=PARAGRAPHS)
def test_every_page_is_one_of_the_offices_and_every_command_one_of_licornes(answer: AuditorAnswer):
    for page in answer.pages:
        assert ("GET", page.path.partition("?")[0]) in NEEDS, page.path
    for command in answer.commands:
        name, *words = command.split()
        assert name == "licorne"
        build_parser().parse_args(words)  # SystemExit for one that isn't there


async def test_an_owner_opens_every_page_that_it_names(office: OfficeWorld):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        page = await client.get("/office/auditor")
        assert page.status_code == 200
        links = set(re.findall(r'href="(/office/[^"]+)"', page.text.partition("<main")[2]))
        named = {shown.path for answer in ANSWERS for shown in answer.pages}
        assert links == {path.replace("&", "&amp;") for path in named}
        for path in named:
            assert (await client.get(path)).status_code == 200, path


async def test_an_auditor_gets_links_to_what_auditors_open_and_the_names_of_the_rest(
    office: OfficeWorld,
):
    auditor = await office.world.add_member("Audra Auditor", Role.AUDITOR)
    async with member_client(office, auditor) as client:
        shown = (await client.get("/office/auditor")).text.partition("<main")[2]
        for path in re.findall(r'href="(/office/[^"]+)"', shown):
            assert (await client.get(path.replace("&amp;", "&"))).status_code == 200, path
        assert 'href="/office/members"' not in shown
        assert "An owner or officer shows: " in shown
