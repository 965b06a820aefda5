-- name: add_opening(id, prefecture, calendar, slots, note, until_ms, actor, seed, wave_size, wave_every, first_wave_ms, now_ms)!
INSERT INTO openings (
    id, prefecture, calendar, slots, note, until, actor, seed, wave_size, wave_every, state, waves, next_wave_at,
    created_at
)
VALUES (
    :id, :prefecture, :calendar, :slots, :note, :until_ms, :actor, :seed, :wave_size, :wave_every, 'waiting', 0,
    :first_wave_ms, :now_ms
)
ON CONFLICT (id) DO NOTHING;

-- name: opening(id)^
SELECT id, prefecture, calendar, slots, note, until, actor, seed, wave_size, wave_every, state, waves, next_wave_at,
    created_at, finished_at
FROM openings
WHERE id = :id;

-- name: hold_opening(id)^
-- Written, so that on PostgreSQL whoever else decides on it waits.
UPDATE openings SET waves = waves
WHERE id = :id
RETURNING id, prefecture, calendar, slots, note, until, actor, seed, wave_size, wave_every, state, waves, next_wave_at,
    created_at, finished_at;

-- name: move_opening(id, state, waves, next_ms, finished_ms)!
UPDATE openings SET state = :state, waves = :waves, next_wave_at = :next_ms, finished_at = :finished_ms
WHERE id = :id;

-- name: due_openings(now_ms)
SELECT id FROM openings WHERE next_wave_at <= :now_ms ORDER BY next_wave_at, id;

-- name: openings(codes, before, most)
-- `codes` is a list between commas, `,38,74,`; `before` the last opening of the page before.
SELECT id, prefecture, calendar, slots, note, until, actor, seed, wave_size, wave_every, state, waves, next_wave_at,
    created_at, finished_at
FROM openings
WHERE (CAST(:codes AS TEXT) IS NULL OR CAST(:codes AS TEXT) LIKE '%,' || prefecture || ',%')
    AND (
        CAST(:before AS TEXT) IS NULL
        OR (created_at, id) < (
            SELECT earlier.created_at, earlier.id FROM openings AS earlier WHERE earlier.id = CAST(:before AS TEXT)
        )
    )
ORDER BY created_at DESC, id DESC
LIMIT :most;

-- name: last_alike(prefecture, calendar, since_ms)$
-- One that was taken back before anybody was told does not count.
SELECT MAX(created_at) FROM openings
WHERE prefecture = :prefecture AND calendar = :calendar AND created_at > :since_ms
    AND NOT (state = 'cancelled' AND waves = 0);

-- name: purge_opening_messages(before_ms, most)!
DELETE FROM outbox WHERE id IN (
    SELECT old.id FROM outbox AS old
    WHERE old.state NOT IN ('queued', 'dispatching')
        AND old.batch_id IN (SELECT openings.id FROM openings WHERE openings.finished_at < :before_ms)
    LIMIT :most
);

-- name: purge_draws(before_ms, most)!
DELETE FROM draws WHERE (opening_id, sort_key) IN (
    SELECT old.opening_id, old.sort_key FROM draws AS old
    WHERE old.opening_id IN (SELECT openings.id FROM openings WHERE openings.finished_at < :before_ms)
    LIMIT :most
);

-- name: purge_openings(before_ms, most)!
DELETE FROM openings WHERE id IN (
    SELECT old.id FROM openings AS old
    WHERE old.finished_at < :before_ms
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.batch_id = old.id)
        AND NOT EXISTS (SELECT 1 FROM draws WHERE draws.opening_id = old.id)
    LIMIT :most
);
