-- name: bucket_full_at(bucket)$
SELECT full_at FROM buckets WHERE name = :bucket;

-- name: fill_bucket(bucket, full_at)!
INSERT INTO buckets (name, full_at)
VALUES (:bucket, :full_at)
ON CONFLICT (name) DO UPDATE SET full_at = excluded.full_at WHERE buckets.full_at < excluded.full_at;
