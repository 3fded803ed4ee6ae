-- Keys that sign bundles, one active for each network. A key that was replaced is kept while a host trusts no other.
-- Its secret is named 'bundle:' and the id; the keys of the time before this table have the id of their network.

create table bundle_key (
    id         text primary key,
    network_id text not null references network on delete cascade,
    state      text not null check (state in ('active', 'replaced', 'retired')),
    pin        text,
    created_at timestamptz not null
);
create unique index bundle_key_active on bundle_key (network_id) where state = 'active';

insert into bundle_key (id, network_id, state, created_at) select id, id, 'active', created_at from network;

-- The key that signed, the successor that it names, and a successor that the host has shown to have heard of.
alter table bundle add column key_id text references bundle_key;
update bundle set key_id = network_id;
alter table bundle alter column key_id set not null;
alter table bundle add column successor_id text references bundle_key;
alter table bundle add column trusts_id text references bundle_key;

alter table enrollment_token add column bundle_key_id text references bundle_key;
update enrollment_token set bundle_key_id = network_id;
alter table enrollment_token alter column bundle_key_id set not null;
