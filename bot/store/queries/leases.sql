-- name: renew_lease(lease, holder, now_ms)!
INSERT INTO leases (name, holder, renewed_at)
VALUES (:lease, :holder, :now_ms)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, renewed_at = excluded.renewed_at;

-- name: take_lease(lease, holder, now_ms, alive_since_ms)!
INSERT INTO leases (name, holder, renewed_at)
VALUES (:lease, :holder, :now_ms)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, renewed_at = excluded.renewed_at
WHERE leases.holder = excluded.holder OR leases.renewed_at < :alive_since_ms;

-- name: drive_lease(lease, holder, now_ms, alive_since_ms)$
-- Nothing comes back while somebody else has it.
INSERT INTO leases (name, holder, renewed_at, epoch)
VALUES (:lease, :holder, :now_ms, 1)
ON CONFLICT (name) DO UPDATE SET
    epoch = COALESCE(leases.epoch, 0) + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END,
    holder = excluded.holder,
    renewed_at = excluded.renewed_at
WHERE leases.holder = excluded.holder OR leases.renewed_at < :alive_since_ms
RETURNING epoch;

-- name: keep_driving(lease, holder, epoch, now_ms)!
UPDATE leases SET renewed_at = :now_ms WHERE name = :lease AND holder = :holder AND epoch = :epoch;

-- name: drop_leases(holder)!
DELETE FROM leases WHERE holder = :holder AND epoch IS NULL;

-- name: leave_drives(holder)!
-- The row stays: its epoch must never be given out again.
UPDATE leases SET renewed_at = 0 WHERE holder = :holder AND epoch IS NOT NULL;

-- name: lease_holders()
SELECT DISTINCT holder FROM leases WHERE renewed_at > 0;

-- name: purge_leases(before_ms)!
DELETE FROM leases WHERE renewed_at < :before_ms AND epoch IS NULL;
