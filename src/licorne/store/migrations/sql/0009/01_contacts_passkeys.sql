SET LOCAL search_path = licorne;

-- A contact's passkeys. Each has its own way to the mailbox's key, and goes when that goes.
CREATE TABLE contact_passkey (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    mailbox_id uuid NOT NULL,
    wrap_id uuid NOT NULL,
    credential_id bytea NOT NULL UNIQUE,
    public bytea NOT NULL,                    -- credential data as WebAuthn lays it out
    counter bigint NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (id, organization_id),
    FOREIGN KEY (mailbox_id, organization_id) REFERENCES mailbox,
    FOREIGN KEY (wrap_id, organization_id) REFERENCES private_key_wrap ON DELETE CASCADE
);
CREATE INDEX contact_passkey_by_mailbox ON contact_passkey (mailbox_id);
CREATE INDEX contact_passkey_by_wrap ON contact_passkey (wrap_id);  -- ways in are removed by the key
ALTER TABLE contact_passkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON contact_passkey TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE, DELETE ON contact_passkey TO licorne_app;

CREATE FUNCTION find_contact_passkey(wanted bytea)
RETURNS TABLE (organization_id uuid, passkey_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM contact_passkey WHERE credential_id = wanted
$$;
REVOKE EXECUTE ON FUNCTION find_contact_passkey(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_contact_passkey(bytea) TO licorne_app;
