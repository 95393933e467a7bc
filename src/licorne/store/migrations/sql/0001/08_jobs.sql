-- pgqueuer's tables are installed into the schema "jobs" just before this file (see the revision).
GRANT USAGE ON SCHEMA jobs TO licorne_app, licorne_intake, licorne_worker;
GRANT SELECT, INSERT ON jobs.pgqueuer, jobs.pgqueuer_log TO licorne_app, licorne_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO licorne_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO licorne_app, licorne_intake, licorne_worker;
