-- name: finish_message(id, state, below, keeps_text, now_ms, provider_id, reason, attempt, check_at)!
-- Forward only. The text is kept no longer than it may have to be sent again: an SMS that the provider took may still
-- come back as not delivered, for a reason that passes.
-- Who made an attempt (:attempt is given) speaks of that one alone. If the message is queued again, only the news that
-- the attempt was taken after all counts, and not even that where the provider's name for it is known already: the
-- provider has then said more than that, and whoever queued it again knew.
UPDATE outbox SET
    state = :state,
    finished_at = :now_ms,
    provider_id = COALESCE(:provider_id, provider_id),
    reason = COALESCE(:reason, reason),
    check_at = CAST(:check_at AS BIGINT),
    checks = CASE WHEN CAST(:check_at AS BIGINT) IS NULL THEN checks ELSE 0 END,
    sealed_message = CASE
        WHEN :keeps_text = 1 OR (channel = 'sms' AND CAST(:state AS TEXT) = 'accepted') THEN sealed_message
        ELSE ''
    END
WHERE id = :id
    AND CASE state
        WHEN 'queued' THEN 0
        WHEN 'dispatching' THEN 1
        WHEN 'uncertain' THEN 2
        WHEN 'accepted' THEN 3
        ELSE 4
    END < :below
    AND (
        CAST(:attempt AS BIGINT) IS NULL
        OR (
            attempt = CAST(:attempt AS BIGINT)
            AND (
                state <> 'queued'
                OR (
                    CAST(:state AS TEXT) = 'accepted'
                    AND (provider_id IS NULL OR provider_id <> CAST(:provider_id AS TEXT))
                )
            )
        )
    );

-- name: requeue_message(id, attempt, due_ms, reason, flag)!
-- The owner stays: it tells a row that was put back from one that waits for its hour.
UPDATE outbox SET
    state = 'queued',
    due_at = :due_ms,
    finished_at = NULL,
    check_at = NULL,
    reason = :reason,
    flag = COALESCE(:flag, flag)
WHERE id = :id AND state IN ('dispatching', 'uncertain')
    AND attempt = COALESCE(CAST(:attempt AS BIGINT), attempt);
