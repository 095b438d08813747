/*
 * Evidence.Metrics: Prometheus' text exposition format 0.0.4, of the reserve and of this daemon. Gauges
 * are read where they are; only the histograms are counted beforehand. While the database is away only the
 * daemon's own part is told, for the state may hold what is not committed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "reserve/document.h"
#include "reserve/emergency/request.h"
#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/witnesses.h"
#include "view/report_stock.h"
#include "wire/message.h"

/* ---- the format ---- */

static void family(struct buffer *out, const char *name, const char *type, const char *help)
{
	buffer_printf(out, "# HELP vaultd_%s %s\n# TYPE vaultd_%s %s\n", name, help, name, type);
}

static void sample_name(struct buffer *out, const char *name, const char *label, const char *value)
{
	buffer_printf(out, "vaultd_%s", name);
	if (label == NULL)
		return;
	buffer_printf(out, "{%s=\"", label);
	for (const char *at = value; *at != '\0'; at++) {
		if (*at == '\\' || *at == '"')
			buffer_append_byte(out, '\\');
		if (*at == '\n')
			buffer_append_text(out, "\\n");
		else
			buffer_append_byte(out, *at);
	}
	buffer_append_text(out, "\"}");
}

static void sample(struct buffer *out, const char *name, const char *label, const char *value,
	int64_t number)
{
	sample_name(out, name, label, value);
	buffer_printf(out, " %" PRId64 "\n", number);
}

static void single(struct buffer *out, const char *name, const char *type, const char *help,
	int64_t number)
{
	family(out, name, type, help);
	sample(out, name, NULL, NULL, number);
}

/* A time on the machine's clock, which is Prometheus', whatever clock the reserve runs on. */
static void moment(struct buffer *out, const struct vaultd *vaultd, const char *name,
	const char *help, int64_t at_ms)
{
	int64_t wall_ms = at_ms + vaultd_wall_clock() - vaultd_now(vaultd);
	family(out, name, "gauge", help);
	buffer_printf(out, "vaultd_%s %" PRId64 ".%03d\n", name, wall_ms / 1000, (int)(wall_ms % 1000));
}

/* unit: values of one for each of the base unit, 1000000 for microseconds. */
static void histogram(struct buffer *out, const char *name, const char *help,
	const struct metrics_histogram *histogram, const uint64_t bounds[METRICS_BUCKETS], uint64_t unit)
{
	uint64_t below = 0;
	family(out, name, "histogram", help);
	for (int i = 0; i < METRICS_BUCKETS; i++) {
		below += histogram->counts[i];
		buffer_printf(out, "vaultd_%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
			(double)bounds[i] / (double)unit, below);
	}
	buffer_printf(out, "vaultd_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, histogram->count);
	buffer_printf(out, "vaultd_%s_sum %.6f\n", name, (double)histogram->sum / (double)unit);
	buffer_printf(out, "vaultd_%s_count %" PRIu64 "\n", name, histogram->count);
}

/* ---- stock ---- */

static int64_t available_g(const struct commodity *commodity)
{
	return commodity->available_g;
}

static int64_t reserved_g(const struct commodity *commodity)
{
	return commodity->reserved_g;
}

static int64_t operating_g(const struct commodity *commodity)
{
	return commodity->operating != NULL ? commodity->operating->mass_g : ABSENT;
}

static int64_t hard_g(const struct commodity *commodity)
{
	return commodity->hard != NULL ? commodity->hard->mass_g : ABSENT;
}

/* Days of cover, in the base unit that Prometheus wants. */
static int64_t cover_s(const struct commodity *commodity)
{
	int64_t tenths = report_cover_tenths(commodity);
	return tenths != ABSENT && tenths < INT64_MAX / 8640 ? tenths * 8640 : ABSENT;
}

static bool stocked(const struct commodity *commodity)
{
	return commodity->available_g > 0 || commodity->reserved_g > 0 ||
		commodity->operating != NULL || commodity->hard != NULL;
}

static const struct {
	const char *name, *help;
	int64_t (*value)(const struct commodity *commodity);
} stocks[] = {
	{ "stock_available_grams", "Available stock, contained grams.", available_g },
	{ "stock_reserved_grams", "Stock reserved for awards and orders, contained grams.", reserved_g },
	{ "stock_operating_floor_grams", "Operating floor in force, contained grams.", operating_g },
	{ "stock_hard_floor_grams", "Hard floor in force, contained grams.", hard_g },
	{ "stock_may_leave_grams", "What may leave now under the authority in force, contained grams.",
		report_may_leave_g },
	{ "stock_cover_seconds", "How long the available stock lasts at the consumption of its floor.",
		cover_s },
};

static void write_stock(struct buffer *out, const struct state *state)
{
	for (size_t i = 0; i < sizeof stocks / sizeof *stocks; i++) {
		const struct commodity *commodity = NULL;
		family(out, stocks[i].name, "gauge", stocks[i].help);
		while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
			int64_t value = stocked(commodity) ? stocks[i].value(commodity) : ABSENT;
			if (value != ABSENT)
				sample(out, stocks[i].name, "commodity", commodity->code, value);
		}
	}
}

