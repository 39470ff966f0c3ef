-- name: calls_of_run
-- What a run asked of the providers, and what it cost.
select count(*) filter (where outcome <> 'cached') as calls,
       count(*) filter (where outcome = 'failed') as failed,
       count(*) filter (where fallback and outcome in ('ok', 'rejected')) as fallbacks,
       count(*) filter (where outcome = 'rejected') as rejected,
       count(*) filter (where cache_hit) as cached,
       coalesce(sum(input_tokens) filter (where not cache_hit), 0) as input_tokens,
       coalesce(sum(output_tokens) filter (where not cache_hit), 0) as output_tokens,
       coalesce(sum(cost_usd), 0) as cost_usd,
       percentile_cont(0.5) within group (order by latency_s) filter (where not cache_hit) as p50_s,
       percentile_cont(0.99) within group (order by latency_s) filter (where not cache_hit) as p99_s
from llm_calls where run_id = any(%(run_ids)s) and (%(asset)s::text is null or asset = %(asset)s)

-- name: document_seconds
-- How long documents took from first question to verdict.
select percentile_cont(0.5) within group (order by latency_s), percentile_cont(0.99) within group (order by latency_s)
from extractions where run_id = any(%(run_ids)s)

-- name: reasons_of_partition
-- Where the documents went and why, counted.
select d.status,
       coalesce(d.cause, case when d.status = 'review' then
                             concat_ws(': ', nullif(e.reasons -> 0 ->> 'field', ''), e.reasons -> 0 ->> 'why') end,
                '') as why,
       count(*)
from documents d
left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
where d.feed = %(feed)s and d.date = %(date)s and d.status <> 'superseded'
group by 1, 2 order by 1, 3 desc

-- name: recent_records
-- Some records, for the table on the asset's page.
select place, verdict, record, endpoint from extractions
where feed = %(feed)s and date = %(date)s and record is not null order by verdict, place limit %(limit)s

-- name: recent_events
-- Some of what downstream was told, newest first.
select place, type, published_at::text, event_id::text from outbox
where feed = %(feed)s and date = %(date)s order by published_at desc nulls last, seq desc limit %(limit)s
