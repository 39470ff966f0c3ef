-- Each restore from a backup begins a new life of the ledger: what is told in it is newer than all that was told before,
-- also than what was told after the backup and is forgotten.
create table restores (
    life        integer generated always as identity primary key,
    backup_at   timestamptz not null,
    restored_at timestamptz not null default now()
);
create function current_life() returns integer language sql stable set search_path from current
as $$ select count(*)::integer from restores $$;

alter table outbox add column life integer not null default 0;
alter table outbox alter column life set default current_life();
