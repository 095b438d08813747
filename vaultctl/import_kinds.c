/*
 * What can be imported: the columns of each kind and a template to begin with. Whoever adds a kind adds
 * its columns and its row; that its wire names are the interface's is the tests' to see.
 */
#include <stddef.h>

#include "base/text.h"
#include "vault/limits.h"
#include "vaultctl/import_table.h"

static const struct import_field mineral_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "name", .wire = "name", .type = IMPORT_TEXT, .required = true, .keep = true },
	{ "symbol", .wire = "symbol", .type = IMPORT_TEXT, .keep = true, .size = 12 },
	{ "family", .wire = "family", .type = IMPORT_TEXT, .keep = true, .size = 12 },
};

static const char *const stages[] = { "mining", "refining", "processing", "manufacturing", NULL };
static const struct import_field commodity_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "mineral", .wire = "mineral", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "stage", .wire = "stage", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = stages },
	{ "form", .wire = "form", .type = IMPORT_TEXT, .required = true, .keep = true, .size = 32 },
	{ "basis", .wire = "basis", .type = IMPORT_TEXT, .required = true, .keep = true, .size = 12 },
	{ "min_grade", .wire = "min_grade_ppm", .type = IMPORT_SHARE, .keep = true },
};

static const struct import_field site_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "name", .wire = "name", .type = IMPORT_TEXT, .required = true, .keep = true },
	{ "country", .wire = "country", .type = IMPORT_CODE, .required = true, .keep = true, .size = 4 },
	{ "capacity", .wire = "capacity_g", .type = IMPORT_MASS, .keep = true },
	{ "daily_loadout", .wire = "daily_loadout_g", .type = IMPORT_MASS, .keep = true },
};

static const char *const classes[] = { "bulk", "sealed", NULL };
static const struct import_field lot_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "site", .wire = "site", .type = IMPORT_CODE, .required = true },
	[IMPORT_LOT_EXPECTED] = { "expected", .wire = "expected_g", .type = IMPORT_MASS, .keep = true },
	{ "class", .wire = "class", .type = IMPORT_TEXT, .keep = true, .choices = classes },
	{ "supplier", .wire = "supplier", .type = IMPORT_TEXT, .keep = true, .size = 24 },
	{ "origin", .wire = "origin", .type = IMPORT_CODE, .keep = true, .size = 4 },
	{ "units", .wire = "units", .type = IMPORT_COUNT, .keep = true },
	[IMPORT_LOT_GROSS] = { "gross", .type = IMPORT_MASS },
	[IMPORT_LOT_TARE] = { "tare", .type = IMPORT_MASS },
};

static const char *const floor_kinds[] = { "operating", "hard", NULL };
static const struct import_field floor_fields[] = {
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "kind", .wire = "kind", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = floor_kinds },
	[IMPORT_FLOOR_MASS] = { "mass", .wire = "mass_g", .type = IMPORT_MASS, .keep = true },
	[IMPORT_FLOOR_DAYS] = { "days", .wire = "days", .type = IMPORT_COUNT, .keep = true },
	[IMPORT_FLOOR_CONSUMPTION] = { "consumption", "_per_day", "consumption_g_per_day", IMPORT_MASS,
		.keep = true },
	{ "effective_at", .wire = "effective_at", .type = IMPORT_TIME, .keep = true },
};

static const char *const annual_actions[] = { "acquire", "dispose", "upgrade", "rotate", "release",
	NULL };
static const struct import_field annual_fields[] = {
	{ "fiscal_year", .wire = "fiscal_year", .type = IMPORT_COUNT, .required = true, .keep = true },
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "action", .wire = "action", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = annual_actions },
	{ "max", .wire = "max_g", .type = IMPORT_MASS, .required = true, .keep = true },
	{ "used", .wire = "used_g", .type = IMPORT_MASS, .keep = true },
	{ "effective_at", .wire = "effective_at", .type = IMPORT_TIME, .keep = true },
};

