/*
 * Lots through their whole life, pipelined: a thousand announced a command, then weighed, assayed
 * and accepted one by one. What belongs to one lot goes over one connection, which keeps its order.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/time.h"
#include "bench/content.h"
#include "bench/drive.h"
#include "bench/names.h"
#include "bench/setup.h"
#include "vault/limits.h"

enum { LINKS = 8, IN_FLIGHT = 128, RETEST_DAYS = 730, TARE_G = 1000, SHOWN_MAX = 400 };

enum step { ANNOUNCE, WEIGH, ASSAY, ACCEPT, STEPS };

static const char *const methods[STEPS] = { "AddLots", "WeighLot", "AssayLot", "AcceptLot" };
static const char *const actors[STEPS] = { NAMES_KEEPER, NAMES_KEEPER, NAMES_ASSAYER,
	NAMES_ASSAYER };

/* One call: about one lot, or from a lot on about up to IMPORT_ROWS_PER_COMMAND of them. */
struct lot_call {
	uint8_t command[COMMAND_ID_SIZE];
	enum step step;
	uint32_t lot;
};

/* Which lots a connection does next; lots are numbered from 1. */
struct filling {
	struct setup *setup;
	uint32_t lots;
	bool announcing;
	uint32_t at[LINKS];     /* lots or commands that the connection has begun */
	enum step step[LINKS];
	char retest_at[TIME_TEXT_SIZE];
};

static bool next(void *context, int connection, void *data)
{
	struct filling *filling = context;
	struct lot_call *call = data;
	uint32_t stride = filling->announcing ? IMPORT_ROWS_PER_COMMAND : 1;
	uint32_t turns = filling->at[connection] * LINKS + (uint32_t)connection;
	if (turns >= (filling->lots + stride - 1) / stride)
		return false;
	call->lot = turns * stride + 1;
	call->step = filling->announcing ? ANNOUNCE : filling->step[connection];
	command_id_make(&filling->setup->random, call->command);
	if (filling->announcing || call->step == ACCEPT) {
		filling->at[connection]++;
		filling->step[connection] = WEIGH;
	} else {
		filling->step[connection]++;
	}
	return true;
}

static void append_lot(const struct filling *filling, const struct lot_call *call,
	struct buffer *out)
{
	char lot[CODE_MAX];
	names_lot(lot, call->lot);
	buffer_printf(out, "\"lot\":\"%s\"", lot);
	if (call->step == WEIGH)
		buffer_printf(out, ",\"gross_g\":%lld,\"tare_g\":%d",
			(long long)content_lot_g(filling->setup->round) + TARE_G, TARE_G);
	else if (call->step == ASSAY)
		buffer_printf(out, ",\"grade_ppm\":%u,\"laboratory\":\"bench\",\"retest_at\":\"%s\"",
			content_lot_grade_ppm(call->lot), filling->retest_at);
}

static void write_call(void *context, const void *data, struct buffer *out)
{
	const struct filling *filling = context;
	const struct lot_call *call = data;
	char command[UUID_TEXT_SIZE];
	text_from_uuid(call->command, command);
	buffer_printf(out, "{\"method\":\"org.projectvault.Stock.%s\",\"parameters\":{",
		methods[call->step]);
	if (call->step == ANNOUNCE)
		content_lots(out, call->lot, IMPORT_ROWS_PER_COMMAND, filling->lots,
			filling->setup->round);
	else
		append_lot(filling, call, out);
	buffer_printf(out, ",\"as\":\"%s\",\"command\":\"%s\"}}", actors[call->step], command);
	buffer_append_byte(out, '\0');
}

static enum drive_verdict take(void *context, const void *call, const char *reply, size_t length,
	int64_t took_ns, struct error *error)
{
	static const char good[] = "{\"parameters\":{";
	(void)context;
	(void)call;
	(void)took_ns;
	if (length >= sizeof good - 1 && memcmp(reply, good, sizeof good - 1) == 0)
		return DRIVE_DONE;
	error_set(error, ERROR_INTERNAL, "", "vaultd says %.*s",
		length < SHOWN_MAX ? (int)length : SHOWN_MAX, reply);
	return DRIVE_STOP;
}

bool setup_lots(struct setup *setup, struct error *error)
{
	struct filling filling = { .setup = setup, .lots = (uint32_t)setup->lots, .announcing = true };
	struct drive_plan plan = { .socket = setup->socket, .connections = LINKS, .in_flight = 1,
		.call_size = sizeof(struct lot_call), .context = &filling, .next = next,
		.write = write_call, .take = take };
	struct drive_result result;
	time_format(((int64_t)time(NULL) + RETEST_DAYS * 24L * 60 * 60) * 1000, filling.retest_at);
	for (int i = 0; i < LINKS; i++)
		filling.step[i] = WEIGH;
	if (!drive_run(&plan, &result, error))
		return false;
	memset(filling.at, 0, sizeof filling.at);
	filling.announcing = false;
	plan.in_flight = IN_FLIGHT;
	return drive_run(&plan, &result, error);
}
