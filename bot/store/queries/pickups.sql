-- name: standing_of(digests, many, prefecture, since_ms)
-- Of each number (64 signs of `digests`, its keyed hash): whether it wants nothing, who else on Telegram it is, when it
-- was last told and what became of that. One statement for many rows: a server is a network away. For PostgreSQL, which
-- counts through a text from its start: sixteen hashes are cut out at a time, and MATERIALIZED, so each only once. Their
-- person is a subquery, because a join goes through all people as long as the table is taken for a small one.
WITH RECURSIVE places (place) AS (
    SELECT CAST(0 AS BIGINT)
    UNION ALL
    SELECT places.place + 1 FROM places WHERE places.place + 1 < CAST(:many AS BIGINT)
), pages (page, digests) AS MATERIALIZED (
    SELECT places.place / 16, SUBSTR(CAST(:digests AS TEXT), CAST(places.place * 64 + 1 AS INTEGER), 1024)
    FROM places
    WHERE places.place % 16 = 0
), cut (place, digest) AS MATERIALIZED (
    SELECT places.place, SUBSTR(pages.digests, CAST(places.place % 16 * 64 + 1 AS INTEGER), 64)
    FROM places
    JOIN pages ON pages.page = places.place / 16
), asked (place, digest, person_id) AS MATERIALIZED (
    SELECT
        cut.place, cut.digest,
        (SELECT person.id FROM people AS person WHERE person.channel = 'sms' AND person.digest = cut.digest)
    FROM cut
)
SELECT
    asked.place,
    CASE WHEN EXISTS (
        SELECT 1 FROM opt_outs
        WHERE (opt_outs.channel = 'sms' AND opt_outs.digest = asked.digest)
            OR (opt_outs.channel = 'telegram' AND opt_outs.digest IN (
                SELECT linked.digest FROM people AS linked
                WHERE linked.channel = 'telegram' AND linked.mobile_digest = asked.digest
            ))
    ) OR EXISTS (
        SELECT 1 FROM people AS person WHERE person.id = asked.person_id AND person.blocked_at IS NOT NULL
    ) THEN 1 ELSE 0 END AS is_out,
    (
        SELECT linked.id FROM people AS linked
        WHERE linked.channel = 'telegram' AND linked.mobile_digest = asked.digest AND linked.blocked_at IS NULL
        ORDER BY linked.seen_at DESC, linked.id
        LIMIT 1
    ) AS telegram_id,
    told.told_at,
    told.batch_id,
    told.fallback_id,
    latest.channel,
    latest.state,
    latest.reason
FROM asked
LEFT JOIN pickups AS told
    ON told.person_id = asked.person_id AND told.prefecture = :prefecture AND told.told_at > :since_ms
LEFT JOIN outbox AS latest ON latest.id = COALESCE(told.fallback_id, told.message_id)
ORDER BY asked.place, told.told_at;

-- name: meet_told(id, digest, sealed_address, stop_token, now_ms)!
-- Who is there already keeps their id and their token. Written all the same, so that the row is locked on PostgreSQL.
INSERT INTO people (id, channel, digest, sealed_address, stop_token, created_at, seen_at)
VALUES (:id, 'sms', :digest, :sealed_address, :stop_token, :now_ms, :now_ms)
ON CONFLICT (channel, digest) DO UPDATE SET
    seen_at = excluded.seen_at,
    stop_token = COALESCE(people.stop_token, excluded.stop_token);

-- name: add_pickup(batch_id, row_number, prefecture, digest, message_id, language, audience, sealed_row, now_ms)!
INSERT INTO pickups (
    batch_id, row_number, prefecture, person_id, message_id, language, audience, sealed_row, told_at
)
VALUES (
    :batch_id, :row_number, :prefecture,
    (SELECT person.id FROM people AS person WHERE person.channel = 'sms' AND person.digest = :digest),
    :message_id, :language, :audience, :sealed_row, :now_ms
);

-- name: told_people(batch_id, first, last)
SELECT pickups.row_number, person.id, person.stop_token
FROM pickups
JOIN people AS person ON person.id = pickups.person_id
WHERE pickups.batch_id = :batch_id AND pickups.row_number BETWEEN :first AND :last;

-- name: unreached_pickups(since_ms, now_ms, most)
-- Told on another channel, which did not take it; not told by SMS yet. What is over is not told any more.
SELECT
    pickups.batch_id, pickups.row_number, pickups.prefecture, pickups.person_id, pickups.language, pickups.audience,
    message.expires_at
FROM outbox AS message
JOIN pickups ON pickups.message_id = message.id
JOIN people AS person ON person.id = pickups.person_id
WHERE message.finished_at >= :since_ms
    AND message.batch_id IS NOT NULL
    AND message.channel <> 'sms'
    AND (message.state = 'failed' OR (message.state = 'cancelled' AND message.reason = 'blocked'))
    AND message.expires_at > :now_ms
    AND pickups.fallback_id IS NULL
    AND person.blocked_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM opt_outs WHERE opt_outs.channel = 'sms' AND opt_outs.digest = person.digest)
    AND NOT EXISTS (
        SELECT 1 FROM opt_outs JOIN people AS linked ON linked.channel = opt_outs.channel AND linked.digest = opt_outs.digest
        WHERE linked.id = message.person_id
    )
ORDER BY message.finished_at, message.id
LIMIT :most;

-- name: fall_back_to(batch_id, row_number, fallback_id)!
UPDATE pickups SET fallback_id = :fallback_id
WHERE batch_id = :batch_id AND row_number = :row_number AND fallback_id IS NULL;

-- name: states_of_batch(batch_id)
SELECT
    latest.channel,
    CASE WHEN latest.state IS NULL THEN 'cancelled' WHEN latest.state = 'dispatching' THEN 'queued' ELSE latest.state END
        AS state,
    COUNT(*) AS messages,
    SUM(CASE WHEN latest.flag IS NULL THEN 0 ELSE 1 END) AS resent,
    SUM(CASE WHEN pickups.fallback_id IS NULL THEN 0 ELSE 1 END) AS fell_back
FROM pickups
LEFT JOIN outbox AS latest ON latest.id = COALESCE(pickups.fallback_id, pickups.message_id)
WHERE pickups.batch_id = :batch_id
GROUP BY 1, 2;

-- name: rows_of_batch(batch_id, after, most)
SELECT
    pickups.row_number, pickups.sealed_row, pickups.told_at, pickups.fallback_id,
    latest.channel, latest.state, latest.flag, latest.reason, latest.dispatched_at, latest.finished_at
FROM pickups
LEFT JOIN outbox AS latest ON latest.id = COALESCE(pickups.fallback_id, pickups.message_id)
WHERE pickups.batch_id = :batch_id AND pickups.row_number > :after
ORDER BY pickups.row_number
LIMIT :most;
