-- name: note_check
-- How a gate check saw the partition just now.
insert into gate_checks (date, feed, name, passed, reason, run_id)
values (%(date)s, %(feed)s, %(name)s, %(passed)s, %(reason)s, %(run_id)s)
on conflict (date, feed, name)
do update set passed = excluded.passed, reason = excluded.reason, run_id = excluded.run_id, at = now()

-- name: gate_checks
-- What the gate checks said of the partition as it is: a word from before the last verdict counts for nothing.
select name, passed, reason from gate_checks
where date = %(date)s and feed = %(feed)s
  and at >= coalesce((select max(status_at) from documents where date = %(date)s and feed = %(feed)s), '-infinity')
order by name

-- name: turn_gate
-- The gate's position, and a line in its history when it turns.
with before as (
    select state, by from releases where date = %(date)s and feed = %(feed)s
), turned as (
    insert into releases (date, feed, state, by, reason)
    values (%(date)s, %(feed)s, %(state)s, %(by)s, %(reason)s)
    on conflict (date, feed) do update set state = excluded.state, by = excluded.by, reason = excluded.reason, at = now()
    returning 1
)
insert into release_history (date, feed, state, by, reason)
select %(date)s, %(feed)s, %(state)s, %(by)s, %(reason)s from turned
where not exists (select from before where state = %(state)s and by = %(by)s)

-- name: lock_gate
-- One hand on the gate at a time.
select pg_advisory_xact_lock(hashtextextended('gate ' || %(date)s || '|' || %(feed)s, 0))

-- name: release_events
-- What waits behind the gate may go.
update outbox set released_at = now(), released_by = %(by)s
where feed = %(feed)s and date = %(date)s and published_at is null and released_at is null

-- name: hold_events
-- What is not yet published stays; what a person approved in review goes all the same.
update outbox set released_at = null, released_by = null, was_released = true
where feed = %(feed)s and date = %(date)s and published_at is null and released_by <> 'review'

-- name: release_state
-- The gate of a partition.
select state, by, reason, at from releases where date = %(date)s and feed = %(feed)s

-- name: holds_documents
-- Whether the partition ever held a document.
select exists (select from documents where date = %(date)s and feed = %(feed)s)
