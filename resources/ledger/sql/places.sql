-- name: begin_look
-- From when on an unknown file counts as arrived when it was found, not when it was last written.
with begun as (
    insert into inbox_looks (feed) values (%(feed)s) on conflict (feed) do nothing returning first_looked_at
)
select first_looked_at from begun
union all
select first_looked_at from inbox_looks where feed = %(feed)s
limit 1

-- name: known_places
-- What the ledger holds about these places.
select place, date, mark, read_mark from places where place = any(%(places)s)

-- name: places_of_partition
-- Every place the partition owns, with the mark of the bytes last read and the version that is current.
select p.place, p.read_mark, d.doc_id
from places p
left join documents d on d.place = p.place and d.status <> 'superseded'
where p.feed = %(feed)s and p.date = %(date)s

-- name: note_places
-- Places seen now: a new one gets its day for good, a changed one is open to be asked for again.
insert into places (place, feed, date, mark)
select seen.place, %(feed)s, seen.date, seen.mark
from unnest(%(places)s::text[], %(dates)s::date[], %(marks)s::text[]) as seen (place, date, mark)
on conflict (place) do update set mark = excluded.mark, batch = null
where places.mark <> excluded.mark

-- name: ask_for_places
-- Give the next tick its files: those never asked for whose present bytes nobody read. A tick that died finds its own again.
with chosen as (
    select place from places
    where batch is null and feed = any(%(feeds)s) and rtrim(coalesce(read_mark, ''), '?') <> mark
    order by date, place
    limit %(limit)s
    for update skip locked
)
update places set batch = %(batch)s from chosen where places.place = chosen.place

-- name: places_of_batch
-- The files of one tick.
select feed, date, place, mark from places where batch = %(batch)s order by feed, date, place

-- name: lock_places
-- One writer at a time for each place.
select place from places where place = any(%(places)s) order by place for update

-- name: read_places
-- The bytes of these places were read at these marks.
update places set read_mark = seen.mark
from unnest(%(places)s::text[], %(marks)s::text[]) as seen (place, mark)
where places.place = seen.place
