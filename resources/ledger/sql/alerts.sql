-- name: lock_watch
-- One reader of a watch at a time.
select pg_advisory_xact_lock(hashtextextended('alerts ' || %(watch)s, 0))

-- name: position
-- How far this watch has read.
select position from alert_positions where watch = %(watch)s

-- name: keep_position
-- Never backwards while events are read; a log that began anew is said on purpose.
insert into alert_positions (watch, position) values (%(watch)s, %(position)s)
on conflict (watch) do update set position = excluded.position

-- name: conditions
-- How these stand.
select condition, standing, told, seen_at, needs, of_day from alert_conditions where condition = any(%(conditions)s)

-- name: standing_conditions
-- What is wrong now, what a run does first, the longest first.
select condition, standing, told, seen_at, needs, of_day from alert_conditions where standing <> 'well' order by seen_at

-- name: keep_conditions
-- How they stand from now on.
insert into alert_conditions (condition, standing, told, seen_at, needs, of_day)
select row.condition, row.standing, row.told, row.seen_at, row.needs, row.of_day
from jsonb_to_recordset(%(rows)s)
     as row (condition text, standing text, told text, seen_at timestamptz, needs text[], of_day text)
on conflict (condition) do update
set standing = excluded.standing, told = excluded.told, seen_at = excluded.seen_at, needs = excluded.needs,
    of_day = excluded.of_day

-- name: keep_messages
-- To be sent; what was written before is not written again.
insert into alert_messages (message_id, channel, feed, owner, alerts)
select row.message_id, row.channel, row.feed, row.owner, row.alerts
from jsonb_to_recordset(%(rows)s)
     as row (message_id uuid, channel text, feed text, owner text, alerts jsonb)
on conflict (message_id) do nothing

-- name: claim_message
-- The oldest that is due on this channel, and nobody else's.
select message_id, channel, feed, owner, alerts, created_at, attempts from alert_messages
where channel = %(channel)s and sent_at is null and next_attempt_at <= now()
order by created_at, message_id limit 1
for update skip locked

-- name: message_sent
-- Taken by the other side.
update alert_messages set sent_at = clock_timestamp(), attempts = attempts + 1, last_error = %(error)s
where message_id = %(message_id)s

-- name: message_not_taken
-- Tried again later, however often.
update alert_messages
set attempts = attempts + 1, last_error = %(error)s, next_attempt_at = now() + make_interval(secs => %(wait_s)s)
where message_id = %(message_id)s

-- name: unsent_messages
-- What waits, channel by channel: how many, since when, and why the last of them was not taken.
select channel, count(*), min(created_at), max(attempts),
       (array_agg(last_error order by next_attempt_at desc) filter (where last_error is not null))[1]
from alert_messages where sent_at is null group by channel order by channel