static const struct import_field requirement_fields[] = {
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "mass", .wire = "mass_g", .type = IMPORT_MASS, .keep = true },
	{ "days", .wire = "days", .type = IMPORT_COUNT, .keep = true },
	{ "consumption", "_per_day", "consumption_g_per_day", IMPORT_MASS, .keep = true },
	{ "authority", .wire = "authority", .type = IMPORT_TEXT, .required = true, .keep = true },
	{ "assumptions_sha256", .wire = "assumptions_sha256", .type = IMPORT_TEXT, .keep = true,
		.size = 65 },
	{ "effective_at", .wire = "effective_at", .type = IMPORT_TIME, .keep = true },
};

static const char *const inspection_kinds[] = { "commodity", "facility", "scale", "other", NULL };
static const char *const inspection_results[] = { "pass", "fail", "remarks", NULL };
static const struct import_field inspection_fields[] = {
	{ "site", .wire = "site", .type = IMPORT_CODE, .required = true, .keep = true, .own = true },
	{ "kind", .wire = "kind", .type = IMPORT_TEXT, .required = true, .keep = true, .own = true,
		.choices = inspection_kinds },
	{ "lot", .wire = "lot", .type = IMPORT_CODE, .keep = true, .own = true },
	{ "by", .wire = "by", .type = IMPORT_TEXT, .required = true, .keep = true },
	{ "responsible", .wire = "responsible", .type = IMPORT_TEXT, .keep = true },
	{ "cells", .wire = "cells", .type = IMPORT_TEXT, .keep = true, .size = 64 },
	{ "inspected_at", .wire = "inspected_at", .type = IMPORT_TIME, .required = true, .keep = true,
		.own = true },
	{ "next_at", .wire = "next_at", .type = IMPORT_TIME, .keep = true },
	{ "result", .wire = "result", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = inspection_results },
	{ "remarks", .wire = "remarks", .type = IMPORT_TEXT, .keep = true, .size = REASON_MAX },
	{ "evidence_sha256", .wire = "evidence_sha256", .type = IMPORT_TEXT, .keep = true, .size = 65 },
};

static const char *const member_kinds[] = { "state", "organisation", NULL };
static const char *const statuses[] = { "delegation", "signatory", "in-force", "suspended",
	"withdrawn", NULL };
static const struct import_field member_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true, .size = 8 },
	{ "name", .wire = "name", .type = IMPORT_TEXT, .keep = true },
	{ "kind", .wire = "kind", .type = IMPORT_TEXT, .keep = true, .choices = member_kinds },
	{ "status", .wire = "status", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = statuses },
	{ "since", .wire = "since", .type = IMPORT_TIME, .keep = true },
	{ "part_of", .wire = "part_of", .type = IMPORT_CODE, .keep = true, .size = 8 },
	{ "authority", .wire = "authority", .type = IMPORT_TEXT, .keep = true, .size = 160 },
};

static const struct import_field price_fields[] = {
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "price", .wire = "quoted", .type = IMPORT_PRICE, .required = true, .keep = true },
	{ "unit", .wire = "unit", .type = IMPORT_UNIT, .required = true, .keep = true },
	{ "basis", .wire = "basis", .type = IMPORT_TEXT, .keep = true, .size = 12 },
	{ "effective_at", .wire = "effective_at", .type = IMPORT_TIME, .keep = true },
	{ "method", .wire = "method", .type = IMPORT_TEXT, .keep = true, .size = 32 },
	{ "source", .wire = "source", .type = IMPORT_TEXT, .keep = true, .size = 160 },
	{ "incoherent_because", .wire = "incoherent_because", .type = IMPORT_TEXT, .keep = true,
		.size = 256 },
};

static const char *const observation_kinds[] = { "market", "import", NULL };
static const struct import_field observation_fields[] = {
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true, .keep = true,
		.own = true },
	{ "period", .wire = "period", .type = IMPORT_TEXT, .required = true, .keep = true,
		.own = true, .size = 24 },
	{ "price", .wire = "quoted", .type = IMPORT_PRICE, .required = true, .keep = true },
	{ "unit", .wire = "unit", .type = IMPORT_UNIT, .required = true, .keep = true },
	{ "basis", .wire = "basis", .type = IMPORT_TEXT, .keep = true, .size = 12 },
	{ "series", .wire = "series", .type = IMPORT_CODE, .required = true, .keep = true,
		.own = true },
	{ "kind", .wire = "kind", .type = IMPORT_TEXT, .keep = true, .own = true,
		.choices = observation_kinds },
	{ "origin", .wire = "origin", .type = IMPORT_CODE, .keep = true, .own = true, .size = 4 },
	{ "mass", .wire = "mass_g", .type = IMPORT_MASS, .keep = true },
	{ "source", .wire = "source", .type = IMPORT_TEXT, .keep = true, .size = 160 },
};

