-- Some requests in full, secrets hidden, for as long as the purge lets them.
create table llm_samples (
    sample_id      bigint generated always as identity primary key,
    call_id        text not null,
    attempt        integer not null,
    run_id         text not null,
    asset          text not null,
    partition      text not null,
    feed           text not null,
    tenant         text not null,
    doc_id         text,
    endpoint       text not null,
    model          text not null,
    task           text not null,
    prompt_version text not null,
    outcome        text not null,
    error          text,
    input_tokens   integer not null,
    output_tokens  integer not null,
    cost_usd       numeric(18, 9) not null,
    latency_s      double precision not null,
    started_at     timestamptz not null,
    asked          jsonb not null,           -- [{"role", "text"}], in the order of the conversation
    answered       text not null,            -- or, of a failed request, the error's sentence
    unique (call_id, attempt)
);
create index llm_samples_by_time on llm_samples (started_at);
create index llm_samples_of_partition on llm_samples (partition, sample_id);
create index llm_samples_of_document on llm_samples (doc_id);
