-- name: open_items
-- What a person has to decide, oldest first.
select r.item_id, r.feed, r.date, r.place, r.doc_id, r.reasons, r.created_at
from review_items r
join documents d on d.place = r.place and d.doc_id = r.doc_id and d.status in ('review', 'waiting')
where r.resolved_at is null and r.item_id > %(after)s
  and (%(feed)s::text is null or r.feed = %(feed)s) and (%(date)s::date is null or r.date = %(date)s)
order by r.item_id limit %(limit)s

-- name: read_item
-- One item with all that is needed to decide, and what became of it if somebody did.
select r.item_id, r.feed, r.date, r.place, r.doc_id, r.reasons, r.created_at, r.record, r.evidence, r.endpoint,
       r.resolved_at, r.resolution, r.resolved_by, r.note,
       (select e.record from extractions e where e.feed = r.feed and e.doc_id = r.doc_id
        and e.approved_by is not null) as approved_record
from review_items r where r.item_id = %(item_id)s

-- name: lock_document_of_item
-- Documents are locked before their items, here as everywhere.
select d.doc_id from documents d join review_items r on r.place = d.place and r.doc_id = d.doc_id
where r.item_id = %(item_id)s
for update of d

-- name: settle_document
-- What a person decided. status_at stays: people's work makes no gate check look again. A run at work on it loses.
update documents
set status = %(status)s, cause = %(cause)s, waiting_since = null, stood = null, lease_owner = null, lease_token = lease_token + 1
where place = %(place)s and doc_id = %(doc_id)s

-- name: approve_extraction
-- A person's word: no model writes over it.
update extractions
set verdict = 'accepted', record = %(record)s, evidence = %(evidence)s, endpoint = %(endpoint)s, approved_by = %(by)s
where feed = %(feed)s and doc_id = %(doc_id)s
returning schema_version

-- name: reject_extraction
-- No record: a person said so.
update extractions set verdict = 'dead', record = null where feed = %(feed)s and doc_id = %(doc_id)s

-- name: forget_held
-- What the gate never let go was never told anybody; now that it is not so any more, nobody need be told.
delete from outbox
where place = %(place)s and published_at is null and released_at is null and not was_released
  and set_aside_at is null and skipped_at is null and (payload is distinct from %(record)s or type = 'record.withdrawn')

-- name: release_place
-- What a person approved goes at once, and before it what may have left already.
update outbox set released_at = now(), released_by = 'review'
where place = %(place)s and published_at is null and released_at is null

-- name: settle_item
-- Who decided what, and why.
update review_items
set resolved_at = now(), resolution = %(resolution)s, resolved_by = %(by)s, note = %(note)s
where item_id = %(item_id)s

-- name: keep_label
-- What a person said a document says, for the gold.
insert into gold_labels (feed, doc_id, place, record, corrected, by)
values (%(feed)s, %(doc_id)s, %(place)s, %(record)s, %(corrected)s, %(by)s)
on conflict (feed, doc_id) do update
set place = excluded.place, record = excluded.record, corrected = excluded.corrected, by = excluded.by, at = now()

-- name: gold_labels
-- What people said the documents of a feed say: what they corrected, or also what they approved.
select doc_id, place, record, corrected, by, at from gold_labels
where feed = %(feed)s and (corrected or %(approved)s) order by at, doc_id
