"""Why an act of governing was not done; each reason has its sentence."""

import enum

from licorne.domain.translatable import translatable


class ActRefusal(enum.Enum):
    NOT_ALLOWED = translatable("Your account may not do this. Ask an owner of the practice.")
    NO_SUCH_MEMBER = translatable(
        "There is no such member. `licorne member list` shows who there is."
    )
    MEMBER_SUSPENDED = translatable("This member is suspended and can't act.")
    CANNOT_SEND = translatable("An auditor can't send messages, so no token can send for one.")
    NO_SUCH_TEAM = translatable("There is no such team. `licorne team list` shows which there are.")
    NO_SUCH_SERVICE = translatable(
        "There is no such service. `licorne service list` shows which there are."
    )
    NO_SUCH_TOKEN = translatable(
        "There is no such token. `licorne token list` shows which there are."
    )
    NAME_NEEDED = translatable("A name is needed: one line of at most 60 characters.")
    TEAM_NEEDS_MEMBERS = translatable("A team needs a member who can open its inbox.")
    ONLY_ONE_LEFT = translatable("The team would be left without anybody. Add somebody first.")
    IN_IT_ALREADY = translatable("This member is in the team already.")
    SCOPE_NEEDED = translatable("Say what the token may do, at least one scope.")
    LIFETIME = translatable("A token can serve from one hour to 366 days.")
    TOO_MANY = translatable("There are 50 of them already. Remove one that isn't used any more.")


class ActRefused(Exception):
    """`sentence` is for the person, `str()` for the log."""

    def __init__(self, reason: ActRefusal) -> None:
        super().__init__(reason.name.lower())
        self.reason = reason
        self.sentence = reason.value


LONGEST_NAME = 60
MOST = 50


def one_line_name(text: str) -> str:
    """Tidy a name of a thing (a team, a token's label). Raises `ActRefused`."""
    name = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not name or len(name) > LONGEST_NAME:
        raise ActRefused(ActRefusal.NAME_NEEDED)
    return name
