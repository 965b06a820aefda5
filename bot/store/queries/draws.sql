-- name: who_waits(prefecture, calendar, after, most)
-- Of the windows of one conversation only one: Telegram's, which rings softly and costs nothing.
SELECT waiting.subscription_id AS id
FROM subscription_calendars AS waiting
JOIN subscriptions ON subscriptions.id = waiting.subscription_id
JOIN people AS person ON person.id = subscriptions.person_id
WHERE waiting.prefecture = :prefecture AND waiting.calendar = :calendar AND waiting.subscription_id > :after
    AND subscriptions.state = 'active'
    AND NOT EXISTS (
        SELECT 1
        FROM people AS other
        JOIN subscriptions AS theirs ON theirs.person_id = other.id AND theirs.prefecture = :prefecture
        JOIN subscription_calendars AS same ON same.subscription_id = theirs.id AND same.calendar = :calendar
        WHERE (
                other.home_id = COALESCE(person.home_id, person.id)
                OR other.id = person.home_id
                OR (other.mobile_digest = person.digest AND person.channel = 'sms')
            )
            AND other.id <> person.id AND other.blocked_at IS NULL AND theirs.state = 'active'
            AND (CASE other.channel WHEN 'telegram' THEN 0 ELSE 1 END, other.id)
                < (CASE person.channel WHEN 'telegram' THEN 0 ELSE 1 END, person.id)
    )
ORDER BY waiting.subscription_id
LIMIT :most;

-- name: who_hears(prefecture, calendar, rested_ms, most_unanswered)
-- The same people by channel, language and whether they would be told now.
SELECT grouped.channel, grouped.language, grouped.standing, COUNT(*) AS people
FROM (
    SELECT
        person.channel,
        COALESCE(home.language, person.language) AS language,
        CASE
            WHEN subscriptions.state <> 'active' THEN 'paused'
            WHEN person.channel NOT IN ('telegram', 'sms') OR person.blocked_at IS NOT NULL OR EXISTS (
                SELECT 1 FROM opt_outs WHERE opt_outs.channel = person.channel AND opt_outs.digest = person.digest
            ) THEN 'unreachable'
            WHEN subscriptions.unanswered >= CAST(:most_unanswered AS BIGINT) THEN 'silent'
            WHEN subscriptions.last_notice_at > CAST(:rested_ms AS BIGINT) THEN 'told_lately'
            ELSE 'ready'
        END AS standing
    FROM subscription_calendars AS waiting
    JOIN subscriptions ON subscriptions.id = waiting.subscription_id
    JOIN people AS person ON person.id = subscriptions.person_id
    LEFT JOIN people AS home ON home.id = person.home_id
    WHERE waiting.prefecture = :prefecture AND waiting.calendar = :calendar AND subscriptions.state <> 'ended'
        AND NOT EXISTS (
            SELECT 1
            FROM people AS other
            JOIN subscriptions AS theirs ON theirs.person_id = other.id AND theirs.prefecture = :prefecture
            JOIN subscription_calendars AS same ON same.subscription_id = theirs.id AND same.calendar = :calendar
            WHERE (
                    other.home_id = COALESCE(person.home_id, person.id)
                    OR other.id = person.home_id
                    OR (other.mobile_digest = person.digest AND person.channel = 'sms')
                )
                AND other.id <> person.id AND other.blocked_at IS NULL AND theirs.state = 'active'
                AND (CASE other.channel WHEN 'telegram' THEN 0 ELSE 1 END, other.id)
                    < (CASE person.channel WHEN 'telegram' THEN 0 ELSE 1 END, person.id)
        )
) AS grouped
GROUP BY grouped.channel, grouped.language, grouped.standing
ORDER BY grouped.channel, grouped.language, grouped.standing;

-- name: add_draw(opening_id, sort_key, subscription_id)!
INSERT INTO draws (opening_id, sort_key, subscription_id)
VALUES (:opening_id, :sort_key, :subscription_id)
ON CONFLICT (opening_id, sort_key, subscription_id) DO NOTHING;

-- name: told_in_wave(opening_id, wave)$
SELECT COUNT(*) FROM draws WHERE opening_id = :opening_id AND wave = :wave AND message_id IS NOT NULL;

