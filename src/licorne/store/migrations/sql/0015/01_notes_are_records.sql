SET LOCAL search_path = licorne;

-- With whom, and in which thread, a message stands: by its deliveries, or as a note. Holds and the end
-- of records look here, so that a note is held and destroyed with the thread that it is about.
CREATE VIEW message_place WITH (security_invoker = true) AS
    SELECT d.organization_id, d.message_id, d.contact_id, d.thread_id FROM delivery d
    UNION ALL
    SELECT n.organization_id, n.message_id, t.contact_id, n.thread_id FROM thread_note n
      JOIN thread t ON (t.id, t.organization_id) = (n.thread_id, n.organization_id);
GRANT SELECT ON message_place TO licorne_app, licorne_worker;

CREATE OR REPLACE FUNCTION record_is_held(wanted_organization uuid, wanted_message uuid)
RETURNS boolean
LANGUAGE sql STABLE SET search_path = licorne, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM message_place d JOIN legal_hold h
            ON (h.organization_id, h.contact_id) = (d.organization_id, d.contact_id)
           AND (h.thread_id IS NULL OR h.thread_id = d.thread_id)
         WHERE d.organization_id = wanted_organization AND d.message_id = wanted_message
           AND h.released_at IS NULL)
$$;
REVOKE EXECUTE ON FUNCTION record_is_held(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_is_held(uuid, uuid) TO licorne_app, licorne_worker;
