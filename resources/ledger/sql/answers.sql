-- name: recall_answer
-- The same request was answered before.
select text, endpoint, model, stop_reason, input_tokens, output_tokens, degraded from llm_answers where key = %(key)s

-- name: keep_answer
-- An answer the moment it arrives.
insert into llm_answers (key, text, endpoint, model, stop_reason, input_tokens, output_tokens, degraded)
values (%(key)s, %(text)s, %(endpoint)s, %(model)s, %(stop_reason)s, %(input_tokens)s, %(output_tokens)s, %(degraded)s)
on conflict (key) do update
set text = excluded.text, endpoint = excluded.endpoint, model = excluded.model, stop_reason = excluded.stop_reason,
    input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, degraded = excluded.degraded,
    made_at = now()

-- name: keep_attempts
-- Every attempt is a row.
insert into llm_calls (call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task,
                       prompt_version, outcome, error, stop_reason, input_tokens, output_tokens, cached_tokens,
                       reasoning_tokens, cost_usd, latency_s, first_token_s, cache_hit, fallback, started_at,
                       cache_write_tokens, degraded, hedge, lane)
select call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task,
       prompt_version, outcome, error, stop_reason, input_tokens, output_tokens, cached_tokens,
       reasoning_tokens, cost_usd, latency_s, first_token_s, cache_hit, fallback, started_at,
       coalesce(cache_write_tokens, 0), coalesce(degraded, false), coalesce(hedge, false), coalesce(lane, 'normal')
from jsonb_to_recordset(%(rows)s) as row (
    call_id text, attempt integer, run_id text, asset text, partition text, feed text, tenant text, doc_id text,
    endpoint text, model text, task text, prompt_version text, outcome text, error text, stop_reason text,
    input_tokens integer, output_tokens integer, cached_tokens integer, reasoning_tokens integer, cost_usd numeric,
    latency_s double precision, first_token_s double precision, cache_hit boolean, fallback boolean,
    started_at timestamptz, cache_write_tokens integer, degraded boolean, hedge boolean, lane text)

-- name: recent_answers
-- How fast endpoints answered lately, newest last: what a new process knows of them before its first call.
select endpoint, task, latency_s, output_tokens
from (select *, row_number() over (partition by endpoint, task order by started_at desc) as nth
      from (select endpoint, task, latency_s, output_tokens, started_at from llm_calls
            where started_at > now() - interval '24 hours' and outcome in ('ok', 'rejected') and not cache_hit
            order by started_at desc limit 5000) as lately) as numbered
where nth <= 64 order by started_at
