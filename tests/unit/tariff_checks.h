/*
 * What must hold of tariff schedules and recorded imports after every entry. Part of
 * reserve_checks.h, which has CHECK_THAT.
 */
#ifndef TESTS_UNIT_TARIFF_CHECKS_H
#define TESTS_UNIT_TARIFF_CHECKS_H

#include "base/text.h"
#include "reserve/stock/material.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/schedule.h"

/*
 * One schedule in force a commodity and origin, each in its commodity's list; figures that add up.
 */
static inline const char *check_schedules(const struct state *state)
{
	const struct schedule *schedule = NULL;
	while ((schedule = state_next(state, TABLE_TARIFF_SCHEDULE, schedule)) != NULL) {
		const struct schedule_list *list = schedule->commodity->tariffs;
		uint32_t listed = 0, rivals = 0;
		bool began = !schedule->row.closed && (schedule->state == SETTING_IN_FORCE ||
			schedule->state == SETTING_SUPERSEDED);
		for (uint32_t i = 0; list != NULL && i < list->count; i++) {
			listed += list->schedules[i] == schedule;
			rivals += list->schedules[i]->state == SETTING_IN_FORCE &&
				text_equal(list->schedules[i]->origin, schedule->origin);
		}
		CHECK_THAT(listed == (began ? 1 : 0), schedule->id);
		CHECK_THAT(rivals <= 1, schedule->id);
		CHECK_THAT(schedule->until_at == ABSENT || schedule->until_at >= schedule->effective_at,
			schedule->id);
		CHECK_THAT(schedule->duty_micros_per_kg == ABSENT ||
			schedule->observed_micros_per_kg + schedule->duty_micros_per_kg +
			schedule->gap_micros_per_kg >= schedule->reference_micros_per_kg, schedule->id);
	}
	return NULL;
}

static inline const char *check_assessments(const struct state *state)
{
	const struct assessment_row *row = NULL;
	while ((row = state_next(state, TABLE_ASSESSMENT, row)) != NULL) {
		const struct assessed *is = &row->is;
		CHECK_THAT(is->landed_cents + is->gap_cents >= is->floor_cents, row->id);
		CHECK_THAT(is->capped || is->inside || is->gap_cents == 0, row->id);
		CHECK_THAT(!is->inside || is->duty_cents == 0, row->id);
		CHECK_THAT(is->charged_cents == (is->mode == TARIFF_IN_FORCE ? is->duty_cents : 0),
			row->id);
	}
	return NULL;
}

#endif
