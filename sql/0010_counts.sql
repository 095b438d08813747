-- Stocktakes and random re-assays: what lies at a site against the books, and what is in it against
-- the assay on which it was accepted.

set search_path = vault;

create table count_policy (
	id text collate "C" not null,
	class text,
	version bigint,
	tolerance_ppm bigint,
	counters_ppm bigint,
	age_days bigint,
	term_days bigint,
	grade_ppm bigint,
	state text,
	because text,
	document text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (class in ('bulk', 'sealed')),
	check (tolerance_ppm between 0 and 1000000 and counters_ppm between 0 and 1000000),
	check (age_days > 0 and term_days > 0 and grade_ppm between 0 and 1000000)
);
create index count_policy_live on count_policy(id) where not closed;
comment on table count_policy is 'How closely a class of lots is counted, how often, and how far a re-assay may be off; one row a version, signed by two officers.';
comment on column count_policy.tolerance_ppm is 'Of the books: what is found within it leaves them as they are.';
comment on column count_policy.counters_ppm is 'How far two counters may be apart before both count again.';
comment on column count_policy.grade_ppm is 'Of the grade: how far a re-assay may be off the assay in force.';

create table stocktake (
	id text collate "C" not null,
	site text collate "C" references site,
	commodity text collate "C" references commodity,
	state text,
	blind boolean,
	first text collate "C" references person,
	second text collate "C" references person,
	first_sheet text,
	second_sheet text,
	first_signed boolean,
	second_signed boolean,
	round bigint,
	lots bigint,
	varying bigint,
	shorts bigint,
	adjusted_g bigint,
	opened_at timestamptz,
	opened_index bigint,
	expires_at timestamptz,
	ended_at timestamptz,
	opened_by text collate "C" references person,
	because text,
	document text,
	last_index bigint not null,
	primary key (id),
	check (state in ('open', 'recount', 'counted', 'proposed', 'ended', 'abandoned')),
	check (first <> second),
	check (lots > 0 and varying >= 0 and shorts >= 0)
);
create unique index stocktake_site on stocktake(site) where state in ('open', 'recount', 'counted', 'proposed');
comment on table stocktake is 'Stocktakes (U-). While one is open, recount, counted or proposed its site is frozen; commodity null: all that lies there.';
comment on column stocktake.first is 'The two counters; first_sheet and second_sheet are the notes that they sign.';
comment on column stocktake.adjusted_g is 'Net grams over all lots by which the books followed what was found.';

create table stocktake_line (
	id text collate "C" not null,
	count text collate "C" references stocktake,
	lot text,
	lot_index bigint,
	state text,
	class text,
	unexpected boolean,
	book_g bigint,
	book_units bigint,
	first_given boolean,
	first_g bigint,
	first_units bigint,
	first_seals text,
	second_given boolean,
	second_g bigint,
	second_units bigint,
	second_seals text,
	found_g bigint,
	found_units bigint,
	seals text,
	variance_g bigint,
	variance_units bigint,
	cause text,
	because text,
	explained_by text,
	adjusted_g bigint,
	short_g bigint,
	short_units bigint,
	proposed boolean,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (book_g >= 0 and (found_g is null or found_g >= 0)),
	check (variance_g is null or variance_g = found_g - book_g)
);
comment on column stocktake_line.proposed is 'The open note of the adjustment is about it.';
create index stocktake_line_live on stocktake_line(id) where not closed;
create index stocktake_line_lot on stocktake_line(lot);
comment on table stocktake_line is 'A lot in a stocktake: the books, what each counter found, what was found by both, why it differs, and what became of it. Net grams.';
comment on column stocktake_line.unexpected is 'Found there although it should not be by the books.';
comment on column stocktake_line.short_g is 'What is still on the books although it was not found, for awards hold it.';

create table sample (
	id text collate "C" not null,
	site text collate "C" references site,
	commodity text collate "C" references commodity,
	state text,
	lots bigint,
	population bigint,
	waiting bigint,
	announced_at timestamptz,
	announced_index bigint,
	due_at timestamptz,
	done_at timestamptz,
	seed bytea,
	size bigint,
	announced_by text,
	because text,
	last_index bigint not null,
	primary key (id),
	check (state in ('announced', 'drawn', 'overdue', 'done')),
	check (lots > 0 and population >= lots and waiting between 0 and lots),
	check (site is not null or commodity is not null)
);
comment on table sample is 'Random samples of lots to be assayed again (M-). seed is the Merkle root of the first size entries, which end with the announcement.';

create table sample_lot (
	id text collate "C" not null,
	sample text collate "C" references sample,
	lot text,
	lot_index bigint,
	state text,
	grade_ppm bigint,
	result_ppm bigint,
	moisture_ppm bigint,
	laboratory text,
	certificate_sha256 bytea,
	assayed_by text,
	assayed_at timestamptz,
	last_index bigint not null,
	primary key (id),
	check (state in ('waiting', 'agrees', 'differs', 'gone'))
);
comment on table sample_lot is 'Lots that were drawn, the grade in force then, and what another laboratory found.';

create view audit.stocktake as select * from stocktake;
comment on view audit.stocktake is 'Stocktakes, open and ended.';
create view audit.stocktake_line as select * from stocktake_line;
comment on view audit.stocktake_line is 'Lots as they were counted.';
create view audit.lot_counted as
	select l.lot, l.lot_index, max(c.ended_at) as counted_at
	from stocktake_line l join stocktake c on c.id = l.count
	where c.state = 'ended' and not coalesce(l.unexpected, false)
	group by l.lot, l.lot_index;
comment on view audit.lot_counted is 'When each lot was last counted.';
create view audit.sample as select * from sample;
comment on view audit.sample is 'Random samples and their seeds.';
create view audit.sample_lot as select * from sample_lot;
comment on view audit.sample_lot is 'Lots drawn for re-assay and their results.';

grant select on count_policy, stocktake, stocktake_line, sample, sample_lot to vault_writer, vault_auditor;
grant insert, update on count_policy, stocktake, stocktake_line, sample, sample_lot to vault_writer;
grant select on audit.stocktake, audit.stocktake_line, audit.lot_counted, audit.sample, audit.sample_lot
	to vault_auditor;
