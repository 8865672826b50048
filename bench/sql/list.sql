\set s random(1, :spaces)
\startpipeline
SELECT t.id, t.number, t.list_id, t.parent_id, t.title, t.notes, t.priority, t.due, t.due_time_zone, t.original_due, t.recurrence, t.recurrence_from, t.label_ids, t.position, t.completed_at, t.deleted_at, t.created_at, t.updated_at, t.version, t.due_key, NULL, CAST(0 AS bigint) FROM tasks.tasks t WHERE t.space_id = ('019a0000-0000-7000-9000-' || lpad(to_hex(:s::int), 12, '0'))::uuid AND t.completed_at IS NULL AND t.deleted_at IS NULL AND t.list_id NOT IN (SELECT a.id FROM tasks.lists a WHERE a.space_id = ('019a0000-0000-7000-9000-' || lpad(to_hex(:s::int), 12, '0'))::uuid AND a.archived_at IS NOT NULL) ORDER BY t.position, t.id LIMIT 51;
\endpipeline
