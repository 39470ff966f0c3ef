-- What people decide and ask for: review items with all that is needed to decide, labels, replays, last words.

alter table review_items
    add column evidence jsonb not null default '[]',
    add column endpoint text,
    add column note     text;                -- why a person rejected it

-- What a person said a document says: it joins the feed's gold when asked for.
create table gold_labels (
    feed      text not null,
    doc_id    text not null,
    place     text not null,
    record    jsonb not null,
    corrected boolean not null,              -- false: approved as it was proposed
    by        text not null,
    at        timestamptz not null default now(),
    primary key (feed, doc_id)
);

-- What is to be worked on again although it has a verdict; done with the next verdict.
create table replays (
    replay_id bigint generated always as identity primary key,
    feed      text not null,
    place     text not null,
    doc_id    text not null,
    date      date not null,
    by        text not null,
    reason    text not null,
    asked_at  timestamptz not null default now(),
    was       text not null,                 -- the status before, and its cause
    was_cause text,
    run_id    text,
    done_at   timestamptz,
    outcome   text
);
create unique index one_open_replay_a_document on replays (place, doc_id) where done_at is null;

-- The last thing asked about a document that needs a person, and the answer: bounded, without secrets.
create table last_words (
    feed     text not null,
    doc_id   text not null,
    endpoint text,
    asked    text not null,
    answered text not null,
    at       timestamptz not null default now(),
    primary key (feed, doc_id)
);

-- An event the gate let go and took back may have left all the same; one it never let go was never told anybody.
alter table outbox add column was_released boolean not null default false;

create index documents_promoted on documents (date, feed) where status = 'pending' and cause = 'original_gone';
