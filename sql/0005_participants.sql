-- Participants: the companies for which the reserve holds, their commitments, entitlements and statements.

set search_path = vault;

alter table commodity add column entitled_g bigint;
alter table commodity add constraint commodity_entitled check (entitled_g >= 0);
comment on column commodity.entitled_g is 'What participants may draw and have not drawn.';

alter table plan_line add column entitled_g bigint;
comment on column plan_line.entitled_g is 'Undrawn entitlements of participants that were left untouched.';

create table participant (
	code text collate "C" not null,
	name text,
	member text collate "C" references member,
	since timestamptz,
	last_index bigint not null,
	primary key (code)
);
comment on table participant is 'Companies for which the reserve holds metal, each with its host member.';

create table commitment (
	id text collate "C" not null,
	participant text collate "C" references participant,
	commodity text collate "C" references commodity,
	state text,
	mass_g bigint,
	gross_ppm bigint,
	quoted bigint,
	decimals bigint,
	unit text,
	basis text,
	fee_cents bigint,
	starts_at timestamptz,
	ends_at timestamptz,
	replenish_days bigint,
	end_asked_at timestamptz,
	document text,
	undrawn_g bigint,
	owed_g bigint,
	bought_g bigint,
	fee_left_cents bigint,
	charged_until timestamptz,
	interest_rest bigint,
	storage_rest bigint,
	bought_cents bigint,
	bought_charged_g bigint,
	bought_since timestamptz,
	buy_back_g bigint,
	buy_back_cents bigint,
	fee_back_cents bigint,
	levels text,
	last_index bigint not null,
	primary key (id),
	check (ends_at > starts_at),
	check (undrawn_g >= 0 and owed_g >= 0 and bought_g >= 0),
	check (state <> 'in-force' or undrawn_g + owed_g + bought_g = mass_g),
	check (fee_left_cents between 0 and fee_cents),
	check (interest_rest between 0 and 364999999 and storage_rest between 0 and 9999999999)
);
comment on table commitment is 'What participants have held for them: mass, inventory price, term, and what became of it.';

create table entitlement (
	id text collate "C" not null,
	participant text collate "C" references participant,
	commodity text collate "C" references commodity,
	commitment text collate "C" references commitment,
	undrawn_g bigint,
	owed_g bigint,
	bought_g bigint,
	last_index bigint not null,
	primary key (id),
	check (undrawn_g >= 0 and owed_g >= 0 and bought_g >= 0)
);
comment on table entitlement is 'What each participant holds of what each commitment granted, contained grams.';

create table movement (
	id text collate "C" not null,
	participant text collate "C" references participant,
	commodity text collate "C" references commodity,
	commitment text collate "C" references commitment,
	kind text,
	mass_g bigint,
	balance_g bigint,
	owed_g bigint,
	counterparty text,
	subject text,
	at timestamptz,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (mass_g > 0 and balance_g >= 0 and owed_g >= 0)
);
create index movement_live on movement(id) where not closed;
create index movement_participant on movement(participant, at);
comment on table movement is 'Every change of an entitlement, with the balances after it.';

create table rate (
	id text collate "C" not null,
	version bigint,
	state text,
	effective_at timestamptz,
	interest_ppm bigint,
	storage_micros_per_tonne_day bigint,
	because text,
	document text,
	last_index bigint not null,
	primary key (id),
	check (interest_ppm >= 0 and storage_micros_per_tonne_day >= 0)
);
create unique index rate_day on rate(effective_at) where state = 'signed';
comment on table rate is 'Rates of the carrying cost, each from its day on.';

create table charge (
	id text collate "C" not null,
	commitment text collate "C" references commitment,
	participant text collate "C" references participant,
	"from" timestamptz,
	until timestamptz,
	lines text,
	interest_cents bigint,
	storage_cents bigint,
	interest_rest bigint,
	storage_rest bigint,
	fee_applied_cents bigint,
	fee_left_cents bigint,
	bought_g bigint,
	bought_cents bigint,
	due_cents bigint,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (due_cents = interest_cents + storage_cents - fee_applied_cents + bought_cents)
);
create index charge_live on charge(id) where not closed;
create index charge_participant on charge(participant, "from");
comment on table charge is 'What commitments were charged, month by month, with the days it rests on.';

create table transfer (
	id text collate "C" not null,
	"from" text collate "C" references participant,
	"to" text collate "C" references participant,
	commodity text collate "C" references commodity,
	mass_g bigint,
	state text,
	because text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (mass_g > 0)
);
create index transfer_live on transfer(id) where not closed;
comment on table transfer is 'Transfers of entitlement between participants.';

create view audit.participant as select * from vault.participant;
comment on view audit.participant is 'Companies for which the reserve holds.';
create view audit.commitment as select * from vault.commitment;
comment on view audit.commitment is 'Commitments of participants.';
create view audit.entitlement as select * from vault.entitlement;
comment on view audit.entitlement is 'Entitlements by participant and commitment.';
create view audit.movement as select * from vault.movement;
comment on view audit.movement is 'Movements of entitlements.';
create view audit.rate as select * from vault.rate;
comment on view audit.rate is 'Rates of the carrying cost.';
create view audit.charge as select * from vault.charge;
comment on view audit.charge is 'Charges of commitments by month.';
create view audit.transfer as select * from vault.transfer;
comment on view audit.transfer is 'Transfers of entitlement.';
create or replace view audit.plan_line as select * from vault.plan_line;
create or replace view audit.commodity as select * from vault.commodity;
comment on view audit.commodity is 'Commodities: available, reserved and entitled mass, and the declaration that is open.';

grant select on participant, commitment, entitlement, movement, rate, charge, transfer to vault_writer, vault_auditor;
grant select on all tables in schema audit to vault_auditor;
grant insert, update on participant, commitment, entitlement, movement, rate, charge, transfer to vault_writer;
