-- Where an unsorted document went: the latest version of a place, and its copy in the feed that it belongs to.
create table routes (
    place      text primary key references places,
    doc_id     text not null,
    from_feed  text not null,
    date       date not null,
    to_feed    text not null,
    to_place   text not null,
    why        text not null,
    run_id     text,
    routed_at  timestamptz not null default now()
);
create index routes_of_partition on routes (from_feed, date);
