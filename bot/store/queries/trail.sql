-- name: add_to_trail(id, at_ms, actor, action, prefecture, subject, people, detail)!
INSERT INTO trail (id, at, actor, action, prefecture, subject, people, detail)
VALUES (:id, :at_ms, :actor, :action, :prefecture, :subject, :people, :detail);

-- name: trail_entries(codes, since_ms, before_id, most)
-- `codes` is a list between commas, `,38,74,`: neither engine's own lists are the other's.
SELECT id, at, actor, action, prefecture, subject, people, detail
FROM trail
WHERE at >= :since_ms
    AND (CAST(:before_id AS TEXT) IS NULL OR id < CAST(:before_id AS TEXT))
    AND (CAST(:codes AS TEXT) IS NULL OR CAST(:codes AS TEXT) LIKE '%,' || prefecture || ',%')
ORDER BY id DESC
LIMIT :most;