static const char *const terms[] = { "cif", "fob", NULL };
static const struct import_field consignment_fields[] = {
	{ "ref", .type = IMPORT_TEXT },
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE },
	{ "hs", .wire = "hs", .type = IMPORT_TEXT, .size = 16 },
	{ "origin", .wire = "origin", .type = IMPORT_TEXT, .required = true, .size = 8 },
	{ "mined_in", .wire = "mined_in", .type = IMPORT_TEXT, .size = 8 },
	{ "entry", .wire = "entry_at", .type = IMPORT_TIME },
	{ "net", .wire = "net_g", .type = IMPORT_MASS, .required = true, .sign = true },
	{ "moisture", .wire = "moisture_ppm", .type = IMPORT_SHARE },
	{ "grade", .wire = "grade_ppm", .type = IMPORT_SHARE, .required = true },
	{ "basis", .wire = "basis", .type = IMPORT_TEXT, .size = 12 },
	{ "value", .wire = "value_millis", .type = IMPORT_MONEY, .required = true, .sign = true },
	{ "currency", .wire = "currency", .type = IMPORT_TEXT, .required = true, .size = 8 },
	{ "terms", .wire = "terms", .type = IMPORT_TEXT, .required = true, .choices = terms },
	{ "freight", .wire = "freight_millis", .type = IMPORT_MONEY, .sign = true },
	{ "insurance", .wire = "insurance_millis", .type = IMPORT_MONEY, .sign = true },
	{ "rate", .wire = "rate", .type = IMPORT_PRICE },
	{ "rate_source", .wire = "rate_source", .type = IMPORT_TEXT },
	{ "other_duty", .wire = "other_duty_cents", .type = IMPORT_MONEY, .sign = true },
};

static const struct import_field hs_fields[] = {
	{ "hs6", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true, .size = 16 },
	{ "mineral", .wire = "mineral", .type = IMPORT_TEXT, .required = true, .keep = true,
		.size = 48 },
	{ "stage", .wire = "stage", .type = IMPORT_TEXT, .required = true, .keep = true, .size = 32 },
	{ "hs_description", .wire = "description", .type = IMPORT_TEXT, .keep = true,
		.size = REASON_MAX },
};

static const struct import_field participant_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "name", .wire = "name", .type = IMPORT_TEXT, .required = true, .keep = true },
	{ "member", .wire = "member", .type = IMPORT_CODE, .required = true, .keep = true, .size = 8 },
};

static const struct import_field production_fields[] = {
	{ "mineral", .wire = "mineral", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "stage", .wire = "stage", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = stages },
	{ "year", .wire = "year", .type = IMPORT_COUNT, .required = true, .keep = true },
	{ "country", .wire = "country", .type = IMPORT_CODE, .required = true, .keep = true, .size = 8 },
	{ "mass", .wire = "mass_g", .type = IMPORT_MASS, .required = true, .keep = true },
	{ "estimated", .wire = "estimated", .type = IMPORT_FLAG, .keep = true },
	{ "content", .wire = "content", .type = IMPORT_TEXT, .keep = true, .size = 12 },
	{ "source", .wire = "source", .type = IMPORT_TEXT, .keep = true, .size = 160 },
};

static const char *const rule_kinds[] = { "member-cap", "request-cap", "eligibility", "purposes",
	"resale-ban", "notice", "site-loadout", "origin-ban", "destinations", "approvals",
	"consumption-base", NULL };
