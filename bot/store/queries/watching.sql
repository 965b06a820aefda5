-- name: watch_opening(id, watcher_id, progress_id)!
UPDATE openings SET watcher_id = :watcher_id, progress_id = :progress_id WHERE id = :id;

-- name: watched_openings()
SELECT id, watcher_id, progress_id FROM openings
WHERE watcher_id IS NOT NULL AND progress_id IS NOT NULL
ORDER BY created_at, id;

-- name: unwatch_opening(id)!
UPDATE openings SET watcher_id = NULL WHERE id = :id;
