-- name: halt_sender(sender, reason, now_ms, until_ms)!
-- A halt that goes on began when it began, and never ends sooner than somebody asked for.
INSERT INTO halts (sender, reason, since, until)
VALUES (:sender, :reason, :now_ms, :until_ms)
ON CONFLICT (sender) DO UPDATE SET
    reason = excluded.reason,
    until = CASE WHEN excluded.until > halts.until THEN excluded.until ELSE halts.until END;

-- name: halt_of(sender)^
SELECT sender, reason, since, until FROM halts WHERE sender = :sender;

-- name: halts()
SELECT sender, reason, since, until FROM halts ORDER BY since, sender;

-- name: lift_halt(sender)!
DELETE FROM halts WHERE sender = :sender;
