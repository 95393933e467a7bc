SET LOCAL search_path = licorne;

-- Whose work a team's thread is. Everybody of the team goes on reading it.
ALTER TABLE thread
    ADD COLUMN assigned_to uuid,
    ADD FOREIGN KEY (organization_id, assigned_to) REFERENCES member;

-- What the practice notes for itself is sealed as a message is, to the thread's owner and the record
-- key. It has no delivery, which is the only way by which a contact comes to a message.
ALTER TABLE message DROP CONSTRAINT message_direction_check;
ALTER TABLE message ADD CHECK (direction IN ('out', 'in', 'note'));
CREATE TABLE thread_note (
    organization_id uuid NOT NULL,
    message_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (message_id, organization_id),
    FOREIGN KEY (message_id, organization_id) REFERENCES message,
    FOREIGN KEY (thread_id, organization_id) REFERENCES thread
);
CREATE INDEX thread_note_by_thread ON thread_note (thread_id, created_at);

-- When a member or a whole team is away, in days of the practice's time zone.
CREATE TABLE absence (
    organization_id uuid NOT NULL REFERENCES organization,
    owner_kind text NOT NULL CHECK (owner_kind IN ('member', 'team')),
    owner_id uuid NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL CHECK (to_day >= from_day),
    wording text NOT NULL CHECK (length(wording) <= 500),
    PRIMARY KEY (organization_id, owner_id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['thread_note', 'absence'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app, licorne_worker
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON thread_note TO licorne_app;
GRANT SELECT ON thread_note, absence TO licorne_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON absence TO licorne_app;

-- Where a member writes for a team: the team's key and its thread with each contact. Nothing for who
-- isn't of the team, or still waits for its key.
CREATE FUNCTION team_owner_facts(organization uuid, member uuid, team uuid, contacts uuid[])
RETURNS TABLE (contact_id uuid, key_id uuid, version integer, signature bytea, thread_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT asked.contact, k.key_id, k.version, k.signature, t.id
      FROM unnest(contacts) AS asked (contact)
      JOIN team_member m ON (m.organization_id, m.team_id, m.member_id)
           = (organization, team, member) AND NOT m.pending
      JOIN current_key k ON (k.organization_id, k.owner_id) = (organization, team)
      LEFT JOIN contact c ON (c.organization_id, c.id) = (organization, asked.contact)
      LEFT JOIN thread t ON (t.organization_id, t.contact_id, t.number_epoch, t.owner_kind, t.owner_id)
           = (organization, c.id, c.number_epoch, 'team', team)
$$;
REVOKE EXECUTE ON FUNCTION team_owner_facts(uuid, uuid, uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION team_owner_facts(uuid, uuid, uuid, uuid[]) TO licorne_intake;
