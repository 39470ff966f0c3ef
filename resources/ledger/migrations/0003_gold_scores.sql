-- How well each version of a feed reads its gold: measured once a version, however many partitions ask.
create table gold_scores (
    feed            text not null,
    schema_version  text not null,
    prompt_version  text not null,
    route_version   text not null,
    gold_version    text not null,
    f1              double precision not null,
    documents       integer not null,
    fields          jsonb not null,
    run_id          text,
    at              timestamptz not null default now(),
    primary key (feed, schema_version, prompt_version, route_version, gold_version)
);