/* ---- what is under way ---- */

/* Every state, those without any too: a series that comes and goes hides its zero. */
static void write_states(struct buffer *out, const char *name, const char *help,
	const struct state *state, enum table_id table)
{
	const struct field *field = descriptor_field(table_info(table)->descriptor, "state");
	int64_t counts[24] = { 0 };
	const struct row *row = NULL;
	while (table != TABLE_REQUEST && (row = state_next(state, table, row)) != NULL)
		counts[field_number(field, row)] += row->closed ? 0 : 1;
	family(out, name, "gauge", help);
	for (int i = 1; field->names[i] != NULL; i++)
		sample(out, name, "state", field->names[i],
			table == TABLE_REQUEST ? state_tallied(state, table, i) : counts[i]);
}

static void write_findings(struct buffer *out, const struct state *state)
{
	struct finding_counts counts;
	const struct finding *finding = NULL;
	int64_t stops = 0;
	finding_count(state, &counts);
	while ((finding = state_next(state, TABLE_FINDING, finding)) != NULL)
		stops += finding->state != FINDING_CLOSED && finding->stops[0] != '\0' ? 1 : 0;
	family(out, "findings", "gauge", "Findings that are not closed.");
	sample(out, "findings", "severity", "warning", counts.warnings);
	sample(out, "findings", "severity", "critical", counts.criticals);
	single(out, "findings_acknowledged", "gauge", "Findings that somebody has taken on.",
		counts.acknowledged);
	single(out, "findings_stopping", "gauge",
		"Findings that stop awards: what is stored has drifted from the ledger.", stops);
}

static void write_audit(struct buffer *out, const struct vaultd *vaultd,
	const struct reserve *reserve)
{
	if (reserve->audited_at == ABSENT || reserve->audited_at == 0)
		return;
	moment(out, vaultd, "audit_timestamp_seconds", "When the last whole audit ended.",
		reserve->audited_at);
	family(out, "audit_findings", "gauge", "What the last whole audit found.");
	sample(out, "audit_findings", "severity", "warning", reserve->audited_warnings);
	sample(out, "audit_findings", "severity", "critical", reserve->audited_criticals);
	single(out, "audit_entries", "gauge", "Entries that the last whole audit read.",
		reserve->audited_entries);
}

static void write_self_check(struct buffer *out, const struct vaultd *vaultd)
{
	if (vaultd->self_check_at == 0)
		return;
	family(out, "self_check_timestamp_seconds", "gauge",
		"When vaultd last compared its tables with the ledger.");
	sample(out, "self_check_timestamp_seconds", NULL, NULL, vaultd->self_check_at / 1000);
	single(out, "self_check_drifts", "gauge", "What that found; -1: it could not be run.",
		vaultd->self_check_drifts);
}

