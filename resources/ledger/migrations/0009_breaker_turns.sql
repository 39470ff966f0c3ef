-- Every turn an endpoint's breaker took, for the timeline of a day: the breaker's own row knows only how it stands now.

create table llm_breaker_turns (
    turn     bigint generated always as identity primary key,
    endpoint text not null,
    phase    text not null,                  -- closed, open, quarantined, ramping
    why      text not null,
    at       timestamptz not null
);
create index llm_breaker_turns_of_endpoint on llm_breaker_turns (endpoint, at);

create function note_breaker_turn() returns trigger language plpgsql set search_path from current as $$
begin
    insert into llm_breaker_turns (endpoint, phase, why, at)
    values (new.endpoint, new.state ->> 'phase', coalesce(new.state ->> 'why', ''), clock_timestamp());
    return null;
end
$$;
create trigger llm_breaker_turns_are_noted after update on llm_breakers for each row
    when (coalesce(old.state ->> 'phase', 'closed') is distinct from coalesce(new.state ->> 'phase', 'closed'))
    execute function note_breaker_turn();
create trigger llm_breaker_turns_are_begun after insert on llm_breakers for each row
    when (coalesce(new.state ->> 'phase', 'closed') <> 'closed') execute function note_breaker_turn();
