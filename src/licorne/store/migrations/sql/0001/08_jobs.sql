-- pgqueuer's tables are installed into the schema "jobs" just before this file (see the revision).
GRANT USAGE ON SCHEMA jobs TO licorne_app, licorne_intake, licorne_worker;
GRANT SELECT, INSERT ON jobs.pgqueuer, jobs.pgqueuer_log TO licorne_app, licorne_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO licorne_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO licorne_app, licorne_intake, licorne_worker;

-- Workers are told of jobs after the transaction that queued them (store/after_commit.py), never by
-- it: those that notify commit one at a time. So the queue's own trigger tells nobody any more.
CREATE OR REPLACE FUNCTION jobs.fn_pgqueuer_changed() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;

CREATE FUNCTION jobs.tell_that_jobs_wait() RETURNS void
LANGUAGE sql VOLATILE SET search_path = jobs, pg_temp AS $$
    SELECT pg_notify('ch_pgqueuer', json_build_object('channel', 'ch_pgqueuer', 'sent_at', now(),
        'type', 'table_changed_event', 'operation', 'insert', 'table', 'pgqueuer')::text)
$$;
REVOKE EXECUTE ON FUNCTION jobs.tell_that_jobs_wait() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.tell_that_jobs_wait()
    TO licorne_app, licorne_intake, licorne_worker;
