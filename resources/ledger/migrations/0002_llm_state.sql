-- What all processes know together of providers and money: one row a thing, changed by one of them at a time.

create table llm_breakers (
    endpoint   text primary key,
    state      jsonb not null,
    changed_at timestamptz not null default now()
);
create table llm_limits (
    endpoint   text primary key,
    state      jsonb not null,
    changed_at timestamptz not null default now()
);
create table llm_budgets (
    budget     text primary key,             -- whose, of what, and which day or month
    limit_usd  numeric(18, 9) generated always as ((state ->> 'limit_usd')::numeric) stored,
    spent_usd  numeric(18, 9) generated always as ((state ->> 'spent_usd')::numeric) stored,
    state      jsonb not null,
    changed_at timestamptz not null default now()
);

alter table llm_calls add column cache_write_tokens integer not null default 0;
alter table llm_calls add column degraded boolean not null default false;
alter table llm_calls add column hedge boolean not null default false;
alter table llm_calls add column lane text not null default 'normal';
create index llm_calls_of_endpoint on llm_calls (endpoint, task, started_at);
