/* Numbers and grams as words for the texts of notes and sentences; the core has no printf. */
#ifndef RESERVE_WORDS_H
#define RESERVE_WORDS_H

#include <stdint.h>

enum { WORD_INT = 24 };

void word_int(char to[WORD_INT], int64_t value);

#endif
