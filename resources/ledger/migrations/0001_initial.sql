-- The ledger as first laid: what must be atomic, and nothing else.

-- A place (feed + path) is the identity of a document through life; the day it was first seen on owns it.
create table places (
    place         text primary key,
    feed          text not null,
    date          date not null,
    first_seen_at timestamptz not null default now(),
    mark          text not null,             -- changes when the bytes may have; empty: look again
    read_mark     text,                      -- the mark of the bytes last read
    batch         bigint                     -- the sensor's tick that asked for it
);
create index places_of_partition on places (feed, date);
create index places_of_batch on places (batch) where batch is not null;

-- When an inbox folder was first looked at: before that, only modification times speak of arrival.
create table inbox_looks (
    feed            text primary key,
    first_looked_at timestamptz not null default now()
);

-- One version (bytes) at one place. At most one version of a place is current.
create table documents (
    feed          text not null,
    place         text not null references places,
    doc_id        text not null,             -- sha256 of the bytes
    date          date not null,
    status        text not null check (status in
                  ('pending', 'waiting', 'accepted', 'review', 'dead', 'duplicate', 'superseded')),
    cause         text,
    first_verdict text check (first_verdict in ('accepted', 'review', 'dead')),
    bytes         bigint not null,
    first_seen_at timestamptz not null default now(),
    status_at     timestamptz not null default now(),
    waiting_since timestamptz,
    lease_owner   text,
    lease_token   bigint not null default 0,
    primary key (place, doc_id)
);
create unique index one_current_version_of_a_place on documents (place) where status <> 'superseded';
create unique index one_original_of_the_bytes on documents (feed, doc_id)
    where status not in ('superseded', 'duplicate');
create index documents_of_partition on documents (feed, date, status);
create index documents_waiting on documents (waiting_since) where status = 'waiting';

create table extractions (
    feed           text not null,
    doc_id         text not null,
    place          text not null,
    date           date not null,
    verdict        text not null check (verdict in ('accepted', 'review', 'dead')),
    record         jsonb,
    evidence       jsonb not null default '[]',
    reasons        jsonb not null default '[]',
    endpoint       text,
    degraded       boolean not null default false,
    version        text not null,            -- schema + prompt + route: what was answered stays answered
    schema_version text not null,
    prompt_version text not null,
    route_version  text not null,
    cost_usd       numeric(18, 9) not null default 0,
    latency_s      double precision not null default 0,
    approved_by    text,                     -- a person's word: never overwritten by a model
    run_id         text,
    made_at        timestamptz not null default now(),
    primary key (feed, doc_id)
);
create index extractions_of_partition on extractions (feed, date);

-- What an extraction was before it was made anew.
create table extraction_history (
    feed        text not null,
    doc_id      text not null,
    replaced_at timestamptz not null default now(),
    extraction  jsonb not null
);
create index history_of_document on extraction_history (feed, doc_id);

create table review_items (
    item_id     bigint generated always as identity primary key,
    feed        text not null,
    doc_id      text not null,
    place       text not null,
    date        date not null,
    record      jsonb,
    reasons     jsonb not null,
    created_at  timestamptz not null default now(),
    resolved_at timestamptz,
    resolution  text,
    resolved_by text
);
create unique index one_open_review_item_a_document on review_items (feed, doc_id) where resolved_at is null;

create table dead_letters (
    letter_id   bigint generated always as identity primary key,
    feed        text not null,
    doc_id      text not null,
    place       text not null,
    date        date not null,
    cause       text not null,
    message     text not null,
    remedy      text not null,
    run_id      text,
    created_at  timestamptz not null default now(),
    resolved_at timestamptz,
    resolution  text
);
create unique index one_open_dead_letter_a_document on dead_letters (feed, doc_id) where resolved_at is null;

-- What downstream is to be told: written in the document's own transaction, published once it is released.
create table outbox (
    seq            bigint generated always as identity primary key,
    event_id       uuid not null unique,     -- of what is told and when in the place's life: the same telling, the same id
    feed           text not null,
    date           date not null,
    place          text not null,
    number         integer not null,         -- the place's n-th event
    doc_id         text not null,
    type           text not null check (type in ('record.created', 'record.updated', 'record.withdrawn')),
    payload        jsonb,
    endpoint       text,
    schema_version text,
    created_at     timestamptz not null default now(),
    released_at    timestamptz,
    released_by    text check (released_by in ('gate', 'person', 'review')),
    published_at   timestamptz,
    unique (place, number),
    check ((released_at is null) = (released_by is null))
);
create index outbox_to_publish on outbox (seq) where published_at is null and released_at is not null;
create index outbox_of_partition on outbox (feed, date) where published_at is null;
create index outbox_unpublished_of_place on outbox (place, number) where published_at is null;

-- The gate of a partition, how each gate check last saw it, and every turn it took.
create table releases (
    date   date not null,
    feed   text not null,
    state  text not null check (state in ('open', 'closed')),
    by     text not null,
    reason text not null,
    at     timestamptz not null default now(),
    primary key (date, feed)
);
create table gate_checks (
    date    date not null,
    feed    text not null,
    name    text not null,
    passed  boolean not null,
    reason  text not null,
    run_id  text,
    at      timestamptz not null default now(),
    primary key (date, feed, name)
);
create table release_history (
    turn   bigint generated always as identity primary key,
    date   date not null,
    feed   text not null,
    state  text not null,
    by     text not null,
    reason text not null,
    at     timestamptz not null default now()
);

-- One row an attempt; the same request is answered once.
create table llm_calls (
    id               bigint generated always as identity primary key,
    call_id          text not null,
    attempt          integer not null,
    run_id           text not null,
    asset            text not null,
    partition        text not null,
    feed             text not null,
    tenant           text not null,
    doc_id           text,
    endpoint         text not null,
    model            text not null,
    task             text not null,
    prompt_version   text not null,
    outcome          text not null check (outcome in ('ok', 'rejected', 'failed', 'cached')),
    error            text,
    stop_reason      text,
    input_tokens     integer not null default 0,
    output_tokens    integer not null default 0,
    cached_tokens    integer not null default 0,
    reasoning_tokens integer not null default 0,
    cost_usd         numeric(18, 9) not null default 0,
    latency_s        double precision not null,
    first_token_s    double precision,
    cache_hit        boolean not null default false,
    fallback         boolean not null default false,
    started_at       timestamptz not null
);
create index llm_calls_of_run on llm_calls (run_id);
create index llm_calls_of_document on llm_calls (feed, doc_id);
create index llm_calls_by_time on llm_calls (started_at);

create table llm_answers (
    key           text primary key,
    text          text not null,
    endpoint      text not null,
    model         text not null,
    stop_reason   text,
    input_tokens  integer not null,
    output_tokens integer not null,
    degraded      boolean not null,
    made_at       timestamptz not null default now()
);
