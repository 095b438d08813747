/*
 * Every limit of Vault, named. Sizes in bytes, times in milliseconds unless the name says otherwise.
 * A queue, frame, arena, page or retry without a line here is a bug.
 */
#ifndef VAULT_LIMITS_H
#define VAULT_LIMITS_H

/* numbers */
#define VAULT_INT_MAX 9007199254740991LL /* 2^53 - 1: what every JSON reader keeps exactly */
#define VAULT_PPM 1000000LL
#define LOT_MASS_MAX 1000000000000LL /* grams, a million tonnes: sums over all lots stay exact */

/* wire */
#define WIRE_MESSAGE_MAX (4 * 1024 * 1024)
#define WIRE_DEPTH_MAX 16
#define WIRE_CALLS_IN_FLIGHT_MAX 256   /* per session: calls read and not yet answered */
#define WIRE_CALLS_PER_TURN 64         /* per session and turn of the loop */
#define WIRE_UNSENT_MAX (16 * 1024 * 1024)
#define WIRE_STREAM_UNSENT_MAX (1024 * 1024) /* above it the producer of a stream pauses */
#define WIRE_CONNECTIONS_MAX 4096
#define WIRE_CONNECTIONS_PER_UID_MAX 1024
#define WIRE_HALF_MESSAGE_MS 10000     /* a message begun must end within this */
#define WIRE_SEND_STALL_MS 10000       /* a peer that takes nothing for this long is dropped */

/* sequencer */
#define BATCH_COMMANDS_MAX 1024
#define BATCH_BYTES_MAX (8 * 1024 * 1024)
#define STORE_WAIT_MS 30000
#define STORE_RETRY_FIRST_MS 50
#define STORE_RETRY_LAST_MS 2000
#define COMMAND_IDS_MAX 1000000
#define COMMAND_IDS_KEPT_MS (60LL * 60 * 1000)
#define COMMAND_ID_SKEW_MS (5LL * 60 * 1000)
#define COMMAND_ID_LIFE_MS (30LL * 24 * 60 * 60 * 1000)
#define CLOCK_JUMP_MS 60000
#define TICK_MS 1000

/* ledger */
#define LEDGER_ENTRY_MAX 65535
#define NOTE_TEXT_MAX (16 * 1024)
#define NOTE_SIGNATURES_MAX 64
#define REQUEST_TEXT_MAX 2048           /* of a request that a delegate signs */
#define TILE_WIDTH 256

/* rows and pages */
#define PAGE_ROWS 500
#define PAGE_BYTES (1024 * 1024)       /* a page that grows beyond ends with the row that did it */
#define LOADOUT_DAYS_MAX 3660          /* how far ahead load-out slots are cut */
#define SLOTS_PER_ENTRY 500            /* an order of more slots has several entries */
#define IMPORT_ROWS_PER_COMMAND 1000
#define IMPORT_ROWS_PER_NOTE 200        /* prices and floors: each line stands in the text signed */
#define IMPORT_RULES_PER_NOTE 120       /* their lines are longer */
#define IMPORT_FILE_MAX (256 * 1024 * 1024)
#define CODE_MAX 24       /* a code or id with its NUL: [A-Za-z0-9][A-Za-z0-9._-]* */
#define NAME_MAX_BYTES 96
#define REASON_MAX 512
#define RULE_WORDS_MAX 1024 /* purposes, countries, statuses of one rule with their commas */
#define ARENA_REQUEST_MAX (512 * 1024 * 1024) /* the commit of a plan over a million lots */
#define CONFIG_BYTES_MAX (64 * 1024) /* of vaultd.conf, for its digest in the ledger */
#define READER_THREADS 2
#define READER_QUEUE_MAX 256
#define WORKER_THREADS 2                /* check signatures, without the database */
#define WORKER_QUEUE_MAX WIRE_CONNECTIONS_MAX /* a session waits for one at most */
#define VERIFIED_KEPT 16384             /* signatures whose check is remembered */
#define WATCHERS_MAX 1024               /* a session is one at most */
#define WATCHERS_PER_UID_MAX 256
#define WATCH_ENTRIES_PER_JOB 1024
#define WATCH_BYTES_PER_JOB (1024 * 1024) /* of replies, over all watchers of the job */

/* zone */
#define PRICE_STALE_DAYS 90             /* a reference price, or what it rests on, is old after so many */
#define PRICE_INPUTS_MAX 300            /* that a computed price keeps: its entry stays below LEDGER_ENTRY_MAX */
#define PRICE_MONTHS_MAX 120            /* of observations that one is computed from */
#define MARKET_FRESH_DAYS 35            /* a market price that ended longer ago is not comparable */
#define OBSERVATION_DAYS_MAX 366        /* the longest period that one price may stand for */
#define OBSERVATION_SOURCE_MAX 160
#define ASSESS_ROWS_PER_CALL 100        /* about a millisecond of the loop */
#define EXCHANGE_LOTS_MAX 100          /* of one exchange: they stand in its note */
#define EXCHANGE_INSTALMENTS_MAX 36     /* in which what went out comes back */
#define FISCAL_YEAR_MONTH 10            /* a fiscal year begins on its first day, and is called by its end */
#define ANNUAL_WAIT_DAYS 45             /* what a raised maximum of the annual plan waits */

