-- name: opted_out_since(channel, digest)$
SELECT since FROM opt_outs WHERE channel = :channel AND digest = :digest;

-- name: opt_out(channel, digest, now_ms)!
INSERT INTO opt_outs (channel, digest, since)
VALUES (:channel, :digest, :now_ms)
ON CONFLICT (channel, digest) DO NOTHING;

-- name: opt_in(channel, digest)!
DELETE FROM opt_outs WHERE channel = :channel AND digest = :digest;

-- name: cancel_notices_to(mobile_digest, now_ms, reason)!
-- What was meant for the number and waits on another channel, for whoever shared it there: the notices of a batch.
UPDATE outbox SET state = 'cancelled', finished_at = :now_ms, reason = :reason, sealed_message = ''
WHERE state = 'queued' AND batch_id IS NOT NULL
    AND person_id IN (SELECT people.id FROM people WHERE people.mobile_digest = :mobile_digest);
