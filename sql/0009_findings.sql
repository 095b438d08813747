-- The life of findings, and the last audit that ran every check.

set search_path = vault;

alter table finding add column at_index bigint;
alter table finding add column caused_by text;
alter table finding add column stops text;
alter table finding add column times bigint;
alter table finding add column acknowledged_by text;
alter table finding add column closed_by text;
alter table finding add column acknowledged_at timestamptz;
alter table finding add column closed_at timestamptz;
alter table finding add column because text;
alter table finding add column document text;
comment on column finding.at_index is 'Ledger index of the entry at fault; null: none, or not one.';
comment on column finding.caused_by is 'Who made that entry, where the audit knows: they close nothing.';
comment on column finding.stops is 'The commodity of which nothing is awarded or released until two officers lift it; * is every one.';
comment on column finding.times is 'How often audits found it anew; null: it was raised once.';
comment on column finding.because is 'The reason of the last step.';
comment on column finding.document is 'The note that would lift it, while it is open.';

alter table reserve add column audited_at timestamptz;
alter table reserve add column audited_by text;
alter table reserve add column audited_entries bigint;
alter table reserve add column audited_checks bigint;
alter table reserve add column audited_criticals bigint;
alter table reserve add column audited_warnings bigint;
alter table reserve add column audited_unchecked bigint;
alter table reserve add column audited_root bytea;
comment on column reserve.audited_at is 'When every check last ran over the whole ledger; null: never.';
comment on column reserve.audited_by is 'Who asked for it; null: the daemon checked itself.';
comment on column reserve.audited_entries is 'How many entries it saw.';
comment on column reserve.audited_root is 'The root that it came to.';

create or replace view audit.finding as select * from vault.finding;
