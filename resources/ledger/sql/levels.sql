-- name: count_verdicts
-- How the documents of some days stand, by day and feed; the first verdict is what no person's work moves.
select d.date, d.feed, count(*) filter (where d.first_verdict is not null),
       count(*) filter (where d.first_verdict in ('review', 'dead')),
       count(*) filter (where d.status = 'accepted'), count(*) filter (where d.status = 'review'),
       count(*) filter (where d.status = 'dead'), count(*) filter (where d.status in ('waiting', 'pending'))
from documents d
where d.feed = any(%(feeds)s) and d.date between %(since)s and %(until)s
  and d.status not in ('superseded', 'duplicate')
group by 1, 2 order by 1, 2

-- name: measure_paces
-- How long the documents of some days took, and in how many minutes of work they were decided.
select e.date, count(*), count(distinct date_trunc('minute', e.made_at)),
       percentile_cont(0.5) within group (order by e.latency_s),
       percentile_cont(0.99) within group (order by e.latency_s)
from extractions e
where e.feed = any(%(feeds)s) and e.date between %(since)s and %(until)s
group by 1 order by 1

-- name: measure_answering
-- Of the minutes of some days in which a model was asked, those in which one answered; and the same of questions.
with asked as (
    select call_id, min(started_at) as at, bool_or(outcome <> 'failed') as answered
    from llm_calls
    where started_at >= %(since)s::date::timestamp at time zone 'UTC'
      and started_at < (%(until)s::date + 1)::timestamp at time zone 'UTC'
    group by 1
), minutes as (
    select date_trunc('minute', at) as minute, bool_or(answered) as answered, count(*) as questions,
           count(*) filter (where answered) as answers
    from asked group by 1
)
select (minute at time zone 'UTC')::date, count(*), count(*) filter (where answered), sum(questions)::bigint,
       sum(answers)::bigint
from minutes group by 1 order by 1

-- name: count_decisions
-- What people decided on some days: as it was proposed, corrected, rejected.
select count(*) filter (where resolution = 'approved'), count(*) filter (where resolution = 'corrected'),
       count(*) filter (where resolution = 'rejected')
from review_items
where resolved_by is not null and resolved_at >= %(since)s::date::timestamp at time zone 'UTC'
  and resolved_at < (%(until)s::date + 1)::timestamp at time zone 'UTC'

-- name: newest_scores
-- How well each feed's newest version reads its gold.
select distinct on (feed) feed, f1, documents from gold_scores where feed = any(%(feeds)s) order by feed, at desc

-- name: breaker_turns
-- The turns breakers took between two moments, and before them the last one each had taken.
(select distinct on (endpoint) endpoint, phase, why, at from llm_breaker_turns where at < %(since)s
 order by endpoint, at desc, turn desc)
union all
(select endpoint, phase, why, at from llm_breaker_turns where at >= %(since)s and at < %(until)s
 order by endpoint, at, turn)
