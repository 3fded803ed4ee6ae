-- An IPv6 range beside the IPv4 one, and what belongs to it. A network of IPv6 alone has it as its only range.
alter table network
    add column range6              text,
    add column certificate_version smallint not null default 1 check (certificate_version in (1, 2));

alter table host add column address6 text, add constraint host_address6 unique (network_id, address6);

alter table enrollment_token add column host_address6 text;

-- What certificates name. An address that its host has given up belongs to it while a certificate says so.
alter table certificate add column addresses text[] not null default '{}';
update certificate c set addresses = array[h.address] from host h where h.id = c.host_id;

create table left_address (
    network_id text not null references network on delete cascade,
    address    text not null,
    host_id    text not null references host on delete cascade,
    primary key (network_id, address, host_id)
);
