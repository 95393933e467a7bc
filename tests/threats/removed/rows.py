"""What stands before those who get hold of rows, files, keys and logs."""

from tests.threats.removed.defence import Change, Removed, of

_ROWS = "store/migrations/sql/0001/07_row_level_security.sql"

ROWS = (
    Removed(
        7,
        "the encryption of names and numbers",
        (
            Change(
                "vault/keyring.py",
                "        sealed = cipher.encrypt(nonce, text.encode(), _field_context(context))\n",
                "        sealed = text.encode()\n",
            ),
            Change(
                "vault/keyring.py",
                "            return cipher.decrypt(nonce, ciphertext, _field_context(context)).decode()\n",
                "            return ciphertext.decode()\n",
            ),
        ),
        (
            of(
                "tests/threats/test_07_a_database_thief.py",
                "test_a_dump_of_the_running_installation_tells_nothing_that_was_written",
            ),
        ),
    ),
    Removed(
        7,
        "the pepper",
        (
            Change(
                "vault/keyring.py",
                "        return derive(secret, context, salt=pepper)\n",
                "        return derive(secret, context, salt=bytes(32))\n",
            ),
        ),
        (
            of(
                "tests/threats/test_07_a_database_thief.py",
                "test_over_a_dump_not_even_the_right_password_can_be_recognised",
            ),
        ),
    ),
    Removed(
        8,
        "the refusals of a sealed start",
        (
            Change("wiring/sealed.py", '"status": 503', '"status": 200'),
            Change("wiring/sealed.py", '_MAIL = b"421 4.3.2', '_MAIL = b"220 4.3.2'),
        ),
        (
            of(
                "tests/threats/test_08_a_disk_thief.py",
                "test_started_without_the_key_it_serves_nothing_until_the_key_is_brought",
            ),
        ),
    ),
    Removed(
        9,
        "the destruction of a slot at the claim",
        (
            Change(
                "application/receiving/claim_mailbox.py",
                "        await self._slots.destroy(slot)\n",
                "",
            ),
        ),
        (
            of(
                "tests/threats/test_09_a_backup_thief.py",
                "test_only_what_still_waits_opens_from_an_old_backup",
            ),
        ),
    ),
    Removed(
        9,
        "the destruction of a slot at a recall",
        (
            Change(
                "application/sending/recall_message.py",
                "            await self._slots.destroy(stored.contact_slot)\n",
                "            pass\n",
            ),
        ),
        (
            of(
                "tests/threats/test_09_a_backup_thief.py",
                "test_only_what_still_waits_opens_from_an_old_backup",
            ),
        ),
    ),
    Removed(
        10,
        "the check of signatures",
        (
            Change(
                "vault/signing.py",
                "        if len(signature) != _SIGNATURE_BYTES:\n",
                "        return\n        if len(signature) != _SIGNATURE_BYTES:\n",
            ),
        ),
        ("tests/vault/test_changed_rows.py",),
    ),
    Removed(
        12,
        "row-level security",
        (
            Change(
                _ROWS,
                "            USING (organization_id = current_organization())\n"
                "            WITH CHECK (organization_id = current_organization())', t);",
                "            USING (true) WITH CHECK (true)', t);",
            ),
        ),
        (
            of(
                "tests/threats/test_12_another_tenant.py",
                "test_without_a_tenant_no_row_is_seen_and_with_one_no_others",
            ),
            of(
                "tests/threats/test_12_another_tenant.py",
                "test_a_row_can_be_changed_or_moved_by_nobody_elses_practice",
            ),
        ),
    ),
    Removed(
        14,
        "the check that each link follows the one before",
        (
            Change(
                "domain/audit/chain.py",
                "        if not _follows(link, head):\n",
                "        if False:\n",
            ),
        ),
        ("tests/application/keeping/test_audit_trail.py",),
    ),
    Removed(
        38,
        "the log's silence about paths, which hold links' tokens",
        (
            Change(
                "edges/web/request_log.py",
                '            route=about.get("path_template") or "(no such page)",\n',
                '            route=about["path"],\n',
            ),
        ),
        (
            of(
                "tests/threats/test_38_leaks.py",
                "test_the_log_tells_neither_words_nor_numbers_nor_links",
            ),
        ),
    ),
    Removed(
        38,
        "the sealing of a message's body before it is stored",
        (
            Change(
                "vault/chunk_stream.py",
                "    sealed = AESGCM(key).encrypt(chunk_nonce(0, last=True), plaintext, None)\n",
                "    sealed = plaintext + bytes(16)\n",
            ),
            Change(
                "vault/chunk_stream.py",
                "            sealed = self._cipher.encrypt("
                "chunk_nonce(index, last=last), chunk, None)\n",
                "            sealed = chunk + bytes(16)\n",
            ),
            Change(
                "vault/chunk_stream.py",
                "        return cipher.decrypt(chunk_nonce(index, last=last), chunk, None)\n",
                "        return chunk[:-16]\n",
            ),
        ),
        (of("tests/threats/test_38_leaks.py", "test_nothing_stands_in_any_file_of_the_home"),),
    ),
)
