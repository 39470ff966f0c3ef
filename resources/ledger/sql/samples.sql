-- name: keep_samples
-- Requests in full; one that is kept already stays as it is.
insert into llm_samples (call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task,
                         prompt_version, outcome, error, input_tokens, output_tokens, cost_usd, latency_s, started_at,
                         asked, answered)
select call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task, prompt_version,
       outcome, error, input_tokens, output_tokens, cost_usd, latency_s, started_at, asked, answered
from jsonb_to_recordset(%(rows)s) as row (
    call_id text, attempt integer, run_id text, asset text, partition text, feed text, tenant text, doc_id text,
    endpoint text, model text, task text, prompt_version text, outcome text, error text, input_tokens integer,
    output_tokens integer, cost_usd numeric, latency_s double precision, started_at timestamptz, asked jsonb,
    answered text)
on conflict (call_id, attempt) do nothing

-- name: find_samples
-- The latest samples, by feed, day of the partition, beginning of the doc_id, or outcome.
select s.call_id, s.attempt, s.partition, coalesce(d.place, ''), s.doc_id, s.endpoint, s.model, s.task, s.outcome,
       s.error, s.input_tokens, s.output_tokens, s.cost_usd, s.latency_s, s.started_at, s.asked, s.answered
from llm_samples s
left join lateral (select place from documents d where d.feed = s.feed and d.doc_id = s.doc_id
                   order by d.status = 'superseded', d.place limit 1) d on true
where (%(feed)s::text is null or s.feed = %(feed)s)
  and (%(date)s::text is null or split_part(s.partition, '|', 1) = %(date)s)
  and (%(doc)s::text is null or starts_with(s.doc_id, %(doc)s))
  and (%(outcome)s::text is null or s.outcome = %(outcome)s)
  and (%(call)s::text is null or starts_with(s.call_id, %(call)s))
order by s.sample_id desc limit %(limit)s
