/* Numbers and grams as words for the texts of notes and sentences; the core has no printf. */
#ifndef RESERVE_WORDS_H
#define RESERVE_WORDS_H

#include <stdint.h>

enum { WORD_INT = 24, WORD_MASS = 40, WORD_SHARE = 40 };

void word_int(char to[WORD_INT], int64_t value);

/* "850 g", "372.3 kg", "1,934 kg": exact; mass_g >= 0. */
void word_mass(char to[WORD_MASS], int64_t mass_g);

/* "25%", "0.5%": exact; share_ppm >= 0. */
void word_share(char to[WORD_SHARE], int64_t share_ppm);

#endif
