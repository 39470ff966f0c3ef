-- name: supersede_versions
-- Another version of these places arrived, or (doc_id null) the file was withdrawn.
update documents d set status = 'superseded', cause = seen.cause, status_at = now(), lease_owner = null,
                       lease_token = d.lease_token + 1
from unnest(%(places)s::text[], %(doc_ids)s::text[], %(causes)s::text[]) as seen (place, doc_id, cause)
where d.place = seen.place and d.status <> 'superseded' and d.doc_id is distinct from seen.doc_id
returning d.place, d.doc_id

-- name: close_review_of_superseded
-- Nobody needs to look at a version that is gone.
update review_items r set resolved_at = now(), resolution = 'superseded'
where r.resolved_at is null and r.feed = %(feed)s and r.place = any(%(places)s)
  and not exists (select from documents d where d.place = r.place and d.doc_id = r.doc_id and d.status <> 'superseded')

-- name: close_letters_of_superseded
-- Nor to mend it.
update dead_letters l set resolved_at = now(), resolution = 'superseded'
where l.resolved_at is null and l.feed = %(feed)s and l.place = any(%(places)s)
  and not exists (select from documents d where d.place = l.place and d.doc_id = l.doc_id and d.status <> 'superseded')

-- name: close_replays_of_superseded
-- Nor to be done again.
update replays r set done_at = now(), outcome = 'superseded'
where r.done_at is null and r.feed = %(feed)s and r.place = any(%(places)s)
  and not exists (select from documents d where d.place = r.place and d.doc_id = r.doc_id and d.status <> 'superseded')

-- name: promote_duplicates
-- A copy whose original went away becomes the document; it may lie in a partition nobody would run again.
update documents d set status = 'pending', cause = 'original_gone', status_at = now()
where (d.place, d.doc_id) in (
    select distinct on (copy.doc_id) copy.place, copy.doc_id
    from documents copy
    where copy.feed = %(feed)s and copy.doc_id = any(%(doc_ids)s) and copy.status = 'duplicate'
      and not exists (select from documents o where o.feed = copy.feed and o.doc_id = copy.doc_id
                      and o.status not in ('superseded', 'duplicate'))
    order by copy.doc_id, copy.first_seen_at, copy.place
)
returning d.place, d.date

-- name: arrive
-- The versions just read. The same bytes at another place are a duplicate: never asked, never delivered.
with seen as (
    select * from jsonb_to_recordset(%(rows)s) as row (place text, doc_id text, bytes bigint, cause text)
), judged as (
    select seen.*,
           row_number() over (partition by doc_id order by place) > 1
           or exists (select from documents o where o.feed = %(feed)s and o.doc_id = seen.doc_id
                      and o.place <> seen.place and o.status not in ('superseded', 'duplicate')) as copy
    from seen
    where not exists (select from documents d where d.place = seen.place and d.doc_id = seen.doc_id
                      and d.status <> 'superseded')
)
insert into documents (feed, place, doc_id, date, status, cause, first_verdict, bytes)
select %(feed)s, place, doc_id, %(date)s,
       case when copy then 'duplicate' when cause is not null then 'dead' else 'pending' end,
       case when copy then null else cause end,
       case when cause is not null and not copy then 'dead' end,
       bytes
from judged
on conflict (place, doc_id) do update
set status = excluded.status, cause = excluded.cause, status_at = now(), lease_owner = null,
    waiting_since = null, stood = null,
    first_verdict = coalesce(documents.first_verdict, excluded.first_verdict)
returning place, doc_id, status

-- name: bury_unreadable
-- A document that cannot be read says why and what to do about it.
insert into dead_letters (feed, doc_id, place, date, cause, message, remedy, run_id)
select %(feed)s, row.doc_id, row.place, %(date)s, row.cause, row.message, row.remedy, %(run_id)s
from jsonb_to_recordset(%(rows)s) as row (place text, doc_id text, cause text, message text, remedy text)
join documents d on d.place = row.place and d.doc_id = row.doc_id and d.status = 'dead'
where row.cause is not null
on conflict (feed, doc_id) where resolved_at is null do nothing

