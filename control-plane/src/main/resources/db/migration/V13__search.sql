-- Searches by a part of a name, and of the record, in tables that grow with the network or for ever. The extension comes with
-- PostgreSQL wherever its contrib modules are installed; without it these searches read the table, and are right all the same.
do $$
begin
    create extension if not exists pg_trgm;
exception when others then
    raise warning 'searches are not indexed, as pg_trgm cannot be installed: %', sqlerrm;
end $$;

do $$
begin
    if exists (select from pg_extension where extname = 'pg_trgm') then
        create index host_name_parts on host using gin (name gin_trgm_ops);
        create index enrollment_token_name_parts on enrollment_token using gin (name gin_trgm_ops);
        create index revision_reason_parts on revision using gin (reason gin_trgm_ops);
        create index audit_event_parts on audit_event using gin (action gin_trgm_ops, target gin_trgm_ops);
    end if;
end $$;

create index host_of_network on host (network_id, id);
create index enrollment_token_of_network on enrollment_token (network_id, id);
create index certificate_of_network on certificate (network_id, fingerprint);
create index certificate_of_authority on certificate (authority_id, not_after);

-- What is looked for every other second and is hardly ever there.
create index certificate_to_revoke on certificate (host_id) where revoke and revoked_at is null;
create index bundle_with_successor on bundle (host_id) where successor_id is not null;