/* audit: what checks of the world take for late, old, off or short; each with its reason */
#define BELOW_TARGET_CRITICAL_DAYS 30    /* below its operating floor: a month is no accident */
#define AVAILABLE_BOOK_PPM 900000LL      /* of the book: the IEA takes a tenth as out of reach */
#define RETEST_CRITICAL_DAYS 30          /* past its retest date: time enough for a laboratory */
#define LOT_OLD_DAYS 3653                /* ten years in store */
#define LOT_UNTESTED_DAYS 1827           /* five years since its weighing, and no retest date */
#define RETURN_CRITICAL_DAYS 30          /* a return is late by so many days */
#define HOLD_OLD_DAYS 180                /* a hold so old is asked why it still stands */
#define IN_TRANSIT_DAYS 30               /* loaded, and nobody has it: as long as an order may wait */
#define WEIGHT_BULK_TOLERANCE_PPM 5000LL    /* weight out against weight in, of bulk */
#define WEIGHT_SEALED_TOLERANCE_PPM 1000LL  /* the same of sealed units */
#define WEIGHT_PAPER_TOLERANCE_PPM 20000LL  /* weighed against declared: 2% a lot pass at exchanges */
#define PRICE_DERIVED_PPM 10LL           /* of what a quote gives: weights of atoms are revised */
#define AUDIT_NAMED_MAX 12               /* lots or causes that one finding names; the rest as a number */

/* the daemon's own comparison */
#define SELF_CHECK_HOURS 6              /* between two comparisons of the tables with the ledger */
#define SELF_CHECK_HOURS_MAX 8760       /* a year: who wants none says never */
#define SELF_CHECK_AGAIN_MS 10000       /* after one that could not be run: the database was away */
#define SELF_CHECK_QUIET_MS 3000        /* without a commit before one begins; after twice its hours at once */

/* stocktakes and re-assays; what officers set by a policy stands above these */
#define COUNT_LOTS_MAX 5000             /* of one stocktake: two persons count no more before it is stale */
#define COUNT_LOTS_PER_ENTRY 1000       /* their codes alone: below LEDGER_ENTRY_MAX */
#define COUNT_LINES_PER_ENTRY 250       /* with all figures of a line: below LEDGER_ENTRY_MAX */
#define COUNT_LINES_PER_NOTE 100        /* of an adjustment: each stands in the text signed */
#define COUNT_BULK_TOLERANCE_PPM 10000  /* of a pile by survey: density and angle are known to a percent */
#define COUNT_BULK_COUNTERS_PPM 10000   /* two surveys of one pile */
#define COUNT_AGE_DAYS 365              /* a lot is counted yearly */
#define COUNT_TERM_DAYS 14              /* a site must not stand still for longer */
#define COUNT_DAYS_MAX 3660             /* no policy counts days beyond ten years */
#define SAMPLE_LOTS_MAX 100             /* of one sample: they stand in one entry */
#define SAMPLE_POPULATION_MAX 100000    /* hashed in one turn: about a tenth of a second */
#define SAMPLE_DAYS 60                  /* in which sampled lots are assayed again */
#define SAMPLE_GRADE_PPM 2000           /* of the grade: what two good laboratories are apart */
#define SAMPLE_HOLDS_MAX 1000           /* lots of a supplier that one bad result holds */

/* inspections, load-out tests, requirements, reports that law expects */
#define INSPECTION_COMMODITY_DAYS 366   /* a stock is looked at yearly (DLA's Form 30) */
#define INSPECTION_FACILITY_DAYS 366    /* roofs, fire protection and locks: yearly as well */
#define INSPECTION_SCALE_DAYS 731       /* no certificate of a weighbridge is believed for longer */
#define INSPECTION_CRITICAL_DAYS 182    /* so long overdue is critical */
#define LOADOUT_TEST_HOURS_MAX 720      /* a month: longer is no test */
#define LOADOUT_TEST_DAYS 366           /* a test that is older proves nothing any more */
#define REQUIREMENT_WAIT_DAYS 30        /* what a raised requirement waits (50 USC 98b(c)) */
#define REQUIREMENT_ESCALATE_DAYS 90    /* so long below it is critical */
#define FILING_ANNUAL_DAYS 90           /* after the fiscal year (50 USC 98h-2) */
#define FILING_QUARTER_DAYS 40          /* after quarters 1 to 3 */
#define FILING_LAST_QUARTER_DAYS 60     /* after the fourth, whose books close the year */
#define REPORT_CRITICAL_DAYS 365        /* a report is late for so long before that is critical */

/* witnesses and their policies */
#define WITNESSES_MAX 32               /* cosignatures under one checkpoint that are kept in memory */
#define COSIGNED_KEPT 32               /* checkpoints with cosignatures in memory: the newest */
#define COSIGN_ROUND_MS (24LL * 60 * 60 * 1000) /* a checkpoint is put to witnesses no longer */
#define COSIGN_QUEUE_MAX 64            /* calls whose cosignatures wait to be committed */
#define COSIGN_AGAIN_MS (60LL * 60 * 1000) /* the same one again is kept again after so long */
#define WITNESS_LATELY_MS (48LL * 60 * 60 * 1000) /* a daily witness may miss one day */
#define COSIGN_AHEAD_MS (5LL * 60 * 1000) /* a witness's clock may be ahead of ours by so much */
#define POLICY_LOGS_MAX 32             /* of one policy: a bloc's reserves */
#define POLICY_NAMES_MAX 128           /* witnesses and groups of one policy */
#define POLICY_TEXT_MAX (64 * 1024)    /* of its file: all names and keys fit */

/* the past */
#define PAST_QUEUE_MAX 64               /* calls as of the past that wait: one thread replays */
#define PAST_KEPT_S 600                 /* the last state made waits for the next call */

/* log */
#define LOG_REFUSED_WINDOW_MS 10000
#define LOG_REFUSED_PER_WINDOW 20

/* embedded PostgreSQL */
#define CLUSTER_START_S 300          /* recovery after a crash included */
#define CLUSTER_STOP_S 120
#define CLUSTER_START_TRIES 600      /* while a dead server still holds its memory */
#define CLUSTER_POLL_MS 50

#endif
