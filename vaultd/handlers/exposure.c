/*
 * Exposure by SQL on a reader thread: five statements, each a sum over one table; static text, the mineral
 * and the year its parameters.
 */
#include <string.h>

#include "base/descriptor.h"
#include "vaultd/handlers/handler.h"
#include "view/exposure.h"

static const char commodities_sql[] =
	"select c.code, c.stage, c.available_g, f.consumption_g_per_day from commodity c "
	"left join floor f on f.commodity = c.code and f.kind = 'operating' and f.state = 'in-force' "
	"and not f.closed where c.mineral = $1 order by c.code";

/* What is rejected, lost or out is no supply. In transit is a lot between two sites. */
static const char lots_sql[] =
	"select c.code, c.stage, coalesce(l.origin, ''), count(*), "
	"coalesce(sum(l.contained_g) filter (where coalesce(l.in_transit_g, 0) = 0), 0)::int8, "
	"coalesce(sum(l.contained_g) filter (where l.in_transit_g > 0), 0)::int8, "
	"coalesce(sum(l.expected_g) filter (where l.state = 'expected'), 0)::int8, "
	"coalesce(sum(l.on_hand_g) filter (where l.grade_ppm is null and l.state <> 'expected'), 0)::int8 "
	"from lot l join commodity c on c.code = l.commodity where not l.closed and c.mineral = $1 "
	"and l.state in ('expected', 'received', 'quarantined', 'accepted') "
	"group by c.code, c.stage, 3 order by c.code, 5 desc, 3";

/*
 * Of each series the year that ends with its newest period; and what was recorded at the border, as a
 * series of its own, where it is counted in the commodity's basis.
 */
static const char imports_sql[] =
	"with told as (select commodity, series, origin, mass_g, starts_at, ends_at from observation "
	"where kind = 'import' and mass_g > 0 union all "
	"select a.commodity, 'recorded here', a.origin, a.contained_g, a.entry_at, a.entry_at "
	"from assessment a join commodity c on c.code = a.commodity where a.contained_g > 0 "
	"and coalesce(a.reference_basis, c.basis) = c.basis), "
	"newest as (select commodity, series, max(ends_at) as until from told group by commodity, series) "
	"select c.code, c.stage, t.series, coalesce(t.origin, ''), sum(t.mass_g)::int8 from told t "
	"join newest n on n.commodity = t.commodity and n.series = t.series "
	"join commodity c on c.code = t.commodity where c.mineral = $1 "
	"and t.starts_at >= n.until - interval '1 year' "
	"group by c.code, c.stage, t.series, 4 order by c.code, t.series, 5 desc, 4";

/* What is awarded has origins, by its lots; what is waited for has none. */
static const char requests_sql[] =
	"select c.code, c.stage, coalesce(l.origin, ''), count(distinct r.id), "
	"sum((p ->> 'contained_g')::int8)::int8 from request r join commodity c on c.code = r.commodity "
	"cross join lateral json_array_elements(r.picks::json) p "
	"join lot l on l.code = p ->> 'lot' and not l.closed "
	"where not r.closed and r.picks is not null and c.mineral = $1 group by c.code, c.stage, 3 "
	"union all select c.code, c.stage, null, count(*), sum(r.mass_g)::int8 from request r "
	"join commodity c on c.code = r.commodity where not r.closed and r.state = 'eligible' "
	"and c.mineral = $1 group by c.code, c.stage order by 1, 5 desc, 3";

/* The mineral's own figures, or its family's where it has none. */
static const char production_sql[] =
	"with named as (select coalesce((select p.mineral from production p where p.mineral = $1 limit 1), "
	"(select m.family from mineral m where m.code = $1)) as mineral), "
	"newest as (select p.stage, max(p.year) as year from production p join named n on n.mineral = "
	"p.mineral where p.mass_g > 0 and ($2::int8 is null or p.year = $2::int8) group by p.stage) "
	"select p.mineral, p.stage, p.country, p.mass_g, p.year, "
	"case when p.estimated then 1 else 0 end::int8, coalesce(p.content, ''), coalesce(p.source, '') "
	"from production p join named n on n.mineral = p.mineral join newest y on y.stage = p.stage and "
	"y.year = p.year order by case p.stage when 'mining' then 1 when 'refining' then 2 "
	"when 'processing' then 3 else 4 end, p.mass_g desc, p.country";

