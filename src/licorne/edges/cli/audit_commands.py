"""`licorne audit`: is the trail whole, and giving it out."""

import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from licorne.application.keeping.export_audit import ExportFormat
from licorne.application.keeping.verify_audit import AuditReport, Finding
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN, SignedHead
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.permission import Permission
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, add_group
from licorne.edges.cli.invocation import DONE, REFUSED, CommandFailed, Invocation


@dataclass(frozen=True, slots=True)
class ToldFinding:
    kind: str
    sentence: str
    sequence: int | None
    event: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ToldReport:
    holds: bool
    chain: uuid.UUID
    sequence: int
    hash: str
    pending: int
    heads_checked: int
    findings: tuple[ToldFinding, ...]


def add_audit(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    group = add_group(
        subparsers, "audit", "the audit trail", "Verify the audit trail, or give it out."
    )
    verify = add_command(
        group, "verify", _verify, run, shared,
        needs=Permission.SEE_AUDIT,
        summary="check that the trail is whole",
        description="Follow the trail's chain from its start and compare it with the signed heads\n"
        "that are kept outside the database. Status 1 when it doesn't hold.",
        examples="""\
  licorne audit verify
  licorne audit verify --head /mnt/usb/audit-heads.jsonl
  licorne audit verify --installation""",
    )  # fmt: skip
    verify.add_argument(
        "--head",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="heads that you keep elsewhere (a copy of a file in audit-heads); may be repeated",
    )
    export = add_command(
        group, "export", _export, run, shared,
        needs=Permission.SEE_AUDIT,
        summary="give the trail out",
        description="Write the trail as JSON Lines, which a program can verify, or as CSV.",
        examples="""\
  licorne audit export > trail.jsonl
  licorne audit export --format csv --output trail.csv""",
        with_json=False,
    )  # fmt: skip
    export.add_argument(
        "--format",
        choices=[form.value for form in ExportFormat],
        default="jsonl",
        help="(%(default)s)",
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="standard output without it")
    for parser in (verify, export):
        parser.add_argument(
            "--installation",
            action="store_true",
            help="the installation's own trail: refusals of callers who belong to no practice",
        )


async def _verify(invocation: Invocation) -> int:
    by = await invocation.acting()
    brought = [head for path in invocation.options.head for head in _heads(invocation, path)]
    chain = _chain(invocation, by.organization.id)
    report = await invocation.use_cases.verify_audit(chain, by.actor, brought)
    if invocation.as_json:
        invocation.tell_json(_told(report))
    else:
        _tell(invocation, report)
    return DONE if report.holds else REFUSED


def _heads(invocation: Invocation, path: Path) -> tuple[SignedHead, ...]:
    try:
        heads = invocation.use_cases.read_heads(path)
    except OSError as problem:
        raise CommandFailed(f"{path} can't be read: {problem.strerror}.") from problem
    if not heads:
        raise CommandFailed(f"There is no audit head in {path}.")
    return heads


def _chain(invocation: Invocation, organization: OrganizationId) -> OrganizationId:
    return OrganizationId(INSTALLATION_CHAIN) if invocation.options.installation else organization


def _tell(invocation: Invocation, report: AuditReport) -> None:
    heads = f"{report.heads_checked} kept heads" if report.heads_checked != 1 else "one kept head"
    if report.holds:
        invocation.say(f"The trail holds: {report.head.sequence} entries, compared with {heads}.")
    else:
        invocation.warn(f"The trail does NOT hold. {len(report.findings)} findings:")
        for finding in report.findings:
            invocation.warn(f"  {finding.kind.sentence}{_place(finding)}")
    if report.pending:
        invocation.say(f"{report.pending} newer entries are being linked.")
    invocation.say(f"Head: {report.head.sequence} {report.head.hash.hex()}")


def _place(finding: Finding) -> str:
    if finding.sequence is not None:
        return f" (entry {finding.sequence})"
    return f" (event {finding.event})" if finding.event is not None else ""


def _told(report: AuditReport) -> ToldReport:
    return ToldReport(
        holds=report.holds,
        chain=report.chain,
        sequence=report.head.sequence,
        hash=report.head.hash.hex(),
        pending=report.pending,
        heads_checked=report.heads_checked,
        findings=tuple(
            ToldFinding(one.kind.value, one.kind.sentence, one.sequence, one.event)
            for one in report.findings
        ),
    )


async def _export(invocation: Invocation) -> int:
    options, by = invocation.options, await invocation.acting()
    chain = _chain(invocation, by.organization.id)
    lines = invocation.use_cases.export_audit(chain, ExportFormat(options.format), by.actor)
    if options.output is None:
        async for line in lines:
            invocation.out.write(line)
        return DONE
    count = await _write_file(options.output, lines)
    invocation.say(f"{count} lines are in {options.output}.")
    return DONE


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


async def _write_file(path: Path, lines: AsyncIterator[str]) -> int:
    """Write a new file for its owner alone; one that is there is never overwritten."""
    count = 0
    try:
        with open(path, "x", encoding="utf-8", newline="", opener=_for_its_owner) as file:  # noqa: ASYNC230 - a command
            async for line in lines:
                file.write(line)
                count += 1
    except FileExistsError:
        raise CommandFailed(f"{path} is there already; name another file.") from None
    except OSError as problem:
        raise CommandFailed(f"{path} can't be written: {problem.strerror}.") from problem
    return count
