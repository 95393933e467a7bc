SET LOCAL search_path = licorne;

-- A link that lets one person set up how they sign in: somebody new, or a member who comes back
-- without password or authenticator. The link's secret is kept nowhere, only its HMAC.
CREATE TABLE invitation (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('join', 'return')),
    member_id uuid,                           -- who comes back
    role text NOT NULL CHECK (role IN ('owner', 'officer', 'member', 'auditor')),
    email_lookup bytea NOT NULL,
    email_sealed bytea NOT NULL,
    token_hash bytea NOT NULL UNIQUE,         -- HMAC under K_lookup, purpose "invitation"
    invited_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,                     -- used, withdrawn, or followed by a newer one
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member,
    FOREIGN KEY (organization_id, invited_by) REFERENCES member,
    CHECK ((kind = 'return') = (member_id IS NOT NULL))
);

-- Whose threads hold messages that they can't open yet: somebody who can has to grant them.
CREATE TABLE handover (
    organization_id uuid NOT NULL REFERENCES organization,
    owner_kind text NOT NULL CHECK (owner_kind IN ('member', 'team')),
    owner_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, owner_id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['invitation', 'handover'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app, licorne_worker
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON invitation TO licorne_app;
GRANT SELECT, INSERT, DELETE ON handover TO licorne_app;
GRANT DELETE ON team_member TO licorne_app;

CREATE FUNCTION find_invitation(wanted bytea)
RETURNS TABLE (organization_id uuid, invitation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM invitation WHERE token_hash = wanted
$$;
GRANT EXECUTE ON FUNCTION find_invitation(bytea) TO licorne_app;
