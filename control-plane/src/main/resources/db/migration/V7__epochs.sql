-- Digests of the bundles that were signed for a host: what a host enforces and is not here was signed by a later state of
-- this database, of which this one is an older copy.
create table bundle_digest (
    host_id   text not null references host on delete cascade,
    digest    text not null,
    signed_at timestamptz not null,
    primary key (host_id, digest)
);
insert into bundle_digest select host_id, digest, now() from bundle;
insert into bundle_digest select host_id, digest, now() from host_report where digest <> '' on conflict do nothing;

-- Certificates that hosts refuse by such a later state; kept until an owner confirms that they need not be.
create table kept_block (
    network_id  text not null references network on delete cascade,
    fingerprint text not null,
    shown_by    text not null,
    kept_at     timestamptz not null,
    primary key (network_id, fingerprint)
);
