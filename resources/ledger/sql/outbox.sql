-- name: claim_events
-- What is due; of each place only the oldest, so that two relays never overtake each other.
select o.seq, o.event_id, o.feed, o.date, o.place, o.number, o.doc_id, o.type, o.payload::text, o.endpoint,
       o.schema_version, o.created_at, o.attempts, o.life
from outbox o
where o.published_at is null and o.released_at is not null and o.set_aside_at is null and o.skipped_at is null
  and coalesce(o.next_attempt_at, o.released_at) <= now()
  and (%(feed)s::text is null or o.feed = %(feed)s) and (%(date)s::date is null or o.date = %(date)s)
  -- A subquery of its own, not a join: whatever the planner believes of the table, it is one look into one index.
  and o.number = (select min(open.number) from outbox open where open.place = o.place
                  and open.published_at is null and open.skipped_at is null)
order by coalesce(o.next_attempt_at, o.released_at), o.seq
limit %(limit)s
for update of o skip locked

-- name: published
-- These are downstream for good.
update outbox set published_at = clock_timestamp(), last_error = null where seq = any(%(seqs)s)

-- name: refused
-- What the sink did not take is tried again later, or set aside; the next event of its place waits behind it.
update outbox o
set attempts = o.attempts + row.counts::int, last_error = row.error,
    next_attempt_at = now() + make_interval(secs => row.wait_s),
    set_aside_at = case when row.final then now() end
from jsonb_to_recordset(%(rows)s) as row (seq bigint, error text, wait_s double precision, counts boolean,
                                     final boolean)
where o.seq = row.seq

-- name: outbox_counts
-- What went, what may go, what the gate holds, what nobody tries any more.
select count(*) filter (where published_at is not null),
       count(*) filter (where published_at is null and released_at is not null and set_aside_at is null),
       count(*) filter (where published_at is null and released_at is null and set_aside_at is null),
       count(*) filter (where published_at is null and set_aside_at is not null),
       count(*) filter (where published_at is null and released_at is not null and set_aside_at is null
                        and last_error is not null)
from outbox where feed = %(feed)s and date = %(date)s and skipped_at is null

-- name: set_aside_events
-- What needs a person, oldest first, and how many events of its place wait behind it.
select o.event_id, o.feed, o.date, o.place, o.type, o.attempts, o.last_error, o.set_aside_at,
       (select count(*) from outbox later where later.place = o.place and later.number > o.number
        and later.published_at is null and later.skipped_at is null)
from outbox o
where o.set_aside_at is not null and o.published_at is null and o.skipped_at is null
  and (%(feed)s::text is null or o.feed = %(feed)s) and (%(date)s::date is null or o.date = %(date)s)
order by o.set_aside_at, o.seq limit %(limit)s

-- name: refusals
-- Why events did not go yet: first those that are still tried.
select place, type, attempts, last_error from outbox
where feed = %(feed)s and date = %(date)s and published_at is null and skipped_at is null and last_error is not null
order by set_aside_at nulls first, seq limit %(limit)s

-- name: try_again
-- A person mended what was in the way: from the beginning. Naming released_at tells the relays.
update outbox set attempts = 0, next_attempt_at = null, set_aside_at = null, released_at = released_at
where set_aside_at is not null and published_at is null and skipped_at is null
  and (%(event_ids)s::uuid[] is null or event_id = any(%(event_ids)s::uuid[]))

-- name: skip
-- A person lets a place go on without this event. Naming released_at tells the relays.
update outbox set skipped_at = now(), skipped_by = %(by)s, skip_reason = %(reason)s, released_at = released_at
where event_id = any(%(event_ids)s::uuid[]) and set_aside_at is not null and published_at is null and skipped_at is null

-- name: oldest_due
-- How many events are due, and since when the first.
select count(*), min(coalesce(next_attempt_at, released_at)) from (
    select next_attempt_at, released_at from outbox
    where published_at is null and released_at is not null and set_aside_at is null and skipped_at is null
      and coalesce(next_attempt_at, released_at) <= now()
    order by coalesce(next_attempt_at, released_at) limit 10000
) as due

-- name: begin_new_life
-- The ledger was put back from a backup: what is told from now on is newer than whatever was told after that.
insert into restores (backup_at) values (%(backup_at)s)

-- name: hold_what_may_have_left
-- What was not downstream then may be by now: a person decides.
update outbox set set_aside_at = now(), was_released = true, last_error = %(why)s
where published_at is null and skipped_at is null and set_aside_at is null

-- name: end_restore
-- The ledger may be opened again.
drop schema weir_restoring
