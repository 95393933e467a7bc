"""The statement that writes accepted messages: arrays in, rows of ten tables out.

Its parameters stand in the order in which accepted_messages.py lays them out.
"""

INSERT = """
    WITH held AS MATERIALIZED (
        SELECT hold_current_keys($29::uuid[], $34::uuid[], $35::uuid[])
    ), messages AS (
        INSERT INTO message (organization_id, id, direction, author_kind, author_id, source,
            created_at, expires_at, retain_until, size_class, contact_slot, practice_slot,
            header, header_signature)
        SELECT * FROM unnest(
            $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[],
            $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::smallint[],
            $11::text[], $12::text[], $13::bytea[], $14::bytea[])
    ), parts AS (
        INSERT INTO message_part
            (organization_id, message_id, number, sealed, blob, sealed_size, digest)
        SELECT * FROM unnest(
            $15::uuid[], $16::uuid[], $17::smallint[], $18::bytea[], $19::text[], $20::bigint[],
            $21::bytea[])
    ), threads AS (
        INSERT INTO thread (organization_id, id, contact_id, number_epoch, owner_kind, owner_id,
            created_at, active_at)
        SELECT o, i, c, e, k, w, a, a FROM unnest(
            $22::uuid[], $23::uuid[], $24::uuid[], $25::integer[], $26::text[], $27::uuid[],
            $28::timestamptz[])
            AS u (o, i, c, e, k, w, a)
    ), incoming AS (
        SELECT * FROM unnest(
            $29::uuid[], $30::uuid[], $31::uuid[], $32::uuid[], $33::uuid[], $34::uuid[],
            $35::uuid[], $36::text[], $37::text[], $38::text[], $39::text[], $40::timestamptz[],
            $41::uuid[], $42::text[])
            AS u (organization_id, id, message_id, thread_id, contact_id, mailbox_id, key_id,
                  direction, state, flags, challenge, created_at, story_id, source)
    ), deliveries AS (
        INSERT INTO delivery (organization_id, id, message_id, thread_id, contact_id, mailbox_id,
            direction, state, flags, challenge, created_at)
        SELECT organization_id, id, message_id, thread_id, contact_id, mailbox_id, direction,
            state, string_to_array(flags, '|'), challenge, created_at FROM incoming
    ), stories AS (
        INSERT INTO delivery_event (organization_id, id, delivery_id, state, at, detail)
        SELECT organization_id, story_id, id, state, created_at, source FROM incoming
    ), acts AS (
        INSERT INTO grant_act
            (organization_id, id, message_id, granter_id, grant_hashes, signature)
        SELECT * FROM unnest(
            $43::uuid[], $44::uuid[], $45::uuid[], $46::uuid[], $47::bytea[], $48::bytea[])
    ), grants AS (
        INSERT INTO key_grant (organization_id, id, message_id, delivery_id, copy, reader_kind,
            reader_key_id, method, intake_key_id, challenge, wrapped, act_id)
        SELECT * FROM unnest(
            $49::uuid[], $50::uuid[], $51::uuid[], $52::uuid[], $53::text[], $54::text[],
            $55::uuid[], $56::text[], $57::uuid[], $58::bytea[], $59::bytea[], $60::uuid[])
    ), repeatables AS (
        INSERT INTO idempotency
            (organization_id, actor_id, key_hash, request_hash, message_id, created_at)
        SELECT * FROM unnest(
            $61::uuid[], $62::uuid[], $63::bytea[], $64::bytea[], $65::uuid[],
            $66::timestamptz[])
    ), trail AS (
        INSERT INTO audit_event (id, organization_id, at, tag, actor_kind, actor_id, subject_id,
            outcome, detail)
        SELECT * FROM unnest(
            $67::uuid[], $68::uuid[], $69::timestamptz[], $70::text[], $71::text[], $72::uuid[],
            $73::uuid[], $74::text[], $75::text[])
    ), queued AS (
        INSERT INTO jobs.pgqueuer (priority, entrypoint, payload, status)
        SELECT 0, 'announce', payload, 'queued' FROM unnest($76::bytea[]) AS u (payload)
        RETURNING id, entrypoint, priority
    ), logged AS (
        INSERT INTO jobs.pgqueuer_log (job_id, status, entrypoint, priority)
        SELECT id, 'queued', entrypoint, priority FROM queued
    )
    SELECT (SELECT count(*) FROM held),
           (SELECT count(pg_notify('licorne_changes', change))
              FROM unnest($77::text[]) AS u (change))
"""
