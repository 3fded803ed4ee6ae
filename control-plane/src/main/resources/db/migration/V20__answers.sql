-- At which of its endpoints a peer answers the host as it would a stranger.
alter table peer_contact add column answers text[] not null default '{}';
