-- name: mark_routed
-- An unsorted document whose copy lies in its feed is a duplicate of it: nobody asks about it here.
update documents set status = 'duplicate', cause = 'routed to ' || %(to_feed)s, status_at = now(), lease_owner = null,
                     lease_token = lease_token + 1, waiting_since = null, stood = null
where feed = %(feed)s and place = %(place)s and doc_id = %(doc_id)s
  and status in ('pending', 'waiting', 'review', 'dead')

-- name: close_review_of_routed
-- Nobody needs to sort by hand what found its feed.
update review_items set resolved_at = now(), resolution = 'routed'
where resolved_at is null and feed = %(feed)s and doc_id = %(doc_id)s and place = %(place)s

-- name: close_letter_of_routed
-- Nor to mend it here.
update dead_letters set resolved_at = now(), resolution = 'routed'
where resolved_at is null and feed = %(feed)s and doc_id = %(doc_id)s and place = %(place)s

-- name: end_replay_of_routed
-- Nor to do it again here.
update replays set done_at = now(), outcome = 'routed', run_id = %(run_id)s
where done_at is null and place = %(place)s and doc_id = %(doc_id)s

-- name: keep_route
-- Where it went, in the place of where an earlier version went.
insert into routes (place, doc_id, from_feed, date, to_feed, to_place, why, run_id)
values (%(place)s, %(doc_id)s, %(feed)s, %(date)s, %(to_feed)s, %(to_place)s, %(why)s, %(run_id)s)
on conflict (place) do update
set doc_id = excluded.doc_id, to_feed = excluded.to_feed, to_place = excluded.to_place, why = excluded.why,
    run_id = excluded.run_id, routed_at = now()

-- name: known_routes
-- Where these places' documents went.
select place, to_feed, to_place from routes where place = any(%(places)s)

-- name: forget_routes
-- The files are gone, and so are their copies.
delete from routes where place = any(%(places)s)
