-- The critical fields that the own part of a bundle has.
alter table bundle add column critical text[] not null default '{}';