static const char *const declaration_kinds[] = { "test", "limited", "full", "collective", NULL };
static const struct import_field rule_fields[] = {
	{ "code", .wire = "code", .type = IMPORT_CODE, .required = true, .keep = true },
	{ "kind", .wire = "kind", .type = IMPORT_TEXT, .required = true, .keep = true,
		.choices = rule_kinds },
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .keep = true },
	{ "mineral", .wire = "mineral", .type = IMPORT_CODE, .keep = true },
	{ "member", .wire = "member", .type = IMPORT_CODE, .keep = true, .size = 8 },
	{ "declaration_kind", .wire = "declaration_kind", .type = IMPORT_TEXT, .keep = true,
		.choices = declaration_kinds },
	{ "mass", .wire = "mass_g", .type = IMPORT_MASS, .keep = true },
	{ "share", .wire = "share_ppm", .type = IMPORT_SHARE, .keep = true },
	{ "days", .wire = "days", .type = IMPORT_COUNT, .keep = true },
	{ "value_cents", .wire = "value_cents", .type = IMPORT_COUNT, .keep = true },
	{ "signatures", .wire = "signatures", .type = IMPORT_COUNT, .keep = true },
	{ "words", .wire = "words", .type = IMPORT_TEXT, .keep = true, .size = RULE_WORDS_MAX },
	{ "commitment", .wire = "commitment_g", .type = IMPORT_MASS, .keep = true },
	{ "production", .wire = "production_g", .type = IMPORT_MASS, .keep = true },
	{ "imports", .wire = "imports_g", .type = IMPORT_MASS, .keep = true, .sign = true },
	{ "proxy", .wire = "proxy", .type = IMPORT_FLAG, .keep = true },
	{ "effective_at", .wire = "effective_at", .type = IMPORT_TIME, .keep = true },
	{ "ends", .wire = "ends", .type = IMPORT_FLAG, .keep = true },
};

static const char *const seals[] = { "intact", "broken", "missing", NULL };
/* What a sheet says of the books and of where a lot lies is for the counter's eyes. */
static const struct import_field counted_fields[] = {
	{ "lot", .wire = "lot", .type = IMPORT_CODE, .required = true },
	{ "commodity", .type = IMPORT_TEXT },
	{ "site", .type = IMPORT_TEXT },
	{ "class", .type = IMPORT_TEXT },
	{ "book", .type = IMPORT_MASS },
	{ "book_units", .type = IMPORT_COUNT },
	{ "net", .wire = "net_g", .type = IMPORT_MASS },
	{ "units", .wire = "units", .type = IMPORT_COUNT },
	{ "seals", .wire = "seals", .type = IMPORT_TEXT, .choices = seals },
	{ "missing", .wire = "missing", .type = IMPORT_FLAG },
};

static const char *const tiers[] = { "A", "B", "C", NULL };
static const struct import_field stream_fields[] = {
	{ "at", .wire = "at", .type = IMPORT_TEXT, .size = 32 },
	{ "member", .wire = "member", .type = IMPORT_CODE, .required = true, .size = 8 },
	{ "commodity", .wire = "commodity", .type = IMPORT_CODE, .required = true },
	{ "mass", .wire = "mass_g", .type = IMPORT_MASS, .required = true, .typed = true },
	{ "min_grade", .wire = "min_grade_ppm", .type = IMPORT_SHARE, .typed = true },
	{ "need_by", .wire = "need_by", .type = IMPORT_TIME },
	{ "tier", .wire = "tier", .type = IMPORT_TEXT, .choices = tiers },
	{ "purpose", .wire = "purpose", .type = IMPORT_TEXT, .size = 32 },
	{ "destination", .wire = "destination", .type = IMPORT_TEXT, .size = 32 },
	{ "partial", .wire = "partial", .type = IMPORT_FLAG },
};

#define FIELDS(f) .fields = (f), .field_count = sizeof(f) / sizeof *(f)

