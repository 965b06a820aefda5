-- name: renew_lease(lease, holder, now_ms)!
INSERT INTO leases (name, holder, renewed_at)
VALUES (:lease, :holder, :now_ms)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, renewed_at = excluded.renewed_at;

-- name: take_lease(lease, holder, now_ms, alive_since_ms)!
INSERT INTO leases (name, holder, renewed_at)
VALUES (:lease, :holder, :now_ms)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, renewed_at = excluded.renewed_at
WHERE leases.holder = excluded.holder OR leases.renewed_at < :alive_since_ms;

-- name: drop_leases(holder)!
DELETE FROM leases WHERE holder = :holder;

-- name: purge_leases(before_ms)!
DELETE FROM leases WHERE renewed_at < :before_ms;
