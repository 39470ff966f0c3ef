-- name: become_gatherer
-- One at a time brings the usage up to date; whoever comes second need not.
select pg_try_advisory_xact_lock(hashtextextended('gather llm_usage', 0))

-- name: gather_usage
-- News into their days; readers add both up, so that none is ever missed or counted twice.
with taken as (delete from llm_usage_news returning *)
insert into llm_usage as known
select day, feed, tenant, endpoint, model, task, outcome, error, latency_class, sum(attempts), sum(calls),
       sum(fallbacks), sum(hedges), sum(degraded), sum(input_tokens), sum(output_tokens), sum(cached_tokens),
       sum(cache_write_tokens), sum(reasoning_tokens), sum(cost_usd), sum(latency_s)
from taken group by 1, 2, 3, 4, 5, 6, 7, 8, 9
on conflict (day, feed, tenant, endpoint, model, task, outcome, error, latency_class) do update
set attempts = known.attempts + excluded.attempts, calls = known.calls + excluded.calls,
    fallbacks = known.fallbacks + excluded.fallbacks, hedges = known.hedges + excluded.hedges,
    degraded = known.degraded + excluded.degraded, input_tokens = known.input_tokens + excluded.input_tokens,
    output_tokens = known.output_tokens + excluded.output_tokens,
    cached_tokens = known.cached_tokens + excluded.cached_tokens,
    cache_write_tokens = known.cache_write_tokens + excluded.cache_write_tokens,
    reasoning_tokens = known.reasoning_tokens + excluded.reasoning_tokens,
    cost_usd = known.cost_usd + excluded.cost_usd, latency_s = known.latency_s + excluded.latency_s

-- name: sum_usage
-- What calls came to, by kind, and by day if wanted (else `day` is null).
select case when %(by_day)s then day end, feed, tenant, endpoint, model, task, outcome, error,
       sum(attempts)::bigint, sum(calls)::bigint, sum(fallbacks)::bigint, sum(hedges)::bigint, sum(degraded)::bigint,
       sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cached_tokens)::bigint,
       sum(cache_write_tokens)::bigint, sum(reasoning_tokens)::bigint, sum(cost_usd), sum(latency_s)
from (select * from llm_usage union all select * from llm_usage_news) as them
where day between coalesce(%(since)s, '-infinity'::date) and coalesce(%(until)s, 'infinity'::date)
group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8

-- name: count_latencies
-- How long requests took that were sent, in classes, by day if wanted.
select case when %(by_day)s then day end, endpoint, task, latency_class, sum(attempts)::bigint, sum(latency_s)
from (select * from llm_usage union all select * from llm_usage_news) as them
where outcome <> 'cached'
  and day between coalesce(%(since)s, '-infinity'::date) and coalesce(%(until)s, 'infinity'::date)
group by 1, 2, 3, 4 order by 1, 2, 3, 4

-- name: measure_latencies
-- Exact percentiles of the answers of some days, from the calls themselves: only as far back as these are kept.
select llm_usage_of_a_day(started_at), endpoint, count(*),
       percentile_cont(0.5) within group (order by latency_s), percentile_cont(0.95) within group (order by latency_s),
       percentile_cont(0.99) within group (order by latency_s)
from llm_calls
where started_at >= %(since)s::date::timestamp at time zone 'UTC'
  and started_at < (%(until)s::date + 1)::timestamp at time zone 'UTC' and outcome in ('ok', 'rejected')
group by 1, 2 order by 1, 2

-- name: count_documents
-- Every document that counts, by how it stands; the cause where it is one of ours.
select feed, status, case when status in ('dead', 'waiting') then coalesce(cause, '') else '' end, count(*)
from documents where status <> 'superseded' group by 1, 2, 3 order by 1, 2, 3

-- name: count_reviews
-- What waits for a person, and since when the oldest.
select feed, count(*), min(created_at) from review_items where resolved_at is null group by 1 order by 1

-- name: count_letters
-- Dead letters nobody has dealt with.
select feed, cause, count(*), min(created_at) from dead_letters where resolved_at is null group by 1, 2 order by 1, 2

-- name: count_waiting
-- Documents that wait for a provider or for money, and since when the longest.
select feed, count(*), min(coalesce(waiting_since, status_at)) from documents
where status = 'waiting' group by 1 order by 1

-- name: count_open_events
-- Events not yet downstream: held by the gate, released, set aside; since when the oldest of each.
select feed, case when set_aside_at is not null then 'set_aside' when released_at is null then 'held' else 'due' end,
       count(*), min(case when set_aside_at is not null then set_aside_at else coalesce(released_at, created_at) end)
from outbox where published_at is null and skipped_at is null group by 1, 2 order by 1, 2

-- name: count_published
-- Events that are downstream, and when the last one went.
select feed, count(*), max(published_at) from outbox where published_at is not null group by 1 order by 1

-- name: look_at_gates
-- Each feed's newest partition: how its gate stands and when a check last looked; and how many gates hold events back.
select distinct on (r.feed) r.feed, r.date, r.state, r.at, count(*) filter (
    where r.state = 'closed' and exists (select from outbox o where o.feed = r.feed and o.date = r.date
                                         and o.published_at is null and o.released_at is null)
) over (partition by r.feed)
from releases r order by r.feed, r.date desc

-- name: look_at_breakers
-- What all processes know together of each endpoint.
select endpoint, state, changed_at from llm_breakers order by endpoint

-- name: look_at_limits
-- What they know of what providers allow.
select endpoint, state, changed_at from llm_limits order by endpoint

-- name: look_at_budgets
-- Budgets of the periods that run.
select budget, limit_usd, spent_usd, changed_at from llm_budgets
where limit_usd is not null
  and split_part(reverse(budget), '/', 1) in (reverse(to_char(now() at time zone 'UTC', 'YYYY-MM-DD')),
                                              reverse(to_char(now() at time zone 'UTC', 'YYYY-MM')))
order by budget
