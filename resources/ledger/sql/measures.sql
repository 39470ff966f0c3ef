-- name: measure_calls
-- What the attempts behind the documents of some partitions came to; tokens and money of those that were sent.
select partition, count(distinct doc_id) as documents,
       count(*) filter (where outcome <> 'cached') as attempts,
       count(*) filter (where outcome in ('ok', 'rejected')) as answers,
       count(*) filter (where outcome in ('ok', 'rejected') or error = 'truncated') as begun,
       count(*) filter (where outcome = 'rejected') as refused,
       count(*) filter (where error = 'truncated' or stop_reason in ('length', 'max_tokens')) as cut,
       count(*) filter (where outcome in ('ok', 'rejected') and fallback and not hedge) as fallbacks,
       coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(cached_tokens), 0)::bigint,
       coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(cost_usd), 0)
from last_calls where partition = any(%(partitions)s) group by partition

-- name: measure_failures
-- Which classes of errors there were, the most frequent first. What we called off or cut short is told elsewhere.
select error, endpoint, count(*) from last_calls
where partition = %(partition)s and outcome = 'failed' and error not in ('cancelled', 'truncated')
group by error, endpoint order by count(*) desc, error, endpoint

-- name: measure_models
-- Which model answered at each endpoint, and how often.
select endpoint, model, count(*) from last_calls
where partition = %(partition)s and outcome in ('ok', 'rejected') group by endpoint, model order by endpoint, model

-- name: measure_answers
-- How often answers were refused, cut or given by a fallback, by endpoint.
select endpoint, count(*) filter (where outcome in ('ok', 'rejected')), count(*) filter (where outcome = 'rejected'),
       count(*) filter (where error = 'truncated' or stop_reason in ('length', 'max_tokens')),
       count(*) filter (where outcome in ('ok', 'rejected') and fallback and not hedge)
from last_calls where partition = %(partition)s group by endpoint order by endpoint

-- name: measure_seconds
-- How long documents took from first question to verdict, a day a row.
select date::text, count(*), percentile_cont(0.5) within group (order by latency_s),
       percentile_cont(0.95) within group (order by latency_s), percentile_cont(0.99) within group (order by latency_s)
from extractions where feed = %(feed)s and date between %(since)s::date and %(until)s::date and latency_s > 0
group by date

-- name: measure_kin
-- The usual tokens of a document in some partitions, of how many; and the most a document of one of them took.
with asked as (
    select partition, doc_id, sum(input_tokens + output_tokens) as tokens from last_calls
    where partition = any(%(partitions)s) and outcome <> 'cached' group by partition, doc_id
)
select count(*), coalesce(percentile_cont(0.5) within group (order by tokens), 0)::double precision,
       coalesce(max(tokens) filter (where partition = %(partition)s), 0)::bigint from asked

-- name: measure_grounding
-- Accepted records nobody approved, and how many of them hold a value without a place in the text.
select count(*), count(*) filter (where jsonb_path_exists(evidence, '$[*] ? (@.grounded == false)'))
from extractions
where feed = %(feed)s and date = %(date)s and verdict = 'accepted' and approved_by is null

-- name: measure_delivery
-- Released events of a partition, those of them that are not downstream, and those of these that are set aside.
select count(*), count(*) filter (where published_at is null),
       count(*) filter (where published_at is null and set_aside_at is not null)
from outbox
where feed = %(feed)s and date = %(date)s and skipped_at is null
  and (released_at is not null or set_aside_at is not null)

-- name: list_slow_documents
-- Documents that took longest.
select place, latency_s, endpoint, verdict from extractions
where feed = %(feed)s and date = %(date)s order by latency_s desc limit %(limit)s

-- name: list_large_documents
-- Documents whose questions took the most tokens, and what they cost.
select coalesce(min(d.place), c.doc_id), c.tokens, c.cost_usd from (
    select doc_id, sum(input_tokens + output_tokens)::bigint as tokens, sum(cost_usd) as cost_usd from last_calls
    where partition = %(partition)s and outcome <> 'cached' group by doc_id order by 2 desc, 1 limit %(limit)s
) as c
left join documents d on d.feed = %(feed)s and d.doc_id = c.doc_id and d.status <> 'superseded'
group by c.doc_id, c.tokens, c.cost_usd order by c.tokens desc, c.doc_id

-- name: list_dead_documents
-- Documents that are dead, with cause, message and remedy.
select d.place, l.cause, l.message, l.remedy from documents d
join dead_letters l on l.feed = d.feed and l.doc_id = d.doc_id and l.resolved_at is null
where d.feed = %(feed)s and d.date = %(date)s and d.status = 'dead' order by d.place limit %(limit)s

-- name: list_undecided_documents
-- Documents without a verdict, and why.
select place, status, coalesce(cause, ''), coalesce(waiting_since, status_at)::text from documents
where feed = %(feed)s and date = %(date)s and status in ('pending', 'waiting') order by place limit %(limit)s

-- name: list_ungrounded_values
-- Values of accepted records that have no place in the text.
select e.place, value ->> 'path', value ->> 'value', value ->> 'reason'
from extractions e, jsonb_array_elements(e.evidence) as value
where e.feed = %(feed)s and e.date = %(date)s and e.verdict = 'accepted' and e.approved_by is null
  and value ->> 'grounded' = 'false'
order by e.place, 2 limit %(limit)s
