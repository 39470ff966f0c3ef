-- Delivery that goes on although single events fail: each event has its own patience, and a way to be set aside.

alter table outbox
    add column attempts        integer not null default 0,   -- how often the sink refused this very event
    add column next_attempt_at timestamptz,                  -- not before; null: at once
    add column last_error      text,
    add column set_aside_at    timestamptz,                  -- no longer tried; later events of its place wait behind it
    add column skipped_at      timestamptz,                  -- a person let the place go on without it
    add column skipped_by      text,
    add column skip_reason     text,
    add check (num_nulls(skipped_at, skipped_by, skip_reason) in (0, 3)),
    add check (published_at is null or skipped_at is null);

-- What is due, in the order in which it is due: neither published rows nor those that wait lie in the claim's way.
drop index outbox_to_publish;
create index outbox_due on outbox (coalesce(next_attempt_at, released_at), seq)
    where published_at is null and released_at is not null and set_aside_at is null and skipped_at is null;
drop index outbox_unpublished_of_place;
create index outbox_open_of_place on outbox (place, number) where published_at is null and skipped_at is null;
create index outbox_set_aside on outbox (set_aside_at) where set_aside_at is not null;

-- Every publication leaves a dead entry in the indexes above; they are cleared by the count, not by the table's size.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);

-- Relays that listen hear of a release the moment it is committed.
create function tell_relays() returns trigger language plpgsql as $$
begin
    perform pg_notify('weir_outbox', '');
    return null;
end
$$;
create trigger outbox_release_is_told after update of released_at on outbox
    for each statement execute function tell_relays();
create trigger outbox_born_released_is_told after insert on outbox
    for each row when (new.released_at is not null) execute function tell_relays();
