-- A host that joined with a token that asks for it waits until somebody lets it in.
alter table enrollment_token add column approval boolean not null default false;
alter table host add column pending boolean not null default false;
