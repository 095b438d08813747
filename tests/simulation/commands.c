/* The first commands, and the table of weights that chooses among all kinds afterwards. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "draw.h"

/* draw: a line that follows from the state in place of one that is fixed. */
static const struct step {
	const char *actor, *command, *line;
	void (*draw)(struct draw *draw);
} steps[] = {
	{ "founders", "found", draw_founding, NULL },
	{ "ola", "mineral.add", "minerals=[code=gallium name=Gallium; code=tungsten name=W; "
		"code=dysprosium name=Dy]", NULL },
	{ "ola", "commodity.add", "commodities=[code=ga mineral=gallium stage=refining form=metal "
		"basis=Ga min_grade_ppm=300000; code=wo3 mineral=tungsten stage=mining "
		"form=concentrate basis=WO3; code=apt mineral=tungsten stage=refining form=salt basis=WO3; code=dy mineral=dysprosium stage=refining form=oxide "
		"basis=Dy]", NULL },
	{ "ola", "site.add", "sites=[code=north name=N country=AUT daily_loadout_g=4000; code=south "
		"name=S country=ITA daily_loadout_g=20000; code=east name=E country=FRA]", NULL },
	{ "ola", "member.set", "because=x members=[code=AUT name=A status=in-force; code=ITA "
		"name=I status=in-force; code=FRA name=F status=signatory; code=DEU name=D "
		"status=in-force; code=EUE name=E kind=organisation status=in-force]", NULL },
	{ "ola", "document.sign", NULL, draw_sign_whole },
	{ "ola", "floor.set", "because=policy floors=[commodity=ga kind=operating mass_g=9000; "
		"commodity=ga kind=hard mass_g=3000; commodity=wo3 kind=operating mass_g=9000; "
		"commodity=wo3 kind=hard mass_g=3000; commodity=dy kind=operating mass_g=9000; "
		"commodity=dy kind=hard mass_g=3000]", NULL },
	{ "ola", "document.sign", NULL, draw_sign_whole },
	{ "oma", "price.draft", "because=index prices=[commodity=ga quoted=500 unit=USD/kg basis=Ga; "
		"commodity=wo3 quoted=300 unit=USD/mtu basis=WO3; commodity=dy quoted=900 unit=USD/kg "
		"basis=Dy]", NULL },
	{ "ola", "document.sign", NULL, draw_sign_whole },
};

