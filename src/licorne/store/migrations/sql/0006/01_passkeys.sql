SET LOCAL search_path = licorne;

-- A member's passkeys. One has its own way to the member's key, and goes when that goes; one that
-- gives no secret has none and stands beside the password.
CREATE TABLE passkey (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    wrap_id uuid,
    credential_id bytea NOT NULL UNIQUE,
    public bytea NOT NULL,                    -- credential data as WebAuthn lays it out
    counter bigint NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member,
    FOREIGN KEY (wrap_id, organization_id) REFERENCES private_key_wrap ON DELETE CASCADE
);
ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON passkey TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO licorne_app;

CREATE FUNCTION find_passkey(wanted bytea)
RETURNS TABLE (organization_id uuid, passkey_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM passkey WHERE credential_id = wanted
$$;
REVOKE EXECUTE ON FUNCTION find_passkey(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_passkey(bytea) TO licorne_app;
