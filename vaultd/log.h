/*
 * What the daemon tells the administrator: one line of key=value a fact, to journald where stderr
 * is the journal, else to stderr. It is for operations; decisions stand in the ledger. A log
 * that cannot be written is lost: nothing fails for it.
 *
 * Any thread may log; log_open and log_refused_call belong to the loop thread.
 */
#ifndef VAULTD_LOG_H
#define VAULTD_LOG_H

#include <stdbool.h>
#include <sys/types.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Finds out where lines go; what is above the level is dropped. Before it: stderr, info. */
void log_open(enum log_level level);

/* "error", "warning", "info" or "debug". */
bool log_level_from_name(const char *name, enum log_level *ret_level);

/*
 * One line: event=EVENT, then the fields. The format is `key=%conversion` pieces between single
 * spaces, or NULL for none; %s, %c, %d, %u and %x with l, ll, z or without. Texts are quoted where
 * they must be and a NULL text is left out, so no value can forge a field or a line.
 *
 *     log_info("listening", "socket=%s fd=%d", path, fd);
 */
void log_error(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_warning(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_debug(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * A call that was denied or invalid. At most LOG_REFUSED_PER_WINDOW lines a uid and
 * LOG_REFUSED_WINDOW_MS; the next line after a silence says how many were left out.
 */
void log_refused_call(uid_t uid, const char *method, const char *reason);

#endif
