-- Tariffs: HS codes, schedules that follow the market, imports assessed, sales inside the zone.

set search_path = vault;

create table hs_code (
	code text collate "C" not null,
	mineral text,
	stage text,
	description text,
	last_index bigint not null,
	primary key (code),
	check (code ~ '^[0-9]{6}$')
);
comment on table hs_code is 'Customs codes of six digits: which minerals and which stage they stand for.';

create table tariff_schedule (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	origin text,
	version bigint,
	mode text,
	state text,
	ends boolean,
	cap_ppm bigint,
	cap_micros_per_kg bigint,
	effective_at timestamptz,
	until_at timestamptz,
	reference text,
	reference_micros_per_kg bigint,
	observation text,
	observed_micros_per_kg bigint,
	duty_micros_per_kg bigint,
	duty_ppm bigint,
	gap_micros_per_kg bigint,
	because text,
	document text,
	changed_at timestamptz,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (cap_ppm >= 0 and cap_micros_per_kg >= 0),
	check (duty_micros_per_kg >= 0 and gap_micros_per_kg >= 0)
);
create index tariff_schedule_live on tariff_schedule(id) where not closed;
comment on table tariff_schedule is 'Tariff schedules by commodity and origin, one row a version, dated, with its reason.';

create table assessment (
	id text collate "C" not null,
	basis text,
	capped boolean,
	charged_cents bigint,
	commodity text collate "C",
	contained_g bigint,
	currency text,
	customs_cents bigint,
	duty_cents bigint,
	duty_micros_per_kg bigint,
	duty_ppm bigint,
	entry_at timestamptz,
	floor_cents bigint,
	freight_millis bigint,
	gap_cents bigint,
	grade_ppm bigint,
	hs text,
	inside boolean,
	insurance_millis bigint,
	landed_cents bigint,
	mined_in text,
	mode text,
	moisture_ppm bigint,
	net_g bigint,
	origin text,
	other_duty_cents bigint,
	rate bigint,
	rate_decimals bigint,
	rate_source text,
	reference text,
	reference_basis text,
	schedule text,
	terms text,
	value_millis bigint,
	recorded_at timestamptz,
	last_index bigint not null,
	primary key (id),
	check (net_g > 0 and value_millis > 0 and duty_cents >= 0),
	check (landed_cents + gap_cents >= floor_cents),
	check (charged_cents in (0, duty_cents)),
	check (not coalesce(inside, false) or duty_cents = 0)
);
comment on table assessment is 'Imports assessed against the floor and recorded, with every figure.';

create table sale (
	id text collate "C" not null,
	seller text,
	seller_country text,
	buyer text,
	buyer_country text,
	commodity text collate "C",
	net_g bigint,
	moisture_ppm bigint,
	grade_ppm bigint,
	contained_g bigint,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	reference text,
	floor_cents bigint,
	value_cents bigint,
	sold_at timestamptz,
	recorded_at timestamptz,
	last_index bigint not null,
	primary key (id),
	check (net_g > 0 and quoted > 0)
);
comment on table sale is 'Sales inside the zone, at or above the reference price of their day.';

create view audit.hs_code as select * from vault.hs_code;
comment on view audit.hs_code is 'Customs codes and what they stand for.';
create view audit.tariff_schedule as select * from vault.tariff_schedule;
comment on view audit.tariff_schedule is 'Tariff schedules, every version.';
create view audit.assessment as select * from vault.assessment;
comment on view audit.assessment is 'Imports assessed and recorded.';
create view audit.sale as select * from vault.sale;
comment on view audit.sale is 'Sales inside the zone.';

grant select on hs_code, tariff_schedule, assessment, sale to vault_writer, vault_auditor;
grant select on audit.hs_code, audit.tariff_schedule, audit.assessment, audit.sale to vault_auditor;
grant insert, update on hs_code, tariff_schedule, assessment, sale to vault_writer;
