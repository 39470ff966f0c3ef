-- name: claim_documents
-- Take documents into work. The caller holds the partition's lock, so an older lease belongs to a run that is gone.
with chosen as (
    select d.place, d.doc_id, e.version is not null as answered, e.approved_by is not null as approved,
           case when e.approved_by is not null then e.record end as approved_record, r.replay_id is not null as replayed
    from documents d
    left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
    left join replays r on r.place = d.place and r.doc_id = d.doc_id and r.done_at is null
    where d.feed = %(feed)s and d.date = %(date)s
      and d.lease_owner is distinct from %(owner)s
      and (d.status in ('pending', 'waiting')
           or d.status in ('accepted', 'review', 'dead') and e.version is not null
              and (e.version <> %(version)s or %(refresh)s = 'all' or r.replay_id is not null)
           or %(refresh)s = 'failed' and (d.status = 'review' or d.status = 'dead' and e.version is not null))
      and d.place > %(after)s
    order by d.place
    limit %(limit)s
    for update of d skip locked
)
update documents d set lease_owner = %(owner)s, lease_token = d.lease_token + 1
from chosen c where d.place = c.place and d.doc_id = c.doc_id
returning d.place, d.doc_id, d.lease_token as token, c.answered, c.approved, c.approved_record, c.replayed

-- name: count_to_claim
-- How many documents of a partition are to be worked on, and how many are current.
select count(*) filter (where todo), count(*) filter (where not todo)
from (
    select d.status in ('pending', 'waiting') or e.version is not null
           and (e.version <> %(version)s or %(refresh)s = 'all' or r.replay_id is not null
                or %(refresh)s = 'failed' and d.status in ('review', 'dead')) as todo
    from documents d
    left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
    left join replays r on r.place = d.place and r.doc_id = d.doc_id and r.done_at is null
    where d.feed = %(feed)s and d.date = %(date)s
      and (d.status in ('pending', 'waiting', 'accepted', 'review') or d.status = 'dead' and e.version is not null)
) as them

-- name: finish_document
-- The verdict on a document, if the lease still holds. The first of this making: people's work does not move it.
update documents
set status = %(status)s, cause = %(cause)s, first_verdict = %(verdict)s,
    status_at = now(), waiting_since = null, stood = null, lease_owner = null
where place = %(place)s and doc_id = %(doc_id)s and lease_token = %(token)s and lease_owner = %(run_id)s

-- name: let_document_wait
-- Nobody could answer now: it waits; after the feed's patience it is dead, or, had it a verdict before, what it was.
update documents d
set status = case when not over.patience then 'waiting' else coalesce(over.stood, 'dead') end,
    stood = case when not over.patience then over.stood end,
    cause = case when over.patience and over.stood is not null then over.cause else %(cause)s end,
    first_verdict = case when over.patience then coalesce(first_verdict, over.stood, 'dead') else first_verdict end,
    status_at = now(), lease_owner = null,
    waiting_since = case when not over.patience then coalesce(waiting_since, now()) end
from (select coalesce(d.waiting_since, now()) + %(patience)s < now() as patience, l.cause,
             case when d.status in ('accepted', 'review', 'dead') then d.status else d.stood end as stood
      from documents d
      left join dead_letters l on l.feed = d.feed and l.doc_id = d.doc_id and l.resolved_at is null
      where d.place = %(place)s and d.doc_id = %(doc_id)s) as over
where d.place = %(place)s and d.doc_id = %(doc_id)s and d.lease_token = %(token)s and d.lease_owner = %(run_id)s
returning d.status, over.stood is null

-- name: keep_history
-- What an extraction was before it is made anew.
insert into extraction_history (feed, doc_id, extraction)
select feed, doc_id, to_jsonb(extractions) from extractions where feed = %(feed)s and doc_id = %(doc_id)s

-- name: keep_extraction
-- What was answered stays answered; what a person approved keeps its record.
insert into extractions (feed, doc_id, place, date, verdict, record, evidence, reasons, endpoint, degraded, version,
                         schema_version, prompt_version, route_version, cost_usd, latency_s, run_id)
values (%(feed)s, %(doc_id)s, %(place)s, %(date)s, %(verdict)s, %(record)s, %(evidence)s, %(reasons)s, %(endpoint)s,
        %(degraded)s, %(version)s, %(schema_version)s, %(prompt_version)s, %(route_version)s, %(cost_usd)s,
        %(latency_s)s, %(run_id)s)
on conflict (feed, doc_id) do update
set place = excluded.place, date = excluded.date, version = excluded.version,
    schema_version = excluded.schema_version, prompt_version = excluded.prompt_version,
    route_version = excluded.route_version, run_id = excluded.run_id, made_at = now(),
    verdict = case when extractions.approved_by is null then excluded.verdict else extractions.verdict end,
    record = case when extractions.approved_by is null then excluded.record else extractions.record end,
    evidence = case when extractions.approved_by is null then excluded.evidence else extractions.evidence end,
    reasons = excluded.reasons, endpoint = excluded.endpoint, degraded = excluded.degraded,
    cost_usd = excluded.cost_usd, latency_s = excluded.latency_s

