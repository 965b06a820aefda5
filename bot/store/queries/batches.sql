-- name: start_batch(id, kind, prefecture, actor, digest, now_ms)!
INSERT INTO batches (id, kind, prefecture, actor, digest, state, rows_read, rows_taken, created_at)
VALUES (:id, :kind, :prefecture, :actor, :digest, 'importing', 0, 0, :now_ms);

-- name: batch_of_digest(kind, digest)^
-- The one that was interrupted, if there is one; else the last.
SELECT id, kind, prefecture, actor, state, rows_read, rows_taken, created_at, finished_at
FROM batches
WHERE digest = :digest AND kind = :kind
ORDER BY CASE state WHEN 'importing' THEN 0 ELSE 1 END, created_at DESC, id DESC
LIMIT 1;

-- name: batch(id)^
SELECT id, kind, prefecture, actor, state, rows_read, rows_taken, created_at, finished_at
FROM batches
WHERE id = :id;

-- name: batches(kind, codes, before, most)
-- `codes` is a list between commas, `,38,74,`; `before` the last batch of the page before.
SELECT id, kind, prefecture, actor, state, rows_read, rows_taken, created_at, finished_at
FROM batches
WHERE kind = :kind
    AND (CAST(:codes AS TEXT) IS NULL OR CAST(:codes AS TEXT) LIKE '%,' || prefecture || ',%')
    AND (
        CAST(:before AS TEXT) IS NULL
        OR (created_at, id) < (
            SELECT earlier.created_at, earlier.id FROM batches AS earlier WHERE earlier.id = CAST(:before AS TEXT)
        )
    )
ORDER BY created_at DESC, id DESC
LIMIT :most;

-- name: advance_batch(id, rows_read, taken)!
UPDATE batches SET rows_read = :rows_read, rows_taken = rows_taken + :taken
WHERE id = :id AND rows_read < :rows_read;

-- name: finish_batch(id, now_ms)!
UPDATE batches SET state = 'done', finished_at = :now_ms
WHERE id = :id AND state <> 'done';

-- name: purge_batch_messages(before_ms, most)!
DELETE FROM outbox WHERE id IN (
    SELECT old.id FROM outbox AS old
    WHERE old.state NOT IN ('queued', 'dispatching')
        AND old.batch_id IN (SELECT batches.id FROM batches WHERE batches.created_at < :before_ms)
    LIMIT :most
);

-- name: purge_pickups(before_ms, most)!
DELETE FROM pickups WHERE (batch_id, row_number) IN (
    SELECT old.batch_id, old.row_number FROM pickups AS old
    WHERE old.batch_id IN (SELECT batches.id FROM batches WHERE batches.created_at < :before_ms)
    LIMIT :most
);

-- name: purge_batches(before_ms, most)!
-- Last of all: nothing is left of it that nobody can look at.
DELETE FROM batches WHERE id IN (
    SELECT old.id FROM batches AS old
    WHERE old.created_at < :before_ms
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.batch_id = old.id)
        AND NOT EXISTS (SELECT 1 FROM pickups WHERE pickups.batch_id = old.id)
    LIMIT :most
);