static void write_reserve(struct buffer *out, const struct vaultd *vaultd)
{
	const struct state *state = sequencer_state(vaultd->sequencer);
	const struct reserve *reserve = state_reserve(state);
	if (reserve == NULL)
		return;
	write_stock(out, state);
	write_states(out, "requests", "Requests that are not over, by state.", state, TABLE_REQUEST);
	write_states(out, "orders", "Release orders that are not over, by state.", state,
		TABLE_RELEASE_ORDER);
	write_findings(out, state);
	write_audit(out, vaultd, reserve);
	write_self_check(out, vaultd);
}

/* ---- evidence ---- */

static void write_ledger(struct buffer *out, const struct vaultd *vaultd)
{
	struct witnesses_standing standing;
	witnesses_stand(vaultd->witnesses, sequencer_state(vaultd->sequencer), vaultd_wall_clock(),
		&standing);
	single(out, "ledger_entries", "gauge", "Committed entries of the ledger.", vaultd->committed_size);
	if (vaultd->checkpoint.size > 0) {
		single(out, "checkpoint_entries", "gauge", "Entries under the newest signed checkpoint.",
			vaultd->checkpoint.size);
		moment(out, vaultd, "checkpoint_timestamp_seconds", "When the newest checkpoint was signed.",
			vaultd->checkpoint.at);
	}
	single(out, "witnesses", "gauge", "Witnesses that are enrolled.", standing.enrolled);
	single(out, "witnesses_recent", "gauge", "Witnesses that cosigned within the last two days.",
		standing.lately);
	if (standing.size == 0)
		return;
	single(out, "cosigned_entries", "gauge", "Entries under the checkpoint of the newest cosignature.",
		standing.size);
	family(out, "cosignature_timestamp_seconds", "gauge", "When the newest cosignature was made.");
	sample(out, "cosignature_timestamp_seconds", NULL, NULL, standing.at / 1000);
}

/* ---- the daemon ---- */

static void write_daemon(struct buffer *out, const struct vaultd *vaultd)
{
	const struct metrics *metrics = &vaultd->metrics;
	family(out, "build_info", "gauge", "The program that answers.");
	sample(out, "build_info", "version", VAULT_VERSION, 1);
	family(out, "start_time_seconds", "gauge", "When vaultd started.");
	sample(out, "start_time_seconds", NULL, NULL, metrics->started_at / 1000);
	single(out, "read_only", "gauge", "1 while writes stand still.", vaultd->gate != GATE_OPEN);
	single(out, "sessions", "gauge", "Connections to the socket.",
		(int64_t)server_session_count(vaultd->server));
	single(out, "open_batch_commands", "gauge", "Commands decided that no commit has taken yet.",
		sequencer_open_commands(vaultd->sequencer));
	family(out, "queue_jobs", "gauge", "Calls that wait for a thread.");
	sample(out, "queue_jobs", "queue", "readers", (int64_t)readers_waiting(vaultd->readers));
	sample(out, "queue_jobs", "queue", "replayers", (int64_t)readers_waiting(vaultd->replayers));
	sample(out, "queue_jobs", "queue", "workers", (int64_t)readers_waiting(vaultd->workers));
	histogram(out, "commit_duration_seconds", "Time from handing a batch to the database to its commit.",
		&metrics->commit_us, metrics_commit_bounds_us, 1000000);
	histogram(out, "batch_commands", "Commands of a committed batch.", &metrics->commands,
		metrics_command_bounds, 1);
	single(out, "commits_refused_total", "counter", "Batches that the database refused.",
		(int64_t)metrics->commits_refused);
	single(out, "commits_lost_total", "counter", "Batches whose connection was lost.",
		(int64_t)metrics->commits_lost);
}

bool evidence_metrics(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct vaultd *vaultd = asked->vaultd;
	struct buffer text = { 0 };
	struct json json;
	(void)error;
	if (vaultd->gate != GATE_DATABASE_AWAY)
		write_reserve(&text, vaultd);
	write_ledger(&text, vaultd);
	write_daemon(&text, vaultd);
	reply_begin(&json, out);
	json_key(&json, "text");
	json_text_n(&json, text.bytes, text.length);
	reply_end(&json, false);
	buffer_free(&text);
	return true;
}
