"""The statement that writes accepted messages: arrays of rows in, rows of ten tables out.

Its parameters stand in the order in which accepted_messages.py lays them out; the types are
intake's own (migrations, what_intake_hands_over). The queue's log is not written: the delivery's
story says the same.
"""

from functools import cache

_INSERT = """
    WITH held AS MATERIALIZED (
        SELECT hold_facts($1::accepted_reader[], $2::accepted_message[], $4::accepted_delivery[])
    ), messages AS (
        INSERT INTO message (organization_id, id, direction, author_kind, author_id, source,
            created_at, expires_at, retain_until, size_class, contact_slot, practice_slot,
            header, header_signature)
        SELECT * FROM unnest($2::accepted_message[])
    ), parts AS (
        INSERT INTO message_part
            (organization_id, message_id, number, sealed, blob, sealed_size, digest)
        SELECT * FROM unnest($3::accepted_part[])
    ), deliveries AS (
        INSERT INTO delivery (organization_id, id, message_id, thread_id, contact_id, mailbox_id,
            direction, state, flags, challenge, created_at)
        SELECT organization_id, id, message_id, thread_id, contact_id, mailbox_id,
            direction, state, string_to_array(flags, '|'), challenge, created_at
          FROM unnest($4::accepted_delivery[])
    ), stories AS (
        INSERT INTO delivery_event (organization_id, id, delivery_id, state, at, detail)
        SELECT organization_id, story_id, id, state, created_at, source
          FROM unnest($4::accepted_delivery[])
    ), queued AS (
        INSERT INTO jobs.pgqueuer (priority, entrypoint, payload, status)
        SELECT 0, 'announce', job, 'queued' FROM unnest($4::accepted_delivery[])
         WHERE job IS NOT NULL
    ), acts AS (
        INSERT INTO grant_act
            (organization_id, id, message_id, granter_id, grant_hashes, signature)
        SELECT * FROM unnest($5::accepted_act[])
    ), grants AS (
        INSERT INTO key_grant (organization_id, id, message_id, delivery_id, copy, reader_kind,
            reader_key_id, method, intake_key_id, challenge, wrapped, act_id)
        SELECT * FROM unnest($6::accepted_grant[])
    ), trail AS (
        INSERT INTO audit_event (id, organization_id, at, tag, actor_kind, actor_id, subject_id,
            outcome, detail, via)
        SELECT * FROM unnest($7::accepted_event[])
    ){seldom}
    SELECT count(*) FROM held
"""
_FIRST_SELDOM = 8

_THREADS = """, threads AS (
        INSERT INTO thread (organization_id, id, contact_id, number_epoch, owner_kind, owner_id,
            created_at, active_at)
        SELECT organization_id, id, contact_id, number_epoch, owner_kind, owner_id,
            created_at, created_at FROM unnest(${number}::accepted_thread[])
    )"""

_REPEATABLES = """, repeatables AS (
        INSERT INTO idempotency
            (organization_id, actor_id, key_hash, request_hash, message_id, created_at)
        SELECT * FROM unnest(${number}::accepted_repeatable[])
    )"""


@cache
def insert_statement(*, threads: bool, repeatables: bool) -> str:
    """Give the statement; the rows that most messages don't bring are last, and may be left out.

    Every table that a statement names costs a lone message time, whether it gets a row or not.
    """
    wanted = [
        text for text, is_wanted in ((_THREADS, threads), (_REPEATABLES, repeatables)) if is_wanted
    ]
    seldom = (text.format(number=number) for number, text in enumerate(wanted, _FIRST_SELDOM))
    return _INSERT.format(seldom="".join(seldom))