static const struct {
	const char *command;
	int weight;
	void (*draw)(struct draw *draw);
} kinds[] = {
	{ "lot.add", 10, draw_lot_add }, { "lot.weigh", 11, draw_weigh },
	{ "lot.sample", 2, draw_sample }, { "lot.assay", 12, draw_assay },
	{ "lot.accept", 13, draw_accept }, { "lot.reject", 1, draw_end_lot },
	{ "lot.lose", 1, draw_end_lot }, { "lot.hold", 2, draw_hold },
	{ "lot.hold_release", 6, draw_hold_release }, { "lot.move", 2, draw_move },
	{ "lot.arrive", 4, draw_arrive }, { "lot.correct", 2, draw_correct },
	{ "site.set", 2, draw_site_set }, { "floor.set", 2, draw_floor_set },
	{ "member.set", 2, draw_member_set }, { "price.draft", 2, draw_price },
	{ "observation.record", 7, draw_observation }, { "price.draft", 4, draw_computed_price },
	{ "hs.add", 1, draw_hs }, { "tariff.schedule", 4, draw_tariff },
	{ "observation.record", 4, draw_import_price }, { "tariff.assess", 4, draw_assess },
	{ "sale.record", 3, draw_sale },
	{ "participant.add", 3, draw_participant_add }, { "rate.set", 2, draw_rate_set },
	{ "commitment.new", 5, draw_commitment_new }, { "commitment.end", 1, draw_commitment_end },
	{ "entitlement.transfer", 3, draw_transfer },
	{ "loan.new", 6, draw_loan }, { "rotation.new", 4, draw_rotation },
	{ "draw.new", 3, draw_drawdown }, { "disposal.new", 2, draw_disposal },
	{ "exchange.return", 8, draw_return }, { "exchange.amend", 2, draw_amend },
	{ "exchange.default", 1, draw_default },
	{ "annual.set", 3, draw_annual_set }, { "lot.title", 2, draw_title },
	{ "lot.pledge", 2, draw_pledge }, { "lot.unpledge", 2, draw_unpledge },
	{ "observation.record", 4, draw_market }, { "waiver.propose", 2, draw_waiver },
	{ "contract.propose", 1, draw_contract }, { "contract.report", 2, draw_report },
	{ "contract.settle", 2, draw_settle }, { "production.record", 1, draw_production },
	{ "count.new", 2, draw_count_new }, { "count.enter", 7, draw_count_enter },
	{ "document.sign", 9, draw_sign_count },
	{ "count.cause", 4, draw_count_cause }, { "count.adjust", 3, draw_count_adjust },
	{ "count.abandon", 1, draw_count_abandon }, { "count.policy", 1, draw_count_policy },
	{ "sample.draw", 2, draw_sample_draw }, { "sample.result", 3, draw_sample_result },
	{ "inspection.record", 2, draw_inspection }, { "site.test", 1, draw_loadout_test },
	{ "commodity.storage", 1, draw_commodity_storage }, { "site.storage", 1, draw_site_storage },
	{ "requirement.set", 2, draw_requirement }, { "report.file", 1, draw_filing },
	{ "evidence.attach", 1, draw_attachment },
	{ "declare", 6, draw_declare }, { "declaration.extend", 1, draw_extend },
	{ "rule.set", 5, draw_rule },
	{ "request.submit", 36, draw_request }, { "request.bring", 3, draw_bring },
	{ "request.withdraw", 2, draw_withdraw }, { "allocation.run", 7, draw_run },
	{ "order.prepare", 12, draw_prepare }, { "load_out", 24, draw_load },
	{ "deliver", 10, draw_deliver }, { "slot.move", 3, draw_slot_move },
	{ "document.sign", 22, draw_sign }, { "document.sign", 18, draw_sign_whole },
	{ "document.reject", 1, draw_reject },
	{ "finding.raise", 1, draw_finding }, { "audit.record", 2, draw_audit },
	{ "finding.acknowledge", 1, draw_acknowledge }, { "finding.close", 2, draw_close },
	{ "finding.lift", 3, draw_lift }, { "person.enrol", 1, draw_enrol },
	{ "person.revoke", 1, draw_revoke }, { "key.replace", 1, draw_replace },
	{ "person.enrol", 2, draw_enrol_witness }, { "person.revoke", 1, draw_revoke_witness },
	{ "checkpoint.dispute", 1, draw_dispute },
	{ "found", 1, draw_found },
};

static void take(const struct draw *draw, const char *name, struct command *command)
{
	struct buffer line = draw->line;
	command->type = command_type_find(name);
	command->line = strdup(buffer_text(&line));
	if (command->line == NULL)
		abort();
	text_copy(command->actor, sizeof command->actor, draw->actor);
	buffer_free(&line);
}

bool commands_setup(int number, struct random *random, const struct state *state, int64_t now,
	struct command *command)
{
	if (number >= (int)(sizeof steps / sizeof *steps))
		return false;
	const struct step *step = &steps[number];
	struct draw draw = { .random = random, .state = state, .now = now };
	if (step->draw != NULL)
		step->draw(&draw);
	else
		buffer_append_text(&draw.line, step->line);
	draw.actor = step->actor;
	take(&draw, step->command, command);
	return true;
}

void commands_draw(struct random *random, const struct state *state, int64_t now,
	struct command *command)
{
	struct draw draw = { .random = random, .state = state, .now = now };
	int64_t total = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		total += kinds[i].weight;
	int64_t left = random_below(random, total);
	size_t chosen = 0;
	while (left >= kinds[chosen].weight)
		left -= kinds[chosen++].weight;
	kinds[chosen].draw(&draw);
	if (random_chance(random, 2))
		draw.actor = ONE_OF(&draw, draw_people);
	take(&draw, kinds[chosen].command, command);
}
