-- What people are told of: how far each watch has read, what stands, and every message until it is taken.

create table alert_positions (
    watch    text primary key,
    position bigint not null               -- of Dagster's events: read, and older than anything still being written
);

-- A check of a partition, or what a run does for one.
create table alert_conditions (
    condition text primary key,
    standing  text not null check (standing in ('well', 'warn', 'error')),
    told      text not null check (told in ('well', 'warn', 'error')),  -- the worst people heard of since it was well
    seen_at   timestamptz not null,        -- of the event this was read from: an older one changes nothing
    needs     text[] not null default '{}' -- what a run has to do to make it well; of a check, nothing
);

-- One message a channel; sent means that the other side took it.
create table alert_messages (
    message_id      uuid primary key,      -- of what is told: the same telling, the same id
    channel         text not null,
    feed            text not null,
    owner           text not null,
    alerts          jsonb not null,
    created_at      timestamptz not null default clock_timestamp(),
    attempts        integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    last_error      text,
    sent_at         timestamptz
);
create index alert_messages_due on alert_messages (channel, next_attempt_at, created_at) where sent_at is null;
