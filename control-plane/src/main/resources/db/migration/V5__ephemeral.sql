-- A host that joined with an ephemeral token is deleted once it has been offline for a while.
alter table host add column ephemeral boolean not null default false;
