-- name: claim_events
-- Released events in order; of each place only the oldest, so that two relays never overtake each other.
select o.seq, o.event_id, o.feed, o.date, o.place, o.number, o.doc_id, o.type, o.payload, o.endpoint,
       o.schema_version, o.created_at
from outbox o
where o.published_at is null and o.released_at is not null
  and (%(feed)s::text is null or o.feed = %(feed)s) and (%(date)s::date is null or o.date = %(date)s)
  and not exists (select from outbox earlier where earlier.place = o.place and earlier.number < o.number
                  and earlier.published_at is null)
order by o.seq
limit %(limit)s
for update of o skip locked

-- name: published
-- These are downstream for good.
update outbox set published_at = now() where seq = any(%(seqs)s)

-- name: outbox_counts
-- What went, what may go, what the gate holds.
select count(*) filter (where published_at is not null),
       count(*) filter (where published_at is null and released_at is not null),
       count(*) filter (where published_at is null and released_at is null)
from outbox where feed = %(feed)s and date = %(date)s
