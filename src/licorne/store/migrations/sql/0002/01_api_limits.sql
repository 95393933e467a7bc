SET LOCAL search_path = licorne;

-- Counts uses of several buckets, each named once, and tells where each stands in its window.
CREATE FUNCTION spend_from_buckets(
    wanted bytea[], costs integer[], span interval, at timestamptz)
RETURNS TABLE (spent_bucket bytea, spent integer, began timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    INSERT INTO rate_bucket AS b (bucket, window_start, used)
    SELECT w, at, c FROM unnest(wanted, costs) AS u (w, c) ORDER BY w
    ON CONFLICT (bucket) DO UPDATE SET
        used = CASE WHEN b.window_start + span <= at THEN excluded.used
                    ELSE least(b.used::bigint + excluded.used, 2000000000)::integer END,
        window_start = CASE WHEN b.window_start + span <= at THEN at ELSE b.window_start END
    RETURNING b.bucket, b.used, b.window_start
$$;
GRANT EXECUTE ON FUNCTION spend_from_buckets(bytea[], integer[], interval, timestamptz)
    TO licorne_intake;