-- name: readable_again
-- Documents that could not be read and now can (a newer parser): open again.
with reopened as (
    update documents set status = 'pending', cause = null, status_at = now()
    where feed = %(feed)s and place = any(%(places)s) and status = 'dead'
      and not exists (select from extractions e where e.feed = documents.feed and e.doc_id = documents.doc_id)
    returning feed, doc_id
)
update dead_letters l set resolved_at = now(), resolution = %(again)s
from reopened r where l.feed = r.feed and l.doc_id = r.doc_id and l.resolved_at is null

-- name: close_letters_read_in_vain
-- Documents read again because somebody asked: what is wrong now is for a new letter to say.
update dead_letters l set resolved_at = now(), resolution = 'replayed'
from jsonb_to_recordset(%(rows)s) as row (place text, doc_id text)
join documents d on d.place = row.place and d.doc_id = row.doc_id and d.status = 'dead'
where l.feed = %(feed)s and l.doc_id = row.doc_id and l.resolved_at is null

-- name: still_unreadable
-- They are dead of what was found now.
update documents d set cause = row.cause
from jsonb_to_recordset(%(rows)s) as row (place text, doc_id text, cause text)
where d.place = row.place and d.doc_id = row.doc_id and d.status = 'dead'

-- name: end_replays_read_in_vain
-- What was asked for is done.
update replays r set done_at = now(), outcome = 'dead', run_id = %(run_id)s
from jsonb_to_recordset(%(rows)s) as row (place text, doc_id text)
where r.place = row.place and r.doc_id = row.doc_id and r.done_at is null

-- name: withdraw_downstream
-- What was told downstream and is gone from the inbox is told to be gone.
insert into outbox (event_id, feed, date, place, number, doc_id, type, payload, endpoint, schema_version)
select md5(last.place || '#' || last.number + 1 || '#record.withdrawn#' || last.doc_id)::uuid,
       last.feed, last.date, last.place, last.number + 1, last.doc_id, 'record.withdrawn', null,
       last.endpoint, last.schema_version
from (select distinct on (place) * from outbox where place = any(%(places)s) order by place, number desc) last
where last.type <> 'record.withdrawn'

-- name: current_documents
-- The documents of a partition that have something to read: neither copies nor replaced nor unreadable ones.
select d.doc_id, d.place
from documents d
left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
where d.feed = %(feed)s and d.date = %(date)s
  and (d.status in ('pending', 'waiting', 'accepted', 'review') or d.status = 'dead' and e.doc_id is not null)
order by d.place

-- name: unreadable_documents
-- Documents whose bytes could not be read: a newer parser tries again.
select d.doc_id, d.place from documents d
where d.feed = %(feed)s and d.date = %(date)s and d.status = 'dead'
  and not exists (select from extractions e where e.feed = d.feed and e.doc_id = d.doc_id)

-- name: count_by_status
-- How the documents of a partition stand.
select status, count(*) from documents where feed = %(feed)s and date = %(date)s group by status

-- name: where_documents_stand
-- One line a document, for people: what became of it and why.
select d.place, d.status, d.cause, d.doc_id,
       coalesce(l.message, r.reasons ->> 0, '') as why
from documents d
left join lateral (select message from dead_letters l where l.feed = d.feed and l.doc_id = d.doc_id
                   and l.resolved_at is null) l on d.status = 'dead'
left join lateral (select reasons from review_items r where r.feed = d.feed and r.doc_id = d.doc_id
                   and r.resolved_at is null) r on d.status = 'review'
where d.feed = %(feed)s and d.date = %(date)s and d.status <> 'superseded'
order by case d.status when 'dead' then 0 when 'review' then 1 when 'waiting' then 2 when 'pending' then 3 else 4 end,
         d.place
limit %(limit)s

-- name: all_versions
-- Every version the ledger knows of a feed, and whether there is something to read in it now.
select d.doc_id, min(d.place) filter (where d.status <> 'superseded'), min(d.place),
       coalesce(max(d.date) filter (where d.status not in ('superseded', 'duplicate')), max(d.date)),
       bool_or(d.status in ('pending', 'waiting', 'accepted', 'review') or d.status = 'dead' and e.doc_id is not null)
from documents d
left join extractions e on e.feed = d.feed and e.doc_id = d.doc_id
where d.feed = %(feed)s group by d.doc_id
