-- How a night went is known by the newest night that was seen: looking at an older one again is no news.
alter table alert_conditions add column of_day text not null default '';
