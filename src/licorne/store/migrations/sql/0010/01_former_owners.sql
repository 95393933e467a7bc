SET LOCAL search_path = licorne;

-- Who had a number before it changed hands: the name under which the practice's copies stay, and
-- who said so, when and why. A row ends one number epoch of a contact; insert-only.
CREATE TABLE former_owner (
    organization_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    number_epoch integer NOT NULL,            -- the one that ended
    name_sealed bytea,
    ended_at timestamptz NOT NULL,
    ended_by uuid NOT NULL,                   -- a member
    reason text NOT NULL,                     -- domain/mailbox/number_change.py
    PRIMARY KEY (contact_id, number_epoch, organization_id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact,
    FOREIGN KEY (organization_id, ended_by) REFERENCES member
);
ALTER TABLE former_owner ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON former_owner TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT, INSERT ON former_owner TO licorne_app;
