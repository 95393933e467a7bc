-- The short list of look-ups that come before the tenant is known, and the one that gives intake
-- all its facts in a round trip. SECURITY DEFINER: they read across tenants, and only what they say.
-- tests/store/test_row_level_security.py holds the list.
SET LOCAL search_path = licorne;

CREATE FUNCTION find_app_password(wanted bytea)
RETURNS TABLE (organization_id uuid, app_password_id uuid, member_id uuid, email_lookup bytea,
               revoked boolean, suspended boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT p.organization_id, p.id, p.member_id, m.email_lookup, p.revoked_at IS NOT NULL,
           m.suspended_at IS NOT NULL OR m.removed_at IS NOT NULL OR o.suspended_at IS NOT NULL
      FROM app_password p
      JOIN member m ON (m.organization_id, m.id) = (p.organization_id, p.member_id)
      JOIN organization o ON o.id = p.organization_id
     WHERE p.secret_hash = wanted
$$;

CREATE FUNCTION find_api_token(wanted bytea)
RETURNS TABLE (organization_id uuid, token_id uuid, member_id uuid, service_id uuid,
               scopes text[], expires_at timestamptz, last_used_at timestamptz, revoked boolean,
               suspended boolean, region char(2), text_domains text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT t.organization_id, t.id, t.member_id, t.service_id, t.scopes, t.expires_at,
           t.last_used_at, t.revoked_at IS NOT NULL,
           coalesce(m.suspended_at IS NOT NULL OR m.removed_at IS NOT NULL, false)
             OR coalesce(s.removed_at IS NOT NULL, false) OR o.suspended_at IS NOT NULL,
           o.region, ARRAY(SELECT d.domain FROM text_domain d WHERE d.organization_id = o.id)
      FROM api_token t
      JOIN organization o ON o.id = t.organization_id
      LEFT JOIN member m ON (m.organization_id, m.id) = (t.organization_id, t.member_id)
      LEFT JOIN service_identity s ON (s.organization_id, s.id) = (t.organization_id, t.service_id)
     WHERE t.secret_hash = wanted
$$;

CREATE FUNCTION find_member(wanted bytea)
RETURNS TABLE (organization_id uuid, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM member WHERE email_lookup = wanted AND removed_at IS NULL
$$;

CREATE FUNCTION find_member_session(wanted bytea)
RETURNS TABLE (organization_id uuid, member_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, member_id FROM member_session WHERE cookie_hash = wanted
$$;

CREATE FUNCTION find_contact_sessions(wanted bytea)
RETURNS TABLE (organization_id uuid, mailbox_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, mailbox_id FROM contact_session WHERE cookie_hash = wanted
$$;

-- Everything that showing a contact one message needs, in one round trip: for the mailbox that the
-- cookie opens, and a delivery that lies in it. The body's bytes come along, attachments' don't.
-- (plpgsql keeps its plan; as an SQL function this took three times as long, most of it planning.)
CREATE FUNCTION contact_view(wanted bytea, wanted_mailbox uuid, wanted_delivery uuid)
RETURNS TABLE (session contact_session, organization organization, mailbox mailbox,
               contact contact, key reader_key, delivery delivery, message message,
               parts message_part[], key_grants key_grant[], acts grant_act[],
               author_name_sealed bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT s, o, b, c, k, d, m,
           (SELECT array_agg(ROW (p.organization_id, p.message_id, p.number,
                   CASE WHEN p.number = 0 THEN p.sealed END, p.blob, p.sealed_size, p.digest
                   )::message_part ORDER BY p.number) FROM message_part p
             WHERE (p.organization_id, p.message_id) = (m.organization_id, m.id)),
           g.found, g.acts,
           (SELECT a.name_sealed FROM member a
             WHERE m.author_kind = 'member'
               AND (a.organization_id, a.id) = (m.organization_id, m.author_id))
      FROM contact_session s
      JOIN organization o ON o.id = s.organization_id
      JOIN mailbox b ON (b.organization_id, b.id) = (s.organization_id, s.mailbox_id)
      JOIN contact c ON (c.organization_id, c.id) = (b.organization_id, b.contact_id)
      JOIN reader_key k ON (k.organization_id, k.id) = (s.organization_id, s.key_id)
      JOIN delivery d ON (d.organization_id, d.mailbox_id, d.id)
           = (s.organization_id, s.mailbox_id, wanted_delivery)
      JOIN message m ON (m.organization_id, m.id) = (d.organization_id, d.message_id)
     CROSS JOIN LATERAL (
           SELECT array_agg(x) AS found, array_agg(y) AS acts FROM key_grant x
             JOIN grant_act y ON (y.organization_id, y.id) = (x.organization_id, x.act_id)
            WHERE (x.organization_id, x.message_id, x.reader_key_id, x.delivery_id)
                = (m.organization_id, m.id, k.id, d.id)) AS g
     WHERE s.cookie_hash = wanted AND s.mailbox_id = wanted_mailbox;
END $$;

-- For "I lost my link": the number a person types, in whatever organization knows it.
CREATE FUNCTION find_contacts_by_number(wanted bytea)
RETURNS TABLE (organization_id uuid, contact_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM contact WHERE number_lookup = wanted AND removed_at IS NULL
     ORDER BY created_at DESC LIMIT 20
$$;

CREATE FUNCTION find_link(wanted bytea)
RETURNS TABLE (organization_id uuid, delivery_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, delivery_id FROM link WHERE token_hash = wanted
$$;

CREATE FUNCTION find_text_domains(organization uuid) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT domain FROM text_domain WHERE organization_id = organization
$$;

-- Counts one use of a bucket within its window; true while it is within the limit.
CREATE FUNCTION take_from_bucket(wanted bytea, most integer, span interval, at timestamptz)
RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    INSERT INTO rate_bucket AS b (bucket, window_start, used) VALUES (wanted, at, 1)
    ON CONFLICT (bucket) DO UPDATE SET
        used = CASE WHEN b.window_start + span <= at THEN 1 ELSE b.used + 1 END,
        window_start = CASE WHEN b.window_start + span <= at THEN at ELSE b.window_start END
    RETURNING used <= most
$$;

-- Reserves room in the organizations' daily quotas; gives what was used before this reservation.
CREATE FUNCTION take_quota(organizations uuid[], counts integer[], on_day date)
RETURNS TABLE (organization_id uuid, used_before integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    WITH wanted AS (
        SELECT o AS id, sum(c)::integer AS n FROM unnest(organizations, counts) AS u (o, c)
         GROUP BY o ORDER BY o)
    INSERT INTO quota_use AS q (organization_id, day, used) SELECT id, on_day, n FROM wanted
    ON CONFLICT (organization_id, day) DO UPDATE SET used = q.used + excluded.used
    RETURNING q.organization_id, q.used - (SELECT n FROM wanted w WHERE w.id = q.organization_id)
$$;

-- Counts deliveries against app passwords' daily caps. Gives what each had used before, and whether
-- it still serves: a connection may stand for hours after its app password was revoked.
CREATE FUNCTION use_app_passwords(
    organizations uuid[], passwords uuid[], counts integer[], on_day date)
RETURNS TABLE (app_password_id uuid, serves boolean, daily_cap integer, used_before integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    WITH wanted AS (
        SELECT o, p, sum(c)::integer AS n FROM unnest(organizations, passwords, counts)
            AS u (o, p, c) GROUP BY o, p),
    locked AS (
        SELECT a.organization_id, a.id, wanted.n FROM app_password a JOIN wanted
            ON (a.organization_id, a.id) = (wanted.o, wanted.p)
         ORDER BY a.organization_id, a.id FOR NO KEY UPDATE OF a)
    UPDATE app_password a
       SET used_today = CASE WHEN a.used_on = on_day THEN a.used_today ELSE 0 END + locked.n,
           used_on = on_day
      FROM locked WHERE (a.organization_id, a.id) = (locked.organization_id, locked.id)
    RETURNING a.id, a.revoked_at IS NULL, a.daily_cap, a.used_today - locked.n
$$;

-- One row per (request, recipient), in the order asked: all that screening and sealing must know.
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
    mailbox_key_signature bytea, thread_id uuid)
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
           mailbox_pointer.signature, t.id
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
     ORDER BY asked.ordinal;
END $$;

CREATE FUNCTION find_directory_keys(organizations uuid[], keys uuid[])
RETURNS SETOF reader_key
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT k.* FROM unnest(organizations, keys) AS asked (organization, key)
      JOIN reader_key k ON (k.organization_id, k.id) = (asked.organization, asked.key)
$$;

-- Work that is due in any organization, for the worker.
CREATE FUNCTION due_expiries(at timestamptz, most integer)
RETURNS TABLE (organization_id uuid, message_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM message
     WHERE contact_copy_ended_at IS NULL AND expires_at <= at ORDER BY expires_at LIMIT most
$$;

CREATE FUNCTION open_shred_orders(most integer)
RETURNS TABLE (organization_id uuid, order_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM shred_order WHERE done_at IS NULL ORDER BY ordered_at LIMIT most
$$;

CREATE FUNCTION pending_audit(most integer)
RETURNS TABLE (event_id uuid, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT event_id, organization_id FROM audit_pending ORDER BY organization_id, event_id LIMIT most
$$;

CREATE FUNCTION audited_organizations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT id FROM organization
    UNION SELECT '00000000-0000-0000-0000-000000000000'::uuid
$$;

-- Whose try to send a notice a carrier speaks of: by our id, or by the carrier's own reference.
CREATE FUNCTION find_notice_attempt(carrier_name text, attempt uuid, reference text)
RETURNS TABLE (organization_id uuid, attempt_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT organization_id, id FROM notice_attempt
     WHERE carrier = carrier_name
       AND (id = attempt OR (attempt IS NULL AND carrier_reference = reference))
     ORDER BY created_at DESC LIMIT 1
$$;

-- Forgets what has served its time: sessions that ended, old buckets, receipts and repeats.
CREATE FUNCTION forget_ended(at timestamptz, longest_idle interval)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    DELETE FROM member_session WHERE ends_at <= at OR seen_at + longest_idle <= at;
    DELETE FROM contact_session WHERE ends_at <= at OR seen_at + longest_idle <= at;
    DELETE FROM rate_bucket WHERE window_start < at - interval '2 days';
    DELETE FROM carrier_event WHERE received_at < at - interval '30 days';
    DELETE FROM idempotency WHERE created_at < at - interval '7 days';
    DELETE FROM quota_use WHERE day < (at - interval '400 days')::date;
$$;
