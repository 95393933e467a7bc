SET LOCAL search_path = licorne;

-- Whether texts need a recorded consent; what somebody has taken back counts in any case.
ALTER TABLE organization ADD COLUMN consent_demanded boolean NOT NULL DEFAULT false;

-- Who agreed to be texted for what, and who took it back: rows are added, never changed.
CREATE TABLE consent_entry (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    number_epoch integer NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('notices', 'reminders', 'alerts', 'marketing')),
    act text NOT NULL CHECK (act IN ('given', 'revoked')),
    means text NOT NULL CHECK (means IN ('paper', 'voice', 'web', 'portal', 'text')),
    wording text NOT NULL,
    note_sealed bytea,                        -- under K_fields
    said_on date NOT NULL,
    recorded_by_kind text NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact
);
CREATE INDEX consent_entry_latest
    ON consent_entry (organization_id, contact_id, number_epoch, purpose, recorded_at DESC, id DESC);

ALTER TABLE consent_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON consent_entry TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT, INSERT ON consent_entry TO licorne_app;
GRANT SELECT ON consent_entry TO licorne_worker;

-- Whether somebody has taken back their consent to notices: asked again when a text is to leave.
CREATE FUNCTION consent_revoked(organization uuid, contact uuid, epoch integer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = licorne, pg_temp AS $$
    SELECT coalesce((SELECT e.act = 'revoked' FROM consent_entry e
         WHERE (e.organization_id, e.contact_id, e.number_epoch, e.purpose)
             = (organization, contact, epoch, 'notices')
         ORDER BY e.recorded_at DESC, e.id DESC LIMIT 1), false)
$$;
REVOKE EXECUTE ON FUNCTION consent_revoked(uuid, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consent_revoked(uuid, uuid, integer) TO licorne_app, licorne_worker;

-- As before (0001), and where each recipient stands with notices.
DROP FUNCTION intake_facts(uuid[], text[], uuid[], bytea[], date);
CREATE FUNCTION intake_facts(
    organizations uuid[], author_kinds text[], authors uuid[], number_lookups bytea[],
    on_day date)
RETURNS TABLE (
    ordinal bigint,
    organization_name text, organization_suspended boolean, daily_quota integer,
    used_today integer,
    default_expiry interval, retention interval, largest_message bigint,
    refused_file_types text[],
    author_suspended boolean, owner_kind text, owner_id uuid,
    owner_key uuid, owner_key_version integer, owner_key_signature bytea,
    record_key uuid, record_key_version integer, record_key_signature bytea,
    contact_id uuid, number_epoch integer, opted_out boolean, mailbox_id uuid, binding bytea,
    proof text,
    mailbox_key_kind text, mailbox_key uuid, mailbox_key_version integer,
    mailbox_key_signature bytea, thread_id uuid,
    consent_demanded boolean, consent text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT asked.ordinal,
           o.name, o.suspended_at IS NOT NULL, o.daily_quota, coalesce(q.used, 0),
           o.default_expiry, o.retention, o.largest_message, o.refused_file_types,
           coalesce(m.suspended_at IS NOT NULL OR m.removed_at IS NOT NULL, s.removed_at IS NOT NULL, true),
           owner.kind, owner.id,
           owner_pointer.key_id, owner_pointer.version, owner_pointer.signature,
           record_pointer.key_id, record_pointer.version, record_pointer.signature,
           c.id, c.number_epoch, c.opted_out_at IS NOT NULL, c.mailbox_id, c.binding, b.proof,
           mailbox_pointer.kind, mailbox_pointer.key_id, mailbox_pointer.version,
           mailbox_pointer.signature, t.id,
           o.consent_demanded, agreed.act
      FROM unnest(organizations, author_kinds, authors, number_lookups) WITH ORDINALITY
           AS asked (organization, author_kind, author, number_lookup, ordinal)
      JOIN organization o ON o.id = asked.organization
      LEFT JOIN quota_use q ON (q.organization_id, q.day) = (o.id, on_day)
      LEFT JOIN member m ON asked.author_kind = 'member'
           AND (m.organization_id, m.id) = (asked.organization, asked.author)
      LEFT JOIN service_identity s ON asked.author_kind = 'service'
           AND (s.organization_id, s.id) = (asked.organization, asked.author)
     CROSS JOIN LATERAL (SELECT
           CASE WHEN asked.author_kind = 'service' THEN 'team' ELSE 'member' END AS kind,
           CASE WHEN asked.author_kind = 'service' THEN s.team_id ELSE m.id END AS id) AS owner
      LEFT JOIN current_key owner_pointer
           ON (owner_pointer.organization_id, owner_pointer.owner_id) = (o.id, owner.id)
      LEFT JOIN current_key record_pointer
           ON (record_pointer.organization_id, record_pointer.owner_id) = (o.id, o.id)
      LEFT JOIN contact c
           ON (c.organization_id, c.number_lookup) = (o.id, asked.number_lookup)
          AND c.removed_at IS NULL
      LEFT JOIN mailbox b ON (b.organization_id, b.id) = (c.organization_id, c.mailbox_id)
      LEFT JOIN current_key mailbox_pointer
           ON (mailbox_pointer.organization_id, mailbox_pointer.owner_id) = (o.id, c.mailbox_id)
      LEFT JOIN thread t ON (t.organization_id, t.contact_id, t.number_epoch, t.owner_kind, t.owner_id)
           = (o.id, c.id, c.number_epoch, owner.kind, owner.id)
      LEFT JOIN LATERAL (SELECT e.act FROM consent_entry e
            WHERE (e.organization_id, e.contact_id, e.number_epoch, e.purpose)
                = (o.id, c.id, c.number_epoch, 'notices')
            ORDER BY e.recorded_at DESC, e.id DESC LIMIT 1) AS agreed ON true
     ORDER BY asked.ordinal;
END $$;
REVOKE EXECUTE ON FUNCTION intake_facts(uuid[], text[], uuid[], bytea[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_facts(uuid[], text[], uuid[], bytea[], date) TO licorne_intake;

-- A form for one person to answer, once: its link or QR code is handed out by a member.
CREATE TABLE consent_form (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    number_epoch integer NOT NULL,
    purposes text[] NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact,
    FOREIGN KEY (organization_id, made_by) REFERENCES member
);
ALTER TABLE consent_form ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON consent_form TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT, INSERT ON consent_form TO licorne_app;
GRANT UPDATE (answered_at) ON consent_form TO licorne_app;

CREATE FUNCTION find_consent_form(wanted bytea)
RETURNS TABLE (organization_id uuid, form_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM consent_form WHERE token_hash = wanted
$$;
REVOKE EXECUTE ON FUNCTION find_consent_form(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_consent_form(bytea) TO licorne_app;