static const struct import_kind kinds[] = {
	{ .noun = "mineral", .method = "Stock.AddMinerals", .list = "Stock.ListMinerals",
		.parameter = "minerals", .plural = "minerals",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .own_code = "code", .key = "code",
		FIELDS(mineral_fields),
		.example = "code,name,symbol,family\nga,gallium,Ga,\n" },
	{ .noun = "commodity", .method = "Stock.AddCommodities", .list = "Stock.ListCommodities",
		.parameter = "commodities", .plural = "commodities",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .own_code = "code", .key = "code",
		FIELDS(commodity_fields),
		.example = "code,mineral,stage,form,basis,min_grade_percent\n"
			"ga-4n,ga,refining,metal,Ga,99.99\n" },
	{ .noun = "site", .method = "Stock.AddSites", .list = "Stock.ListSites",
		.parameter = "sites", .plural = "sites",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .own_code = "code", .key = "code",
		FIELDS(site_fields),
		.example = "code,name,country,capacity_t,daily_loadout_t\n"
			"ROT,Rotterdam Maasvlakte,NLD,250000,60\n" },
	{ .noun = "lot", .method = "Stock.AddLots", .list = "Stock.ListLots",
		.parameter = "lots", .plural = "lots",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .own_code = "code", .key = "code",
		.form = IMPORT_LOTS, FIELDS(lot_fields),
		.example = "code,commodity,site,expected_kg,class,supplier,origin,units\n"
			"GA-0042,ga-4n,ROT,1250.5,sealed,example-metals,CAN,50\n" },
	{ .noun = "floor", .method = "Stock.SetFloors", .list = "Stock.ListFloors",
		.parameter = "floors", .plural = "floors", .rows_per_command = IMPORT_ROWS_PER_NOTE,
		.because = true, .note = true, .key = "commodity", .form = IMPORT_FLOORS,
		FIELDS(floor_fields),
		.example = "commodity,kind,mass_kg,days,consumption_kg_per_day,effective_at\n"
			"ga-4n,operating,,30,52.05,\nw-conc,hard,1500,,,2027-01-01\n" },
	{ .noun = "annual", .method = "Stock.SetAnnual", .list = "Stock.ListAnnual",
		.parameter = "lines", .plural = "lines of the annual plan",
		.rows_per_command = IMPORT_ROWS_PER_NOTE, .because = true, .note = true, .whole = true,
		.key = "commodity", FIELDS(annual_fields),
		.example = "fiscal_year,commodity,action,max_kg,used_kg,effective_at\n"
			"2027,ga-4n,acquire,25000,,\n2027,ga-4n,release,2500,,\n" },
	{ .noun = "requirement", .method = "Stock.SetRequirements", .list = "Stock.ListRequirements",
		.parameter = "requirements", .plural = "requirements",
		.rows_per_command = IMPORT_ROWS_PER_NOTE, .because = true, .note = true, .whole = true,
		.key = "commodity", FIELDS(requirement_fields),
		.example = "commodity,mass_kg,days,consumption_kg_per_day,authority,assumptions_sha256\n"
			"ga-4n,60000,,,Art. 4,\nw-conc,,60,1500,Art. 4,\n" },
	{ .noun = "inspection", .method = "Stock.RecordInspections", .list = "Stock.ListInspections",
		.parameter = "inspections", .plural = "inspections",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .key = "site", FIELDS(inspection_fields),
		.example = "site,kind,lot,by,responsible,cells,inspected_at,next_at,result,remarks,"
			"evidence_sha256\n"
			"ROT,facility,,M. Okafor,J. Bakker,halls 1-4,2026-11-20,,pass,,\n"
			"ROT,scale,,Metrology Office,J. Bakker,,2026-11-20,2027-11-20,pass,,\n" },
	{ .noun = "member", .method = "Zone.SetMembers", .list = "Zone.ListMembers",
		.parameter = "members", .plural = "members",
		.rows_per_command = IMPORT_ROWS_PER_NOTE, .because = true, .note = true, .key = "code",
		FIELDS(member_fields),
		.example = "code,name,kind,status,since,part_of,authority\n"
			"EUE,European Union,organisation,in-force,2026-06-01,,Art. 12\n"
			"BEL,Belgium,state,delegation,2026-02-04,EUE,\n" },
	{ .noun = "price", .method = "Zone.DraftPrices", .list = "Zone.ListPrices",
		.parameter = "prices", .plural = "prices", .rows_per_command = IMPORT_ROWS_PER_NOTE,
		.because = true, .note = true, .key = "commodity", FIELDS(price_fields),
		.example = "commodity,price,unit,basis,effective_at,method,source\n"
			"w-conc,380,USD/mtu,WO3,2027-01-01,quote,example bulletin\n" },
	{ .noun = "observation", .method = "Zone.RecordObservations",
		.list = "Zone.ListObservations", .parameter = "observations", .plural = "observations",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .key = "period", FIELDS(observation_fields),
		.example = "commodity,period,price,unit,basis,series,kind,origin,mass_kg,source\n"
			"ni,2026-10,15120.5,USD/t,Ni,lme,market,,,LME cash settlement\n"
			"w-conc,2026-10,31.50,USD/kg,WO3,customs,import,CHN,120000,customs statistics\n" },
	{ .noun = "tariff", .method = "Zone.AssessList", .parameter = "consignments",
		.plural = "consignments", FIELDS(consignment_fields),
		.example = "ref,commodity,hs,origin,mined_in,entry,net_kg,moisture_percent,grade_percent,"
			"basis,value,currency,terms,freight,insurance,rate,rate_source,other_duty\n"
			"7711,w-conc,,CHN,CHN,2026-11-22,25000,0.8,65,WO3,499720,USD,cif,,,,,\n"
			"7712,,261100,VNM,CHN,2026-11-23,1200.5,,52.5,W,41200.50,EUR,fob,900,55.20,1.0842,ECB,\n" },
	{ .noun = "hs", .method = "Zone.AddHsCodes", .list = "Zone.ListHsCodes",
		.parameter = "codes", .plural = "HS codes", .rows_per_command = IMPORT_ROWS_PER_COMMAND,
		.because = true, .own_code = "code", .key = "code", FIELDS(hs_fields),
		.example = "hs6,mineral,stage,hs_description\n261100,tungsten,ore,Tungsten ores and "
			"concentrates\n811292,gallium_germanium_indium_etc,metal,\"Gallium, germanium and "
			"others, unwrought\"\n" },
	{ .noun = "count", .method = "Stock.EnterCount", .parameter = "lines", .plural = "lots counted",
		FIELDS(counted_fields),
		.example = "lot,net_kg,units,seals,missing\nGA-0042,1250.5,,,\nGA-0043,,50,intact,\n"
			"GA-0044,,,,yes\n" },
	{ .noun = "participant", .method = "Zone.AddParticipants", .list = "Zone.ListParticipants",
		.parameter = "participants", .plural = "participants",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .own_code = "code", .key = "code",
		FIELDS(participant_fields),
		.example = "code,name,member\nacme,Acme Magnets AG,AUT\n" },
	{ .noun = "production", .method = "Zone.RecordProduction", .list = "Zone.ListProduction",
		.parameter = "productions", .plural = "production figures",
		.rows_per_command = IMPORT_ROWS_PER_COMMAND, .key = "mineral", FIELDS(production_fields),
		.example = "mineral,stage,year,country,mass_kg,estimated,content,source\n"
			"ga,refining,2025,CHN,600000,yes,Ga,example bulletin\n"
			"ga,refining,2025,other,2000,yes,Ga,example bulletin\n" },
	{ .noun = "rule", .method = "Emergency.SetRules", .list = "Emergency.ListRules",
		.parameter = "rules", .plural = "rules", .rows_per_command = IMPORT_RULES_PER_NOTE,
		.because = true, .note = true, .whole = true, .own_code = "code", .key = "code",
		FIELDS(rule_fields),
		.example = "code,kind,commodity,member,mass_kg,share_percent,days,words,imports_kg,proxy\n"
			"base-jpn,consumption-base,ga-4n,JPN,52000,,365,,51000,yes\n"
			"ga-cap,member-cap,ga-4n,,,25,90,,,\n"
			"no-resale,resale-ban,,,,,,\"trading,brokerage\",,\n" },
	{ .noun = "whatif", .method = "Emergency.WhatIf", .parameter = "requests",
		.plural = "a stream of requests", FIELDS(stream_fields),
		.example = "at,member,commodity,mass,min_grade,need_by,tier,purpose,destination,partial\n"
			"0,JPN,ga,372.3kg,99.99%,,C,wafers,,no\n1.5,DEU,ga,1t,,,,,,yes\n" },
};

const struct import_kind *import_kind_find(const char *noun)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (text_equal(kinds[i].noun, noun))
			return &kinds[i];
	}
	return NULL;
}