-- name: tell_downstream
-- The record's event, in the document's own transaction. Equal values: no event.
with last as (
    select type, payload, number from outbox where place = %(place)s order by number desc limit 1
), next as (
    select coalesce((select number from last), 0) + 1 as number,
           case when exists (select from last where type <> 'record.withdrawn')
                then 'record.updated' else 'record.created' end as type
)
insert into outbox (event_id, feed, date, place, number, doc_id, type, payload, endpoint, schema_version)
select md5(%(place)s || '#' || next.number || '#' || next.type || '#' || %(record)s::jsonb::text)::uuid,
       %(feed)s, %(date)s, %(place)s, next.number, %(doc_id)s, next.type, %(record)s, %(endpoint)s, %(schema_version)s
from next
where not exists (select from last where type <> 'record.withdrawn' and payload = %(record)s)

-- name: end_replay
-- What was to be done again is done.
update replays set done_at = now(), outcome = %(outcome)s, run_id = %(run_id)s
where place = %(place)s and doc_id = %(doc_id)s and done_at is null

-- name: keep_last_words
-- What was asked last and answered, for the person who has to look.
insert into last_words (feed, doc_id, endpoint, asked, answered)
values (%(feed)s, %(doc_id)s, %(endpoint)s, %(asked)s, %(answered)s)
on conflict (feed, doc_id) do update
set endpoint = excluded.endpoint, asked = excluded.asked, answered = excluded.answered, at = now()

-- name: forget_last_words
-- Nobody has to look any more.
delete from last_words where feed = %(feed)s and doc_id = %(doc_id)s

-- name: ask_a_person
-- A review item: the proposed record and why nobody should trust it yet.
insert into review_items (feed, doc_id, place, date, record, reasons, evidence, endpoint)
values (%(feed)s, %(doc_id)s, %(place)s, %(date)s, %(record)s, %(reasons)s, %(evidence)s, %(endpoint)s)

-- name: bury
-- A dead letter: what is wrong for good, and the remedy.
insert into dead_letters (feed, doc_id, place, date, cause, message, remedy, run_id)
values (%(feed)s, %(doc_id)s, %(place)s, %(date)s, %(cause)s, %(message)s, %(remedy)s, %(run_id)s)

-- name: close_review
-- The document was worked on again.
update review_items set resolved_at = now(), resolution = %(again)s
where feed = %(feed)s and doc_id = %(doc_id)s and resolved_at is null

-- name: close_letter
-- The document was worked on again.
update dead_letters set resolved_at = now(), resolution = %(again)s
where feed = %(feed)s and doc_id = %(doc_id)s and resolved_at is null

-- name: give_back
-- Leases of a run that stops early.
update documents set lease_owner = null where feed = %(feed)s and date = %(date)s and lease_owner = %(owner)s

-- name: waiting_partitions
-- Partitions in which documents wait, and since when the longest; a copy that became the document waits, too.
select date, feed, count(*), min(coalesce(waiting_since, status_at)), max(status_at) from documents
where status = 'waiting' or status = 'pending' and cause = 'original_gone' group by date, feed order by date, feed

-- name: stored_records
-- What was accepted, to be read again.
select e.place, e.record from extractions e
join documents d on d.feed = e.feed and d.doc_id = e.doc_id and d.place = e.place and d.status = 'accepted'
where e.feed = %(feed)s and e.date = %(date)s and e.verdict = 'accepted' and e.place > %(after)s
order by e.place limit %(limit)s

-- name: first_verdicts
-- First verdicts of a partition: people's later work does not move them.
select count(*) filter (where first_verdict in ('review', 'dead')), count(*) from documents
where feed = %(feed)s and date = %(date)s and first_verdict is not null and status not in ('superseded', 'duplicate')

-- name: review_offenders
-- The documents a person has to look at, with the reasons.
select d.place, d.first_verdict, d.status,
       coalesce(l.cause || ': ' || l.message,
                (select string_agg((reason ->> 'field') || ': ' || (reason ->> 'why'), '; ')
                 from jsonb_array_elements(e.reasons) as reason), d.cause, '') as why
from documents d
left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
left join lateral (select cause, message from dead_letters l where l.feed = d.feed and l.doc_id = d.doc_id
                   order by letter_id desc limit 1) l on d.first_verdict = 'dead'
where d.feed = %(feed)s and d.date = %(date)s and d.first_verdict in ('review', 'dead')
  and d.status not in ('superseded', 'duplicate')
order by d.place limit %(limit)s
