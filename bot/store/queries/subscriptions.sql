-- name: subscriptions_of(home_id)
-- Of all the windows of a conversation, a row a calendar.
WITH RECURSIVE windows (id, channel) AS (
    SELECT people.id, people.channel FROM people WHERE people.id = :home_id
    UNION
    SELECT people.id, people.channel FROM people JOIN windows ON people.home_id = windows.id
)
SELECT waiting.id, waiting.person_id, windows.channel, waiting.prefecture, waiting.state, waiting.releases,
    waiting.created_at, waiting.last_notice_at, waiting.unanswered, waiting.asked_at, waiting.ended_at,
    waiting.ended_by, wanted.calendar
FROM windows
JOIN subscriptions AS waiting ON waiting.person_id = windows.id
LEFT JOIN subscription_calendars AS wanted ON wanted.subscription_id = waiting.id
ORDER BY waiting.created_at, waiting.id, wanted.calendar;

-- name: subscribe(id, person_id, prefecture, releases, now_ms)$
-- Who stopped and wants to be told again goes on with the same row, and with its last notice: the cap holds.
INSERT INTO subscriptions (id, person_id, prefecture, state, releases, created_at, unanswered)
VALUES (:id, :person_id, :prefecture, 'active', :releases, :now_ms, 0)
ON CONFLICT (person_id, prefecture) DO UPDATE SET
    state = 'active', releases = excluded.releases, unanswered = 0, asked_at = NULL, ended_at = NULL, ended_by = NULL
RETURNING id;

-- name: drop_calendars(subscription_id)!
DELETE FROM subscription_calendars WHERE subscription_id = :subscription_id;

-- name: add_calendar(subscription_id, prefecture, calendar)!
INSERT INTO subscription_calendars (subscription_id, prefecture, calendar)
VALUES (:subscription_id, :prefecture, :calendar)
ON CONFLICT (subscription_id, calendar) DO NOTHING;

-- name: move_subscription(id, person_id)!
UPDATE subscriptions SET person_id = :person_id WHERE id = :id;

-- name: keep_rest(id, last_notice_at)!
-- The last notice of the conversation about this préfecture, whichever window it went to.
UPDATE subscriptions SET last_notice_at = :last_notice_at
WHERE id = :id AND (last_notice_at IS NULL OR last_notice_at < :last_notice_at);

-- name: set_subscription(id, state, ended_ms, ended_by)!
UPDATE subscriptions SET
    state = :state, unanswered = 0, asked_at = NULL, ended_at = CAST(:ended_ms AS BIGINT),
    ended_by = CAST(:ended_by AS TEXT)
WHERE id = :id;

-- name: answer_subscription(id)!
UPDATE subscriptions SET unanswered = 0, asked_at = NULL
WHERE id = :id AND (unanswered > 0 OR asked_at IS NOT NULL);

-- name: count_reminder(id, now_ms, rested_ms, most_unanswered)!
-- Asked and noted at once: an opening may be told to them in this very moment.
UPDATE subscriptions SET last_notice_at = :now_ms, unanswered = unanswered + 1
WHERE id = :id AND state = 'active' AND unanswered < :most_unanswered
    AND (last_notice_at IS NULL OR last_notice_at <= :rested_ms);

-- name: ask_subscription(id, now_ms)!
UPDATE subscriptions SET asked_at = :now_ms WHERE id = :id AND state = 'active' AND asked_at IS NULL;

-- name: silent_subscriptions(rested_ms, most_unanswered, asked_ms, most)
-- Whom to ask whether they still search, and who was asked and said nothing.
SELECT found.person_id FROM (
    SELECT waiting.person_id FROM subscriptions AS waiting
    WHERE waiting.unanswered >= :most_unanswered AND waiting.state = 'active' AND waiting.asked_at IS NULL
        AND waiting.last_notice_at <= :rested_ms
    UNION
    SELECT asked.person_id FROM subscriptions AS asked
    WHERE asked.asked_at IS NOT NULL AND asked.asked_at <= :asked_ms AND asked.state = 'active'
) AS found
ORDER BY found.person_id
LIMIT :most;

-- name: end_subscriptions(person_id, now_ms, ended_by)!
UPDATE subscriptions SET state = 'ended', unanswered = 0, asked_at = NULL, ended_at = :now_ms, ended_by = :ended_by
WHERE person_id = :person_id AND state <> 'ended';

-- name: erase_subscriptions(home_id)!
WITH RECURSIVE windows (id) AS (
    SELECT people.id FROM people WHERE people.id = :home_id
    UNION
    SELECT people.id FROM people JOIN windows ON people.home_id = windows.id
)
DELETE FROM subscriptions WHERE person_id IN (SELECT windows.id FROM windows);

-- name: serve_draw(subscription_id, since_ms, now_ms)!
-- The last opening they were told of, if that was lately and the notice left.
UPDATE draws SET served_at = :now_ms
WHERE served_at IS NULL AND subscription_id = :subscription_id AND message_id = (
    SELECT last.id
    FROM draws AS told JOIN outbox AS last ON last.id = told.message_id
    WHERE told.subscription_id = :subscription_id AND last.created_at >= :since_ms
        AND last.state IN ('dispatching', 'accepted', 'delivered', 'uncertain')
    ORDER BY last.created_at DESC
    LIMIT 1
);