-- name: look_on(opening_id, after, most)$
-- The last of the next places of the draw whose people have not been told.
SELECT MAX(sort_key) FROM (
    SELECT next.sort_key FROM draws AS next
    WHERE next.opening_id = :opening_id AND next.message_id IS NULL AND next.sort_key > :after
    ORDER BY next.sort_key
    LIMIT :most
) AS looked_at;

-- name: choose_next(opening_id, prefecture, calendar, wave, prefix, after, last, rested_ms, most_unanswered, most)
-- The first of these places who may be told now. CROSS JOIN: SQLite then walks the draw, whatever else there is.
UPDATE draws SET wave = :wave, message_id = CAST(:prefix AS TEXT) || SUBSTR(sort_key, 1, 16)
WHERE opening_id = :opening_id AND message_id IS NULL AND sort_key IN (
    SELECT next.sort_key
    FROM draws AS next
    CROSS JOIN subscriptions AS waiting
    CROSS JOIN people AS person
    WHERE next.opening_id = :opening_id AND next.message_id IS NULL
        AND next.sort_key > CAST(:after AS TEXT) AND next.sort_key <= CAST(:last AS TEXT)
        AND waiting.id = next.subscription_id AND waiting.state = 'active' AND waiting.prefecture = :prefecture
        AND waiting.unanswered < :most_unanswered
        AND (waiting.last_notice_at IS NULL OR waiting.last_notice_at <= :rested_ms)
        AND EXISTS (
            SELECT 1 FROM subscription_calendars AS wanted
            WHERE wanted.subscription_id = waiting.id AND wanted.calendar = :calendar
        )
        AND person.id = waiting.person_id AND person.channel IN ('telegram', 'sms') AND person.blocked_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM opt_outs WHERE opt_outs.channel = person.channel AND opt_outs.digest = person.digest
        )
    ORDER BY next.sort_key
    LIMIT :most
)
RETURNING sort_key;

-- name: count_notice(prefix, now_ms, rested_ms, most_unanswered)!
-- Said again of each: on PostgreSQL somebody may have stopped since they were chosen.
UPDATE subscriptions SET last_notice_at = :now_ms, unanswered = unanswered + 1
WHERE state = 'active' AND unanswered < :most_unanswered
    AND (last_notice_at IS NULL OR last_notice_at <= :rested_ms)
    AND id IN (
        SELECT draws.subscription_id FROM draws
        WHERE draws.message_id >= CAST(:prefix AS TEXT) AND draws.message_id < CAST(:prefix AS TEXT) || 'g'
    );

-- name: choose_not(prefix, now_ms)!
UPDATE draws SET wave = NULL, message_id = NULL
WHERE message_id >= CAST(:prefix AS TEXT) AND message_id < CAST(:prefix AS TEXT) || 'g'
    AND NOT EXISTS (
        SELECT 1 FROM subscriptions
        WHERE subscriptions.id = draws.subscription_id AND subscriptions.last_notice_at = :now_ms
    );

-- name: chosen(prefix)
-- CROSS JOIN, as above. A window speaks the language of its conversation.
SELECT draws.message_id AS id, person.id AS person_id, person.channel, COALESCE(home.language, person.language) AS language
FROM draws
CROSS JOIN subscriptions
CROSS JOIN people AS person
LEFT JOIN people AS home ON home.id = person.home_id
WHERE draws.message_id >= CAST(:prefix AS TEXT) AND draws.message_id < CAST(:prefix AS TEXT) || 'g'
    AND subscriptions.id = draws.subscription_id AND person.id = subscriptions.person_id
ORDER BY draws.message_id;

-- name: soonest_rested(opening_id, rested_ms, most_unanswered)$
-- When the first was told of those who hear nothing now only because they heard something lately.
SELECT MIN(waiting.last_notice_at)
FROM draws
JOIN subscriptions AS waiting ON waiting.id = draws.subscription_id
JOIN people AS person ON person.id = waiting.person_id
WHERE draws.opening_id = :opening_id AND draws.message_id IS NULL
    AND waiting.state = 'active' AND waiting.unanswered < :most_unanswered AND waiting.last_notice_at > :rested_ms
    AND person.channel IN ('telegram', 'sms') AND person.blocked_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM opt_outs WHERE opt_outs.channel = person.channel AND opt_outs.digest = person.digest
    );

-- name: not_told(opening_id)$
SELECT COUNT(*) FROM draws WHERE opening_id = :opening_id AND message_id IS NULL;
