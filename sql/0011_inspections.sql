-- Facts that audits ask for: inspections, load-out tests, storage, requirements, filed reports, reasons of holds.

set search_path = vault;

alter table hold add column reason text;
comment on column hold.reason is 'The reason as one of a list of words; null of a hold that is older than the list.';

alter table commodity add column storage text;
comment on column commodity.storage is 'How it must be stored: words of one list, joined by commas; null: nobody said.';

alter table site add column proven_loadout_g bigint;
alter table site add column loadout_tested_at timestamptz;
alter table site add column storage text;
comment on column site.daily_loadout_g is 'What it declares that it loads a day, net grams; null: no limit.';
comment on column site.proven_loadout_g is 'A day''s load-out that its newest load-out test proved.';
comment on column site.storage is 'What it offers, in the words of commodity.storage.';

alter table release_order add column criteria text;
comment on column release_order.criteria is 'What it was issued by, each row with its version; null: older than that was said.';

create table inspection (
	id text collate "C" not null,
	site text collate "C" references site,
	lot text,
	lot_index bigint,
	kind text,
	result text,
	state text,
	inspected_at timestamptz,
	next_at timestamptz,
	by text,
	responsible text,
	cells text,
	remarks text,
	evidence_sha256 bytea,
	recorded_by text,
	last_index bigint not null,
	primary key (id),
	check (kind in ('commodity', 'facility', 'scale', 'other')),
	check (result in ('pass', 'fail', 'remarks')),
	check (next_at > inspected_at)
);
comment on table inspection is 'Inspections of sites, of what lies there, of scales and of single lots; one of a subject and kind is current.';

create table loadout_test (
	id text collate "C" not null,
	site text collate "C" references site,
	mass_g bigint,
	hours bigint,
	proven_g bigint,
	tested_at timestamptz,
	by text,
	evidence_sha256 bytea,
	recorded_by text,
	last_index bigint not null,
	primary key (id),
	check (mass_g > 0 and hours > 0 and proven_g between 0 and mass_g)
);
comment on table loadout_test is 'What a site really loaded in so many hours, and what that proves of a day.';

create table requirement (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	version bigint,
	mass_g bigint,
	days bigint,
	consumption_g_per_day bigint,
	effective_at timestamptz,
	state text,
	authority text,
	assumptions_sha256 bytea,
	because text,
	document text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (mass_g >= 0),
	-- one and the one that it supersedes are written in one statement, in either order
	constraint requirement_in_force exclude (commodity with =) where (state = 'in-force')
		deferrable initially deferred
);
create index requirement_live on requirement(id) where not closed;
comment on table requirement is 'How much of a commodity is to be held, every version, contained grams.';
comment on column requirement.assumptions_sha256 is 'SHA-256 of the file of assumptions; null: it rests on no model.';

create table filing (
	id text collate "C" not null,
	kind text,
	period text,
	due_at timestamptz,
	filed_at timestamptz,
	report_sha256 bytea,
	version bigint,
	filed_by text,
	last_index bigint not null,
	primary key (id),
	unique (kind, period)
);
comment on table filing is 'Reports that were filed, of what period, with the SHA-256 of the newest version.';

create or replace view audit.release_order as select * from vault.release_order;
create or replace view audit.commodity as select * from vault.commodity;
create view audit.inspection as select * from vault.inspection;
comment on view audit.inspection is 'Inspections, superseded ones as well.';
create view audit.loadout_test as select * from vault.loadout_test;
comment on view audit.loadout_test is 'Load-out tests.';
create view audit.requirement as select * from vault.requirement;
comment on view audit.requirement is 'Requirements of commodities, every version.';
create view audit.filing as select * from vault.filing;
comment on view audit.filing is 'Reports that were filed.';

grant select on inspection, loadout_test, requirement, filing to vault_writer, vault_auditor;
grant select on audit.inspection, audit.loadout_test, audit.requirement, audit.filing to vault_auditor;
grant insert, update on inspection, loadout_test, requirement, filing to vault_writer;
