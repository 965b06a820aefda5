-- name: slots_since(pattern, since)
SELECT full_at FROM buckets WHERE name LIKE :pattern AND full_at >= :since;

-- name: fill_slot(bucket, full_at)!
INSERT INTO buckets (name, full_at)
VALUES (:bucket, :full_at)
ON CONFLICT (name) DO UPDATE SET full_at = excluded.full_at WHERE buckets.full_at < excluded.full_at;
