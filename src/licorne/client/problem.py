"""What the API refuses (RFC 9457), as an exception."""

import msgspec


class FieldFault(msgspec.Struct, frozen=True):
    field: str
    sentence: str
    reason: str | None = None


class Problem(msgspec.Struct, frozen=True):
    type: str
    title: str
    status: int
    detail: str
    reference: str
    errors: list[FieldFault] = []


class ApiProblem(Exception):
    """``problem.type`` is for the program, ``str()`` for a person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem_of(status: int, body: bytes) -> ApiProblem:
    """Read a problem; an answer that is none, from something between, is told as one."""
    try:
        return ApiProblem(msgspec.json.decode(body, type=Problem))
    except msgspec.DecodeError:
        words = "The answer is none of Licorne's. Check the address."
        return ApiProblem(Problem("about:blank", "No answer of Licorne's", status, words, ""))
