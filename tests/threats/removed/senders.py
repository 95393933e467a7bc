"""What stands before those who send: mail, forms, requests, HTML."""

from tests.threats.removed.defence import Change, Removed, of

SENDERS = (
    Removed(
        28,
        "the scanner's word on a file",
        (
            Change(
                "application/sending/check_files.py",
                "        if name is not None:\n",
                "        if False:\n",
            ),
        ),
        (
            of("tests/threats/test_28_malicious_files.py", "test_a_member_sends_no_malware"),
            of("tests/threats/test_28_malicious_files.py", "test_a_contact_sends_no_malware"),
        ),
    ),
    Removed(
        28,
        "the waiting for a scanner that is away",
        (
            Change(
                "application/sending/check_files.py",
                "        return Unchecked.SCANNER_DOWN if self._is_down else None\n",
                "        return None\n",
            ),
        ),
        (
            of(
                "tests/threats/test_28_malicious_files.py",
                "test_while_the_scanner_is_away_no_file_passes_and_text_alone_does",
            ),
        ),
    ),
    Removed(
        28,
        "the look at what a file is",
        (
            Change(
                "application/sending/check_files.py",
                "        if kind in ACTIVE and not self._inline:\n",
                "        if False:\n",
            ),
        ),
        (
            of(
                "tests/threats/test_28_malicious_files.py",
                "test_programs_scripts_and_pages_are_refused_whatever_their_name",
            ),
        ),
    ),
    Removed(
        30,
        "the count of what an archive unpacks to",
        (
            Change(
                "adapters/archives/reading.py",
                "        if self._unpacked > self._most:\n",
                "        if False:\n",
            ),
        ),
        (
            of(
                "tests/adapters/archives/test_archives.py",
                "test_threat_30_an_archive_that_unpacks_to_a_thousand_times_its_size_is_refused",
            ),
        ),
    ),
    Removed(
        15,
        "the refusal of broken line ends",
        (
            Change(
                "edges/submission/wire.py",
                '    pairs = message.count(b"\\r\\n")\n',
                '    return False\n    pairs = message.count(b"\\r\\n")\n',
            ),
        ),
        (
            of(
                "tests/edges/submission/test_message_ends.py",
                "test_no_other_end_smuggles_a_second_message_in",
            ),
        ),
    ),
    Removed(
        16,
        "the dropping of what came before encryption",
        (Change("edges/submission/wire.py", "        self._buffer.clear()\n", ""),),
        (
            of(
                "tests/edges/submission/test_encryption.py",
                "test_what_was_pipelined_behind_starttls_in_the_clear_is_dropped",
            ),
        ),
    ),
    Removed(
        17,
        "the refusal of hidden line breaks",
        (Change("edges/submission/mime/header_fields.py", "    if hidden:\n", "    if False:\n"),),
        ("tests/edges/submission/mime/test_headers.py",),
    ),
    Removed(
        18,
        "the comparison of From with the account's addresses",
        (
            Change(
                "edges/submission/take_message.py",
                "        return self._use_cases.authenticate.owns(submitter, address)\n",
                "        return True\n",
            ),
        ),
        (
            of(
                "tests/edges/submission/test_envelope.py",
                "test_one_writes_from_ones_own_address_only",
            ),
        ),
    ),
    Removed(
        25,
        "the refusal of other sites' forms",
        (
            Change(
                "edges/web/cross_site.py",
                "    if not is_same_origin(connection):\n",
                "    if False:\n",
            ),
        ),
        (
            of(
                "tests/threats/test_25_requests_from_other_sites.py",
                "test_no_form_of_another_site_is_obeyed_anywhere",
            ),
        ),
    ),
    Removed(
        26,
        "the cleaning of HTML",
        (
            Change(
                "edges/web/html_cleaning.py",
                "    images = _Images(inline_images)\n",
                "    return html\n    images = _Images(inline_images)\n",
            ),
        ),
        (
            of(
                "tests/edges/web/test_html_cleaning_in_chromium.py",
                "test_threats_26_and_27_no_payload_runs_or_loads_in_chromium",
            ),
            of(
                "tests/threats/test_26_27_what_others_wrote.py",
                "test_no_payload_of_a_sender_does_anything_on_the_patients_phone",
            ),
        ),
    ),
    Removed(
        29,
        "the limit of how much memory the reading of a mail may take",
        (
            Change(
                "edges/submission/mime/worker_process.py",
                "    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))\n",
                "",
            ),
        ),
        (
            of(
                "tests/edges/submission/mime/test_bounded_worker.py",
                "test_a_mail_that_needs_too_much_memory_is_refused_for_good",
            ),
        ),
    ),
    Removed(
        29,
        "the limit of how long the reading of a mail may use the processor",
        (
            Change(
                "edges/submission/mime/worker_process.py",
                "    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))\n",
                "",
            ),
        ),
        (
            of(
                "tests/edges/submission/mime/test_bounded_worker.py",
                "test_every_mail_has_four_seconds_of_the_processor",
            ),
        ),
    ),
    Removed(
        34,
        "the memory of requests that were made before",
        (
            Change(
                "application/sending/send_message.py",
                "        if draft.repeatable is not None:\n            draft = replace(",
                "        if draft.repeatable is not None:\n            draft = replace("
                "draft, repeatable=None) if True else replace(",
            ),
        ),
        (
            of(
                "tests/edges/api/test_sending.py",
                "test_threat_34_a_repeated_request_is_the_same_message_and_one_notice",
            ),
        ),
    ),
)
