-- What LLM calls came to, a row a day and kind of call: read in milliseconds, and kept when the calls are purged.

create table llm_usage (
    day                date not null,       -- of the call, in UTC
    feed               text not null,
    tenant             text not null,
    endpoint           text not null,
    model              text not null,
    task               text not null,
    outcome            text not null,
    error              text not null,       -- empty: none
    latency_class      smallint not null,   -- how many of figures.BOUNDS_S the call took at least
    attempts           bigint not null,
    calls              bigint not null,     -- first attempts, and with them whole calls
    fallbacks          bigint not null,
    hedges             bigint not null,
    degraded           bigint not null,
    input_tokens       bigint not null,
    output_tokens      bigint not null,
    cached_tokens      bigint not null,
    cache_write_tokens bigint not null,
    reasoning_tokens   bigint not null,
    cost_usd           numeric not null,
    latency_s          double precision not null,
    primary key (day, feed, tenant, endpoint, model, task, outcome, error, latency_class)
);

-- What came since the table above was brought up to date. Only added to, so no call waits for another's row.
create table llm_usage_news (like llm_usage);

create function llm_usage_of_a_day(started_at timestamptz) returns date immutable language sql
    return (started_at at time zone 'UTC')::date;
create function llm_latency_class(latency_s double precision) returns smallint immutable language sql
    return width_bucket(latency_s, array[0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120]::double precision[]);

create function note_llm_usage() returns trigger language plpgsql set search_path from current as $$
begin
    insert into llm_usage_news
    select llm_usage_of_a_day(started_at), feed, tenant, endpoint, model, task, outcome, coalesce(error, ''),
           llm_latency_class(latency_s), count(*), count(*) filter (where attempt = 1), count(*) filter (where fallback),
           count(*) filter (where hedge), count(*) filter (where degraded), sum(input_tokens), sum(output_tokens),
           sum(cached_tokens), sum(cache_write_tokens), sum(reasoning_tokens), sum(cost_usd), sum(latency_s)
    from fresh group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
    return null;
end
$$;
create trigger llm_usage_is_noted after insert on llm_calls
    referencing new table as fresh for each statement execute function note_llm_usage();

insert into llm_usage
select llm_usage_of_a_day(started_at), feed, tenant, endpoint, model, task, outcome, coalesce(error, ''),
       llm_latency_class(latency_s), count(*), count(*) filter (where attempt = 1), count(*) filter (where fallback),
       count(*) filter (where hedge), count(*) filter (where degraded), sum(input_tokens), sum(output_tokens),
       sum(cached_tokens), sum(cache_write_tokens), sum(reasoning_tokens), sum(cost_usd), sum(latency_s)
from llm_calls group by 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- Events that went, counted without reading them.
create index outbox_published on outbox (feed, published_at) where published_at is not null;
