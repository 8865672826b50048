\set s random(1, :spaces)
\set t random(0, :tasks - 1) * :spaces + :s
\startpipeline
SELECT t.id, t.number, t.list_id, t.parent_id, t.title, t.notes, t.priority, t.due, t.due_time_zone, t.original_due, t.recurrence, t.recurrence_from, t.label_ids, t.position, t.completed_at, t.deleted_at, t.created_at, t.updated_at, t.version FROM tasks.tasks t WHERE t.space_id = ('019a0000-0000-7000-9000-' || lpad(to_hex(:s::int), 12, '0'))::uuid AND t.id = ('019a0000-0000-7000-8000-' || lpad(to_hex(:t::int), 12, '0'))::uuid;
\endpipeline
