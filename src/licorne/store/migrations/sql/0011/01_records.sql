SET LOCAL search_path = licorne;

-- What must not be destroyed, whatever its age: all that was written with a contact, or one thread.
-- A hold is never deleted; released, it tells who did it and why.
CREATE TABLE legal_hold (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    thread_id uuid,                           -- null: every thread with the contact
    reason_sealed bytea NOT NULL,             -- under K_fields
    placed_by uuid NOT NULL,
    placed_at timestamptz NOT NULL,
    released_by uuid,
    released_at timestamptz,
    release_reason_sealed bytea,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact,
    FOREIGN KEY (thread_id, organization_id) REFERENCES thread,
    FOREIGN KEY (organization_id, placed_by) REFERENCES member,
    FOREIGN KEY (organization_id, released_by) REFERENCES member,
    CHECK (num_nulls(released_by, released_at, release_reason_sealed) IN (0, 3))
);
CREATE INDEX legal_hold_standing ON legal_hold (contact_id) WHERE released_at IS NULL;

-- Each copy of a correspondence that was given out: to whom it was for, and how far it came.
CREATE TABLE record_export (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    member_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('patient_access', 'court', 'other')),
    form text NOT NULL CHECK (form IN ('files', 'pdf')),
    total integer NOT NULL,                   -- messages
    done integer NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,                     -- null: broken off, or under way
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact,
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);
CREATE INDEX record_export_by_contact ON record_export (contact_id, started_at DESC);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['legal_hold', 'record_export'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app, licorne_worker
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON legal_hold, record_export TO licorne_app;
GRANT SELECT ON legal_hold TO licorne_worker;

CREATE INDEX message_retention ON message (organization_id, retain_until)
    WHERE practice_copy_ended_at IS NULL;
CREATE INDEX audit_event_destruction ON audit_event (organization_id, at DESC)
    WHERE tag IN ('system:record:destroyed', 'member:record:destroyed');

-- Held while any of its deliveries is to a contact, or lies in a thread, under a standing hold.
CREATE FUNCTION record_is_held(wanted_organization uuid, wanted_message uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = licorne, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM delivery d JOIN legal_hold h
            ON (h.organization_id, h.contact_id) = (d.organization_id, d.contact_id)
           AND (h.thread_id IS NULL OR h.thread_id = d.thread_id)
         WHERE d.organization_id = wanted_organization AND d.message_id = wanted_message
           AND h.released_at IS NULL)
$$;
REVOKE EXECUTE ON FUNCTION record_is_held(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_is_held(uuid, uuid) TO licorne_app, licorne_worker;

-- Past its time by what held when it was written and by what holds now: a longer time that is set
-- today is for everything, a shorter one for what is written from then on. The practice's copy
-- outlives the contact's.
CREATE FUNCTION record_is_due(m message, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = licorne, pg_temp AS $$
    SELECT m.practice_copy_ended_at IS NULL AND m.contact_copy_ended_at IS NOT NULL
       AND m.retain_until <= at
       AND m.created_at + (SELECT o.retention FROM organization o WHERE o.id = m.organization_id)
           <= at
$$;
REVOKE EXECUTE ON FUNCTION record_is_due(message, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_is_due(message, timestamptz) TO licorne_app, licorne_worker;

CREATE FUNCTION organizations_with_due_records(at timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT o.id FROM organization o WHERE EXISTS (
        SELECT FROM message m
         WHERE m.organization_id = o.id AND m.practice_copy_ended_at IS NULL
           AND m.retain_until <= at AND record_is_due(m, at)
           AND NOT record_is_held(m.organization_id, m.id))
$$;
REVOKE EXECUTE ON FUNCTION organizations_with_due_records(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organizations_with_due_records(timestamptz) TO licorne_worker;
