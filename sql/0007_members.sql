-- Steps of members, lines of the annual plan, titles and pledges of lots.

set search_path = vault;

-- Members recorded before steps were signed keep their row as it is: their first step makes version 1 of it.
alter table member add column part_of text;
comment on column member.part_of is 'The organisation that a state belongs to.';

create table member_step (
	id text collate "C" not null,
	code text collate "C" not null,
	version bigint,
	status text,
	kind text,
	state text,
	name text,
	part_of text,
	effective_at timestamptz,
	authority text,
	because text,
	document text,
	last_index bigint not null,
	primary key (id),
	unique (code, version),
	check (version > 0),
	-- a step and the one that it supersedes are written in one transaction, in either order
	constraint member_step_in_force exclude (code with =) where (state = 'in-force')
		deferrable initially deferred,
	check (status in ('delegation', 'signatory', 'in-force', 'suspended', 'withdrawn'))
);
create index member_step_document on member_step(document);
comment on table member_step is 'Standing of members, one signed row a step, those to come and rejected ones as well.';

create table annual_line (
	id text collate "C" not null,
	commodity text collate "C" references commodity,
	fiscal_year bigint,
	action text,
	version bigint,
	max_g bigint,
	used_g bigint,
	counts_from bigint,
	effective_at timestamptz,
	state text,
	because text,
	document text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	check (action in ('acquire', 'dispose', 'upgrade', 'rotate', 'release')),
	check (max_g >= 0 and used_g >= 0),
	-- a line and the one that it supersedes are written in one statement, in either order
	constraint annual_line_in_force exclude (commodity with =, action with =)
		where (state = 'in-force') deferrable initially deferred
);
create index annual_line_live on annual_line(id) where not closed;
comment on table annual_line is 'The annual plan: the most of a commodity that an action may take in a fiscal year, contained grams.';
comment on column annual_line.used_g is 'Of release what was used before this reserve counted; awards stand in request.drawn_g.';

alter table plan_line add column annual_left_g bigint;

create table title (
	number text collate "C" not null,
	lot text,
	lot_index bigint,
	holder text,
	state text,
	issued_by text,
	issued_at timestamptz,
	last_index bigint not null,
	closed boolean not null,
	primary key (number),
	check (closed = (state <> 'live'))
);
create unique index title_live on title(lot_index) where not closed;
comment on table title is 'Titles of lots: numbers that nobody can guess, one of a lot lives.';

create table pledge (
	id text collate "C" not null,
	lot text,
	lot_index bigint,
	lender text,
	note_sha256 bytea,
	state text,
	since timestamptz,
	until timestamptz,
	because text,
	document text,
	release text,
	last_index bigint not null,
	closed boolean not null,
	primary key (id),
	-- one that ends and one that comes into force may be written in one statement
	constraint pledge_of_lot exclude (lot_index with =) where (state = 'in-force')
		deferrable initially deferred
);
create index pledge_live on pledge(id) where not closed;
comment on table pledge is 'Pledges of lots: one of a lot is in force, and then the lot may not leave.';

create view audit.title as select * from vault.title;
comment on view audit.title is 'Titles of lots.';
create view audit.pledge as select * from vault.pledge;
comment on view audit.pledge is 'Pledges of lots, past ones as well.';
create view audit.member as select * from vault.member;
comment on view audit.member is 'Members and what stands of them now.';
create view audit.member_step as select * from vault.member_step;
comment on view audit.member_step is 'Standing of members step by step, with the note that was signed.';
create view audit.annual_line as select * from vault.annual_line;
comment on view audit.annual_line is 'Lines of the annual plan, every version.';
create or replace view audit.plan_line as select * from vault.plan_line;

grant select on member_step, annual_line, title, pledge to vault_writer, vault_auditor;
grant select on all tables in schema audit to vault_auditor;
grant insert, update on member_step, annual_line, title, pledge to vault_writer;
