/*
 * vault-bench-tariff: how many consignments the core assesses a second on one core: of every unit,
 * a third FOB, a third in another currency, a third with a cap, grades in the other basis among
 * them. Nothing is read or written.
 *
 *   vault-bench-tariff [--bare] [COUNT]
 *
 *   --bare: "tariff-per-s N" alone, for scripts
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/descriptor.h"
#include "base/text.h"
#include "reserve/zone/price.h"
#include "reserve/zone/tariff.h"

enum { KINDS = 4096, TRIES = 5 };

static struct price prices[KINDS];
static struct consignment consignments[KINDS];

static void fill(int at)
{
	static const char *const units[] = { "USD/kg", "USD/t", "USD/lb", "USc/lb", "USD/mtu" };
	static const int64_t quoted[] = { 38, 38000, 1724, 172366, 380 };
	static const int64_t decimals[] = { 0, 0, 2, 2, 0 };
	struct price *price = &prices[at];
	int unit = at % 5;
	price->quoted = quoted[unit] + at % 7;
	price->decimals = decimals[unit];
	text_copy(price->unit, sizeof price->unit, units[unit]);
	text_copy(price->basis, sizeof price->basis, "WO3");
	consignments[at] = (struct consignment){ .reference = price,
		.basis = at % 8 == 0 ? "W" : "WO3", .commodity_basis = "WO3",
		.net_g = 1000000 + at * 7919, .moisture_ppm = at % 20 * 1000,
		.grade_ppm = 500000 + at % 100 * 2000, .terms = at % 3 == 0 ? TERMS_FOB : TERMS_CIF,
		.value_millis = 19000000 + (int64_t)at * 104729,
		.freight_millis = at % 3 == 0 ? 1200000 : ABSENT,
		.insurance_millis = at % 3 == 0 ? 90000 : ABSENT, .rate = at % 3 == 1 ? 10842 : 1,
		.rate_decimals = at % 3 == 1 ? 4 : 0, .cap_ppm = at % 3 == 2 ? 250000 : ABSENT,
		.cap_micros_per_kg = at % 9 == 2 ? 7000000 : ABSENT };
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	int64_t count = 2000000, duty_cents = 0, due = 0;
	double best = 0;
	bool bare = argc > 1 && text_equal(argv[1], "--bare");
	argc -= bare;
	argv += bare;
	if (argc > 2 || (argc == 2 && (!text_to_int(argv[1], &count) || count < 1))) {
		fputs("usage: vault-bench-tariff [--bare] [COUNT]\n", stderr);
		return 2;
	}
	for (int i = 0; i < KINDS; i++)
		fill(i);
	for (int try = 0; try < TRIES; try++) {
		double begun = seconds();
		for (int64_t i = 0; i < count; i++) {
			struct assessment told;
			struct error error = { 0 };
			if (!tariff_assess(&consignments[i % KINDS], &told, &error)) {
				fprintf(stderr, "%s: %s\n", error.field, error.message);
				return 1;
			}
			duty_cents += told.duty_cents;
			due += told.duty_cents > 0;
		}
		double rate = (double)count / (seconds() - begun);
		best = rate > best ? rate : best;
		if (!bare)
			printf("%lld consignments, %.0f a second on one core\n", (long long)count, rate);
	}
	if (bare)
		printf("tariff-per-s %.0f\n", best);
	else
		printf("best of %d: %.0f a second; %lld with a duty, %lld cents in all\n", TRIES, best,
		(long long)due, (long long)duty_cents);
	return 0;
}
