"""The statement that writes accepted messages: arrays of rows in, rows of ten tables out.

Its parameters stand in the order in which accepted_messages.py lays them out; the types are
intake's own (migrations, what_intake_hands_over). The queue's log is not written: the delivery's
story says the same.
"""

INSERT = """
    WITH held AS MATERIALIZED (
        SELECT hold_facts($9::accepted_reader[], $1::accepted_message[], $4::accepted_delivery[])
    ), messages AS (
        INSERT INTO message (organization_id, id, direction, author_kind, author_id, source,
            created_at, expires_at, retain_until, size_class, contact_slot, practice_slot,
            header, header_signature)
        SELECT * FROM unnest($1::accepted_message[])
    ), parts AS (
        INSERT INTO message_part
            (organization_id, message_id, number, sealed, blob, sealed_size, digest)
        SELECT * FROM unnest($2::accepted_part[])
    ), threads AS (
        INSERT INTO thread (organization_id, id, contact_id, number_epoch, owner_kind, owner_id,
            created_at, active_at)
        SELECT organization_id, id, contact_id, number_epoch, owner_kind, owner_id,
            created_at, created_at FROM unnest($3::accepted_thread[])
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
    ), repeatables AS (
        INSERT INTO idempotency
            (organization_id, actor_id, key_hash, request_hash, message_id, created_at)
        SELECT * FROM unnest($7::accepted_repeatable[])
    ), trail AS (
        INSERT INTO audit_event (id, organization_id, at, tag, actor_kind, actor_id, subject_id,
            outcome, detail)
        SELECT * FROM unnest($8::accepted_event[])
    )
    SELECT count(*) FROM held
"""
