-- When a host first said that it enforces what it enforces.
alter table host_report add column enforced_at timestamptz;
