-- name: open_reviews
-- Review items nobody has decided on: how many, and how many hours the oldest has been open.
select feed, count(*), extract(epoch from now() - min(created_at))::double precision / 3600
from review_items where resolved_at is null group by feed order by feed

-- name: list_open_reviews
-- The oldest of them.
select feed, date::text, place, extract(epoch from now() - created_at)::double precision / 3600
from review_items where resolved_at is null order by created_at, item_id limit %(limit)s

-- name: open_waits
-- Documents that wait for a provider or for money: how many, and how many hours the longest.
select feed, count(*), extract(epoch from now() - min(coalesce(waiting_since, status_at)))::double precision / 3600
from documents where status = 'waiting' group by feed order by feed

-- name: list_open_waits
-- Where they wait, and for what.
select feed, date::text, count(*), min(cause),
       extract(epoch from now() - min(coalesce(waiting_since, status_at)))::double precision / 3600
from documents where status = 'waiting' group by feed, date order by 5 desc limit %(limit)s

-- name: list_broken_partitions
-- Partitions whose gate holds events back, or in which documents were never decided, and for how many hours.
select feed, date::text, why, hours from (
    select r.feed, r.date, 'the gate is closed: ' || r.reason as why,
           extract(epoch from now() - turned.at)::double precision / 3600 as hours
    from releases r
    join lateral (select max(at) as at from release_history h where h.date = r.date and h.feed = r.feed
                  and h.state = 'closed') as turned on true
    where r.state = 'closed' and exists (select from outbox o where o.feed = r.feed and o.date = r.date
                                         and o.published_at is null and o.released_at is null and o.skipped_at is null)
    union all
    select feed, date, count(*) || ' documents were never decided',
           extract(epoch from now() - min(status_at))::double precision / 3600
    from documents where status = 'pending' group by feed, date
) as broken order by hours desc

-- name: due_events
-- Events that are released and not downstream (100,000 of them are looked at): how many, the oldest for how many seconds.
select feed, count(*), extract(epoch from now() - min(released_at))::double precision from (
    select feed, released_at from outbox
    where published_at is null and released_at is not null and set_aside_at is null and skipped_at is null
    order by coalesce(next_attempt_at, released_at), seq limit 100000
) as due group by feed order by feed

-- name: list_due_events
-- The oldest of them, and what the sink said.
select feed, date::text, place, type, coalesce(last_error, ''), extract(epoch from now() - released_at)::double precision
from outbox
where published_at is null and released_at is not null and set_aside_at is null and skipped_at is null
order by released_at, seq limit %(limit)s

-- name: shut_endpoints
-- Endpoints that are left alone or tried again: since how many seconds, and how long ago somebody last wanted them.
select b.endpoint, b.state ->> 'phase', coalesce(b.state ->> 'why', ''),
       extract(epoch from now() - coalesce(
           (select min(t.at) from llm_breaker_turns t where t.endpoint = b.endpoint and t.at > coalesce(
               (select max(c.at) from llm_breaker_turns c where c.endpoint = b.endpoint and c.phase = 'closed'),
               '-infinity')),
           b.changed_at))::double precision,
       extract(epoch from now() - b.changed_at)::double precision
from llm_breakers b where b.state ->> 'phase' in ('open', 'quarantined', 'ramping') order by b.endpoint
