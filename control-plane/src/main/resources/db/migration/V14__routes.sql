-- A subnet beyond the overlay; its routers are ids of hosts in the order in which they are used.
create table route (
    id         text primary key,
    network_id text not null references network on delete cascade,
    subnet     text not null,
    routers    text[] not null,
    masquerade boolean not null,
    metric     integer not null,
    version    bigint not null default 0,
    created_at timestamptz not null,
    unique (network_id, subnet)
);
