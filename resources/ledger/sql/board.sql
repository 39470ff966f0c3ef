-- name: bound_waiting
-- Nobody waits long for rows, and nobody who stands still keeps them.
select set_config('lock_timeout', '1000ms', true),
       set_config('statement_timeout', '1500ms', true),
       set_config('idle_in_transaction_session_timeout', '3000ms', true)

-- name: read_clock
-- One clock for all processes, read when the locks are held.
select extract(epoch from clock_timestamp())::double precision

-- name: make_llm_breakers
-- A row has to be there to be locked.
insert into llm_breakers (endpoint, state) select name, '{}' from unnest(%(names)s::text[]) as name order by name
on conflict do nothing

-- name: lock_llm_breakers
-- In the order of their names, as everybody does.
select endpoint, state from llm_breakers where endpoint = any(%(names)s) order by endpoint for update

-- name: write_llm_breakers
-- What came of the change; a row that somebody swept away meanwhile comes back.
insert into llm_breakers (endpoint, state) select key, value from jsonb_each(%(rows)s) order by key
on conflict (endpoint) do update set state = excluded.state, changed_at = clock_timestamp()

-- name: make_llm_limits
-- A row has to be there to be locked.
insert into llm_limits (endpoint, state) select name, '{}' from unnest(%(names)s::text[]) as name order by name
on conflict do nothing

-- name: lock_llm_limits
-- In the order of their names, as everybody does.
select endpoint, state from llm_limits where endpoint = any(%(names)s) order by endpoint for update

-- name: write_llm_limits
-- What came of the change; a row that somebody swept away meanwhile comes back.
insert into llm_limits (endpoint, state) select key, value from jsonb_each(%(rows)s) order by key
on conflict (endpoint) do update set state = excluded.state, changed_at = clock_timestamp()

-- name: make_llm_budgets
-- A row has to be there to be locked.
insert into llm_budgets (budget, state) select name, '{}' from unnest(%(names)s::text[]) as name order by name
on conflict do nothing

-- name: lock_llm_budgets
-- In the order of their names, as everybody does.
select budget, state from llm_budgets where budget = any(%(names)s) order by budget for update

-- name: write_llm_budgets
-- What came of the change; a row that somebody swept away meanwhile comes back.
insert into llm_budgets (budget, state) select key, value from jsonb_each(%(rows)s) order by key
on conflict (budget) do update set state = excluded.state, changed_at = clock_timestamp()
