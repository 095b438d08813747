-- Emergency in full: rules, rounds and their plans, extensions, monthly accounts, credits, load-out slots.

set search_path = vault;

alter table lot add column reserved_units bigint;
alter table lot add constraint lot_units check (reserved_units >= 0);

alter table declaration add column tiers boolean;
alter table declaration add column tier_a text;
alter table declaration add column tier_b text;
alter table declaration add column tier_c text;
alter table declaration add column restraint_ppm bigint;
alter table declaration add column collects_until timestamptz;
alter table declaration add column declared_at timestamptz;
alter table declaration add column accounted_until timestamptz;
alter table declaration add column clocks text;

alter table request add column picked_g bigint;
alter table request add column drawn_g bigint;
alter table request add column consignee text;
alter table request add column plan text;
alter table request add column planned_g bigint;
alter table request add column decide_by timestamptz;
-- What caps over a rolling window count: read at every start.
create index request_drawn on request(decided_at) where closed and drawn_g > 0;
comment on column request.drawn_g is 'Counts against caps: picked, less what came back.';

alter table release_order add column plan text;
alter table release_order add column deliver_by timestamptz;
alter table release_order add column slots text;

create table rule (
	id text collate "C" not null,
	code text,
	version bigint,
	kind text,
	state text,
	declaration_kind text,
	ends boolean,
	proxy boolean,
	commodity text,
	mineral text,
	member text,
	mass_g bigint,
	share_ppm bigint,
	days bigint,
	value_cents bigint,
	signatures bigint,
	commitment_g bigint,
	production_g bigint,
	imports_g bigint,
	words text,
	because text,
	effective_at timestamptz,
	document text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id)
);
create index rule_live on rule(id) where not closed;
comment on table rule is 'Rules of allocation, one row a version.';

create table extension (
	id text collate "C" not null,
	declaration text collate "C" references declaration,
	version bigint,
	days bigint,
	ended_at timestamptz,
	ends_at timestamptz,
	because text,
	state text,
	document text,
	last_index bigint not null,
	primary key (id)
);
comment on table extension is 'Extensions of declarations, each a signed row of its own.';

create table statement (
	id text collate "C" not null,
	declaration text collate "C" references declaration,
	"from" timestamptz,
	until timestamptz,
	lines text,
	last_index bigint not null,
	primary key (id)
);
comment on table statement is 'Monthly accounts of limited declarations.';

create table plan (
	id text collate "C" not null,
	declaration text collate "C" references declaration,
	state text,
	policy text,
	tiers boolean,
	minimum_g bigint,
	frozen_at timestamptz,
	frozen_index bigint,
	requests bigint,
	commodities bigint,
	awarded_g bigint,
	content_sha256 bytea,
	askers text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id)
);
create index plan_live on plan(id) where not closed;
comment on table plan is 'Plans of rounds: what officers sign, and what became of it.';

create table plan_line (
	id text collate "C" not null,
	plan text,
	commodity text collate "C" references commodity,
	available_g bigint,
	awarded_g bigint,
	cap_left_g bigint,
	claimed_g bigint,
	estate_g bigint,
	floor_g bigint,
	floor_version bigint,
	price_version bigint,
	requests bigint,
	set_aside_g bigint,
	grades text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (awarded_g between 0 and estate_g)
);
create index plan_line_live on plan_line(id) where not closed;
create index plan_line_plan on plan_line(plan);
comment on table plan_line is 'What the awards of one commodity in a plan rest on, contained grams.';

create table credit (
	id text collate "C" not null,
	member text collate "C" references member,
	commodity text collate "C" references commodity,
	credit_g bigint,
	unbacked_g bigint,
	last_index bigint not null,
	primary key (id),
	check (credit_g >= 0 and unbacked_g >= 0)
);
comment on table credit is 'What a member was awarded and whole sealed units could not give, used first next time.';

create view audit.rule as select * from vault.rule;
comment on view audit.rule is 'Rules of allocation, every version.';
create view audit.plan as select * from vault.plan;
comment on view audit.plan is 'Plans of rounds.';
create view audit.plan_line as select * from vault.plan_line;
comment on view audit.plan_line is 'What the awards of each commodity in a plan rest on.';
create view audit.declaration as select * from vault.declaration;
comment on view audit.declaration is 'Declarations, their caps and how they divide.';
create view audit.statement as select * from vault.statement;
comment on view audit.statement is 'Monthly accounts of limited declarations.';
create or replace view audit.lot as select * from vault.lot;
create or replace view audit.request as
	select r.id, r.member, r.commodity, r.declaration, r.state, r.tier, r.partial, r.mass_g, r.awarded_g,
		r.min_grade_ppm, r.need_by, r.purpose, r.destination, r.requested_by, r.release_order,
		r.decided_at, r.decided_index, r.picks, r.last_index, r.closed, e.body -> 'rules' as rules,
		r.picked_g, r.drawn_g, r.consignee, r.plan, r.planned_g, r.decide_by
	from vault.request r left join audit.entry e on e.sequence = r.decided_index;
create or replace view audit.release_order as select * from vault.release_order;

grant select on rule, extension, statement, plan, plan_line, credit to vault_writer, vault_auditor;
grant select on all tables in schema audit to vault_auditor;
grant insert, update on rule, extension, statement, plan, plan_line, credit to vault_writer;
