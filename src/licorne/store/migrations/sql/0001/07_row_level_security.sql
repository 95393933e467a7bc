-- Row-level security for every table that belongs to an organization (45 CFR 164.312(a)(1)).
-- ENABLE, not FORCE: the runtime roles own nothing, and the owner only migrates.
SET LOCAL search_path = licorne;

CREATE FUNCTION current_organization() RETURNS uuid
LANGUAGE sql STABLE SET search_path = licorne, pg_temp AS $$
    SELECT nullif(current_setting('licorne.organization', true), '')::uuid
$$;

DO $$
DECLARE
    t text;
    tenant_tables text[] := ARRAY[
        'text_domain', 'quota_use', 'member', 'member_address', 'team', 'team_member',
        'service_identity', 'app_password', 'api_token', 'member_session', 'contact', 'mailbox',
        'contact_session', 'reader_key', 'current_key', 'private_key_wrap', 'intake_key', 'thread',
        'message', 'message_part', 'delivery', 'delivery_event', 'grant_act', 'key_grant',
        'idempotency', 'shred_order', 'link', 'notice_attempt', 'audit_link', 'audit_pending'];
    -- What intake writes for many organizations in one statement. It reads nothing.
    intake_tables text[] := ARRAY[
        'thread', 'message', 'message_part', 'delivery', 'delivery_event', 'grant_act', 'key_grant',
        'idempotency', 'intake_key', 'audit_event'];
BEGIN
    FOREACH t IN ARRAY tenant_tables LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app, licorne_worker
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
    FOREACH t IN ARRAY intake_tables LOOP
        EXECUTE format('CREATE POLICY intake ON %I FOR INSERT TO licorne_intake WITH CHECK (true)', t);
        EXECUTE format('GRANT INSERT ON %I TO licorne_intake', t);
    END LOOP;
END $$;

-- Events of no organization are the installation's own chain, under the nil id.
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_event TO licorne_app, licorne_worker
    USING (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')
        = current_organization())
    WITH CHECK (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')
        = current_organization());

ALTER TABLE organization ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organization TO licorne_app, licorne_worker
    USING (id = current_organization()) WITH CHECK (id = current_organization());

GRANT SELECT ON installation TO licorne_app, licorne_intake, licorne_worker;
GRANT SELECT ON installation_key TO licorne_app, licorne_intake, licorne_worker;
GRANT SELECT, UPDATE ON organization TO licorne_app;
GRANT SELECT ON organization TO licorne_worker;
GRANT SELECT, INSERT, UPDATE ON member, member_address, team, team_member, service_identity,
    app_password, api_token, contact, mailbox, thread, message, delivery, current_key,
    shred_order, notice_attempt TO licorne_app, licorne_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON member_session, contact_session, text_domain,
    private_key_wrap, key_grant, link TO licorne_app, licorne_worker;
GRANT SELECT, INSERT ON reader_key, intake_key, message_part, delivery_event, grant_act,
    idempotency, audit_event TO licorne_app, licorne_worker;
GRANT SELECT ON audit_link, audit_pending, quota_use TO licorne_app, licorne_worker;
GRANT INSERT ON audit_link TO licorne_worker;
GRANT DELETE ON audit_pending TO licorne_worker;
GRANT SELECT, INSERT, DELETE ON carrier_event TO licorne_app, licorne_worker;
GRANT DELETE ON member_address, intake_key, message_part, current_key TO licorne_app, licorne_worker;

GRANT EXECUTE ON FUNCTION current_organization() TO licorne_app, licorne_intake, licorne_worker;
GRANT EXECUTE ON FUNCTION find_app_password(bytea), find_api_token(bytea), find_member(bytea),
    find_member_session(bytea), find_contact_sessions(bytea), find_link(bytea), find_contacts_by_number(bytea),
    contact_view(bytea, uuid, uuid),
    find_text_domains(uuid), take_from_bucket(bytea, integer, interval, timestamptz)
    TO licorne_app;
GRANT EXECUTE ON FUNCTION take_quota(uuid[], integer[], date),
    intake_facts(uuid[], text[], uuid[], bytea[], date), find_directory_keys(uuid[], uuid[]),
    find_app_password(bytea), find_text_domains(uuid),
    use_app_passwords(uuid[], uuid[], integer[], date),
    take_from_bucket(bytea, integer, interval, timestamptz) TO licorne_intake;
GRANT EXECUTE ON FUNCTION find_directory_keys(uuid[], uuid[]) TO licorne_app, licorne_worker;
GRANT EXECUTE ON FUNCTION hold_facts(accepted_reader[], accepted_message[], accepted_delivery[])
    TO licorne_app, licorne_intake, licorne_worker;
GRANT EXECUTE ON FUNCTION due_expiries(timestamptz, integer), open_shred_orders(integer),
    pending_audit(integer), audited_organizations(), forget_ended(timestamptz, interval)
    TO licorne_worker;
GRANT EXECUTE ON FUNCTION find_notice_attempt(text, uuid, text) TO licorne_app, licorne_worker;