struct taking {
	struct exposure_list *list;
	struct arena *arena;
};

static const char *text_of(struct taking *taking, const struct reader_row *row, int column)
{
	const char *text = reader_row_text(row, column);
	return arena_text(taking->arena, text, strlen(text));
}

static struct exposure_row *take_names(struct taking *taking, const struct reader_row *row)
{
	struct exposure_row *to = exposure_add(taking->list);
	to->commodity = text_of(taking, row, 0);
	to->stage = text_of(taking, row, 1);
	return to;
}

static bool take_commodity(void *context, const struct reader_row *row)
{
	struct exposure_row *to = take_names(context, row);
	to->mass_g = reader_row_int(row, 2);
	to->consumption_g = reader_row_int(row, 3);
	return true;
}

static bool take_lots(void *context, const struct reader_row *row)
{
	struct exposure_row *to = take_names(context, row);
	to->country = text_of(context, row, 2);
	to->number = reader_row_int(row, 3);
	to->mass_g = reader_row_int(row, 4);
	to->in_transit_g = reader_row_int(row, 5);
	to->expected_g = reader_row_int(row, 6);
	to->unassayed_g = reader_row_int(row, 7);
	return true;
}

static bool take_imports(void *context, const struct reader_row *row)
{
	struct exposure_row *to = take_names(context, row);
	to->series = text_of(context, row, 2);
	to->country = text_of(context, row, 3);
	to->mass_g = reader_row_int(row, 4);
	return true;
}

static bool take_requests(void *context, const struct reader_row *row)
{
	struct exposure_row *to = take_names(context, row);
	to->country = text_of(context, row, 2);
	to->number = reader_row_int(row, 3);
	to->mass_g = reader_row_int(row, 4);
	return true;
}

static bool take_production(void *context, const struct reader_row *row)
{
	struct exposure_row *to = take_names(context, row);
	to->country = text_of(context, row, 2);
	to->mass_g = reader_row_int(row, 3);
	to->year = reader_row_int(row, 4);
	to->estimated = reader_row_int(row, 5) == 1;
	to->series = text_of(context, row, 6);
	to->source = text_of(context, row, 7);
	return true;
}

static bool read_all(struct reader *reader, struct exposure_shown *show, struct error *error)
{
	struct exposure *found = &show->found;
	const struct {
		const char *sql;
		reader_each_row *take;
		struct exposure_list *list;
		int values;
	} parts[] = {
		{ commodities_sql, take_commodity, &found->commodities, 1 },
		{ lots_sql, take_lots, &found->lots, 1 },
		{ imports_sql, take_imports, &found->imports, 1 },
		{ requests_sql, take_requests, &found->requests, 1 },
		{ production_sql, take_production, &found->production, 2 },
	};
	const char *const values[] = { show->mineral, show->year == ABSENT ? NULL :
		arena_printf(show->arena, "%lld", (long long)show->year) };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct taking taking = { parts[i].list, show->arena };
		if (!reader_query(reader, parts[i].sql, parts[i].values, values, parts[i].take, &taking,
		    error))
			return false;
	}
	return true;
}

struct exposure_job {
	struct read_job job;
	struct exposure_shown shown;
};

static void run_exposure(struct read_job *job, struct reader *reader)
{
	struct exposure_job *asked = (struct exposure_job *)(void *)job;
	struct error error = { 0 };
	if (read_all(reader, &asked->shown, &error))
		exposure_write(&asked->shown, &job->out);
	else
		job_fail(job, 0, &error);
	exposure_free(&asked->shown.found);
}

struct read_job *zone_exposure(struct asked *asked, struct error *error)
{
	struct exposure_job *job = job_new(asked, sizeof *job, run_exposure);
	const struct view view = { .state = sequencer_state(asked->vaultd->sequencer),
		.parameters = asked->parameters, .arena = job->job.arena,
		.now = vaultd_now(asked->vaultd) };
	if (exposure_ask(&view, &job->shown, error))
		return &job->job;
	job_drop(&job->job);
	return NULL;
}
