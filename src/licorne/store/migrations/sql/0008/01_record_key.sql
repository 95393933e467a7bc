SET LOCAL search_path = licorne;

-- A kit's key pair is printed: its private half is locked under the officer's share of the recovery
-- kit, which is kept nowhere. It takes part as an officer would.
ALTER TABLE reader_key DROP CONSTRAINT reader_key_kind_check;
ALTER TABLE reader_key ADD CONSTRAINT reader_key_kind_check
    CHECK (kind IN ('mailbox', 'waiting', 'member', 'team', 'record', 'kit'));

-- 'pair': two layers, the inner for wrapper_key_id, the outer for second_key_id; it takes both.
-- 'emergency': for one, within Licorne only; using it raises the alarm.
ALTER TABLE private_key_wrap DROP CONSTRAINT private_key_wrap_method_check;
ALTER TABLE private_key_wrap ADD CONSTRAINT private_key_wrap_method_check
    CHECK (method IN ('password', 'enrol', 'reader', 'recovery', 'passkey', 'pair', 'emergency'));
ALTER TABLE private_key_wrap ADD COLUMN second_key_id uuid,
    ADD CHECK ((method = 'pair') = (second_key_id IS NOT NULL));

-- One asks with a reason, another approves; then the one who asked opens the practice's copies for
-- a while. What the approver peeled lies in the shares: locked to the one who asked.
CREATE TABLE record_release (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    asked_by uuid NOT NULL,
    reason_sealed bytea NOT NULL,             -- under K_fields: it may name a patient
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,          -- of the request, while nobody has approved
    approved_by uuid,                         -- a member, or the kit
    approved_at timestamptz,
    open_until timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, asked_by) REFERENCES member,
    CHECK (approved_by IS DISTINCT FROM asked_by)
);
CREATE TABLE record_release_share (
    organization_id uuid NOT NULL,
    release_id uuid NOT NULL,
    key_id uuid NOT NULL,                     -- a version of the record key
    wrapper_key_id uuid NOT NULL,
    second_key_id uuid NOT NULL,
    peeled bytea NOT NULL,
    PRIMARY KEY (organization_id, release_id, key_id),
    FOREIGN KEY (organization_id, release_id) REFERENCES record_release
);

-- Who may open a conversation that isn't theirs alone and at once, when somebody is in danger.
CREATE TABLE emergency_opener (
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, member_id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);
CREATE TABLE emergency_access (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    reason_sealed bytea NOT NULL,
    opened_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member,
    FOREIGN KEY (thread_id, organization_id) REFERENCES thread
);

-- What owners and officers have to hear of: shown to each of them until they have said so.
CREATE TABLE alarm (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    kind text NOT NULL
        CHECK (kind IN ('emergency', 'release_asked', 'released', 'kit_used', 'holders_changed')),
    raised_by uuid NOT NULL,
    subject_id uuid,
    raised_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX alarm_by_time ON alarm (organization_id, raised_at);
CREATE TABLE alarm_seen (
    organization_id uuid NOT NULL,
    alarm_id uuid NOT NULL,
    member_id uuid NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, alarm_id, member_id),
    FOREIGN KEY (organization_id, alarm_id) REFERENCES alarm,
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['record_release', 'record_release_share', 'emergency_opener',
                             'emergency_access', 'alarm', 'alarm_seen'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app, licorne_worker
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON record_release, emergency_access TO licorne_app;
GRANT SELECT, INSERT, DELETE ON record_release_share, emergency_opener TO licorne_app;
GRANT SELECT, INSERT ON alarm, alarm_seen TO licorne_app;
GRANT SELECT ON emergency_access, alarm TO licorne_worker;

-- Shares of releases that are over: the worker clears them away, whatever nobody looks at.
CREATE FUNCTION forget_ended_releases(at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    DELETE FROM record_release_share s USING record_release r
     WHERE (r.organization_id, r.id) = (s.organization_id, s.release_id)
       AND (r.ended_at IS NOT NULL OR r.open_until <= at);
$$;
REVOKE EXECUTE ON FUNCTION forget_ended_releases(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_ended_releases(timestamptz) TO licorne_worker;
