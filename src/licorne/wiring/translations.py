"""`licorne translations`: reports text that a language lacks, with its place in the program."""

import sys

from licorne.domain.identity.language import Language
from licorne.edges.web.catalogue import Extracted, examine, extract, renew
from licorne.edges.web.language import SOURCE_LANGUAGE


def run_translations(languages: tuple[Language, ...], *, update: bool) -> int:
    """Print what is missing; gives the exit status: 1 where there is anything, else 0."""
    extracted = extract()
    wanted = languages or tuple(one for one in Language if one is not SOURCE_LANGUAGE)
    if update:
        for language in wanted:
            renew(language, extracted)
    return 1 if _report(wanted, extracted) else 0


def _report(languages: tuple[Language, ...], extracted: Extracted) -> int:
    """Say it on standard output, one line for each; gives how many there are."""
    total = len(extracted.unreadable)
    for finding in extracted.unreadable:
        sys.stdout.write(f"{finding.fault.value:13}{finding.place}\n")
    for language in languages:
        findings = list(examine(language, extracted))
        total += len(findings)
        for finding in findings:
            about = f"{finding.place}  {finding.sentence!r}"
            sys.stdout.write(f"{finding.fault.value:13}{language.value}  {about}\n")
        lacks = f"{len(findings)} to look at" if findings else "complete"
        sys.stdout.write(f"{language.own_name}: {len(extracted.sentences)} sentences, {lacks}.\n")
    return total
