/*
 * A policy is a list of names, each a witness or a group of earlier names; so it is weighed from the
 * first to the last in one walk, and cannot go in circles.
 */
#include "ledger/policy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { WORDS_MAX = POLICY_NAMES_MAX + 4 };

struct policy_name {
	char name[KEY_NAME_MAX];
	bool group;
	struct verifier_key key;   /* a witness's */
	size_t threshold, member_count;
	size_t *members;           /* places of earlier names */
};

void policy_clear(struct policy *policy)
{
	for (size_t i = 0; i < policy->name_count; i++)
		free(policy->names[i].members);
	free(policy->names);
	*policy = (struct policy){ 0 };
}

static struct policy_name *find(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->name_count; i++) {
		if (text_equal(policy->names[i].name, name))
			return &policy->names[i];
	}
	return NULL;
}

/* ---- reading ---- */

/* What was wrong with a line. */
struct fault {
	struct error *error;
	int line;
};

static bool at_line(const struct fault *fault, const char *what, const char *given)
{
	return error_set(fault->error, ERROR_INVALID, "policy", "line %d of the policy: %s%s%.60s%s",
		fault->line, what, given[0] != '\0' ? ": \"" : "", given, given[0] != '\0' ? "\"" : "");
}

static bool same_key(const struct verifier_key *a, const struct verifier_key *b)
{
	return memcmp(a->public_key, b->public_key, KEY_PUBLIC_SIZE) == 0;
}

static bool read_key(const char *text, enum key_type type, const struct fault *fault,
	struct verifier_key *ret_key)
{
	struct error cause = { 0 };
	if (!verifier_key_parse(text, ret_key, &cause))
		return at_line(fault, cause.message, "");
	if (ret_key->type != type)
		return at_line(fault, type == KEY_COSIGNATURE ? "a witness has a key for cosignatures (type "
			"0x04), and this is another kind" : "a log has an Ed25519 key (type 0x01), and this is "
			"another kind", ret_key->name);
	return true;
}

static bool read_log(struct policy *policy, char *const *words, size_t count,
	const struct fault *fault)
{
	struct verifier_key key;
	if (count < 2 || count > 3)
		return at_line(fault, "a log reads: log VERIFIER-KEY [URL]", "");
	if (policy->log_count == POLICY_LOGS_MAX)
		return at_line(fault, "there are too many logs", "");
	if (!read_key(words[1], KEY_ED25519, fault, &key))
		return false;
	for (size_t i = 0; i < policy->log_count; i++) {
		if (same_key(&policy->logs[i], &key))
			return at_line(fault, "this log's key stands in it twice", key.name);
	}
	policy->logs[policy->log_count++] = key;
	return true;
}

static struct policy_name *add_name(struct policy *policy, const char *name,
	const struct fault *fault)
{
	char copy[KEY_NAME_MAX];
	if (!text_copy(copy, sizeof copy, name)) {
		at_line(fault, "this name is too long", name);
		return NULL;
	}
	if (text_equal(copy, "none") || find(policy, copy) != NULL) {
		at_line(fault, "this name is taken", copy);
		return NULL;
	}
	if (policy->name_count == POLICY_NAMES_MAX) {
		at_line(fault, "there are too many witnesses and groups", "");
		return NULL;
	}
	if (policy->names == NULL)
		policy->names = calloc(POLICY_NAMES_MAX, sizeof *policy->names);
	if (policy->names == NULL)
		abort();
	struct policy_name *added = &policy->names[policy->name_count++];
	text_copy(added->name, sizeof added->name, copy);
	return added;
}

static bool add_witness(struct policy *policy, const char *name, const struct verifier_key *key,
	const struct fault *fault)
{
	for (size_t i = 0; i < policy->name_count; i++) {
		if (!policy->names[i].group && same_key(&policy->names[i].key, key))
			return at_line(fault, "this witness has the key of another", name);
	}
	struct policy_name *added = add_name(policy, name, fault);
	if (added == NULL)
		return false;
	added->key = *key;
	return true;
}

static bool read_witness(struct policy *policy, char *const *words, size_t count,
	const struct fault *fault)
{
	struct verifier_key key;
	if (count < 3 || count > 4)
		return at_line(fault, "a witness reads: witness NAME VERIFIER-KEY [URL]", "");
	return read_key(words[2], KEY_COSIGNATURE, fault, &key) &&
		add_witness(policy, words[1], &key, fault);
}

static bool read_threshold(const char *word, size_t members, size_t *ret_threshold)
{
	int64_t k;
	if (text_equal(word, "all"))
		*ret_threshold = members;
	else if (text_equal(word, "any"))
		*ret_threshold = 1;
	else if (!text_to_int(word, &k) || k < 1 || (uint64_t)k > members)
		return false;
	else
		*ret_threshold = (size_t)k;
	return true;
}

static bool read_group(struct policy *policy, char *const *words, size_t count,
	const struct fault *fault)
{
	size_t members[POLICY_NAMES_MAX], member_count = 0, threshold;
	if (count < 4)
		return at_line(fault, "a group reads: group NAME all|any|K NAME…", "");
	if (!read_threshold(words[2], count - 3, &threshold))
		return at_line(fault, "a group needs all, any, or a number from 1 to that of its members",
			words[2]);
	for (size_t i = 3; i < count; i++) {
		const struct policy_name *member = find(policy, words[i]);
		if (member == NULL)
			return at_line(fault, "no line above names this", words[i]);
		size_t place = (size_t)(member - policy->names);
		for (size_t j = 0; j < member_count; j++) {
			if (members[j] == place)
				return at_line(fault, "this is twice in the group", words[i]);
		}
		members[member_count++] = place;
	}
	struct policy_name *group = add_name(policy, words[1], fault);
	if (group == NULL)
		return false;
	group->group = true;
	group->threshold = threshold;
	group->member_count = member_count;
	group->members = malloc(member_count * sizeof *members);
	if (group->members == NULL)
		abort();
	memcpy(group->members, members, member_count * sizeof *members);
	return true;
}

static bool read_quorum(struct policy *policy, char *const *words, size_t count,
	const struct fault *fault)
{
	if (count != 2)
		return at_line(fault, "the quorum reads: quorum NAME, or quorum none", "");
	if (policy->has_quorum)
		return at_line(fault, "a policy has one quorum, and this is the second", words[1]);
	const struct policy_name *name = find(policy, words[1]);
	if (name == NULL && !text_equal(words[1], "none"))
		return at_line(fault, "no line above names this", words[1]);
	policy->has_quorum = true;
	policy->quorum = name != NULL ? (size_t)(name - policy->names) + 1 : 0;
	return true;
}

static size_t split(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;
	char *rest = line, *word;
	while (count < WORDS_MAX && (word = strsep(&rest, " \t")) != NULL) {
		if (*word != '\0')
			words[count++] = word;
	}
	return rest == NULL ? count : WORDS_MAX;
}

static bool read_line(struct policy *policy, char *line, const struct fault *fault)
{
	char *words[WORDS_MAX];
	size_t count = split(line, words);
	if (count == 0 || words[0][0] == '#')
		return true;
	if (count == WORDS_MAX)
		return at_line(fault, "it has too many words", "");
	if (text_equal(words[0], "log"))
		return read_log(policy, words, count, fault);
	if (text_equal(words[0], "witness"))
		return read_witness(policy, words, count, fault);
	if (text_equal(words[0], "group"))
		return read_group(policy, words, count, fault);
	if (text_equal(words[0], "quorum"))
		return read_quorum(policy, words, count, fault);
	return at_line(fault, "a line begins with log, witness, group or quorum, not with", words[0]);
}

static bool check_bytes(const char *text, size_t length, struct error *error)
{
	if (length > POLICY_TEXT_MAX)
		return error_set(error, ERROR_LIMIT, "policy", "a policy has at most %d bytes",
			POLICY_TEXT_MAX);
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F)
			return error_set(error, ERROR_INVALID, "policy",
				"the policy has a control byte, 0x%02x", byte);
	}
	return true;
}

static bool read_lines(struct policy *policy, char *text, struct error *error)
{
	struct fault fault = { error, 0 };
	for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
		fault.line++;
		if (!read_line(policy, line, &fault))
			return false;
	}
	return policy->has_quorum ||
		error_set(error, ERROR_INVALID, "policy", "the policy has no line \"quorum NAME\"");
}

bool policy_parse(const char *text, size_t length, struct policy *ret_policy, struct error *error)
{
	*ret_policy = (struct policy){ 0 };
	if (!check_bytes(text, length, error))
		return false;
	char *copy = strndup(text, length);
	if (copy == NULL)
		abort();
	bool read = read_lines(ret_policy, copy, error);
	free(copy);
	return read;
}

bool policy_of_witnesses(const struct verifier_key *witnesses, size_t count, int64_t k,
	struct policy *ret_policy, struct error *error)
{
	struct fault fault = { error, 0 };
	assert(k >= 1 && (uint64_t)k <= count);
	*ret_policy = (struct policy){ .has_quorum = true };
	for (size_t i = 0; i < count; i++) {
		if (witnesses[i].type != KEY_COSIGNATURE)
			return error_set(error, ERROR_INVALID, "witness", "%s is no witness's key: its type is "
				"0x%02x, and cosignatures are by keys of type 0x04", witnesses[i].name,
				(unsigned)witnesses[i].type);
		if (!add_witness(ret_policy, witnesses[i].name, &witnesses[i], &fault))
			return error_set(error, ERROR_INVALID, "witness", "%s is given twice",
				witnesses[i].name);
	}
	struct policy_name *group = add_name(ret_policy, "the witnesses given", &fault);
	if (group == NULL)
		return false;
	group->group = true;
	group->threshold = (size_t)k;
	group->member_count = count;
	group->members = malloc(count * sizeof *group->members);
	if (group->members == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		group->members[i] = i;
	ret_policy->quorum = ret_policy->name_count;
	return true;
}

/* ---- weighing ---- */

/* Which witnesses cosigned. A witness may have more than one line; every one must hold. */
static bool weigh_witnesses(const struct policy *policy, const struct note *note,
	bool cosigned[POLICY_NAMES_MAX], struct policy_result *result, struct error *error)
{
	for (size_t i = 0; i < policy->name_count; i++) {
		const struct policy_name *name = &policy->names[i];
		const struct note_signature *line;
		if (name->group)
			continue;
		result->witnesses++;
		line = note_find(note, &name->key);
		if (line == NULL)
			continue;
		if (!note_verify(note, &name->key))
			return error_set(error, ERROR_BAD_SIGNATURE, "witness",
				"the cosignature by %s on the checkpoint is not good", name->key.name);
		uint64_t time_s = note_cosignature_time(line);
		cosigned[i] = true;
		result->cosigned++;
		if (result->oldest_s == 0 || time_s < result->oldest_s)
			result->oldest_s = time_s;
	}
	return true;
}

static void weigh_groups(const struct policy *policy, bool cosigned[POLICY_NAMES_MAX])
{
	for (size_t i = 0; i < policy->name_count; i++) {
		const struct policy_name *name = &policy->names[i];
		size_t have = 0;
		for (size_t j = 0; j < name->member_count; j++)
			have += cosigned[name->members[j]] ? 1 : 0;
		if (name->group)
			cosigned[i] = have >= name->threshold;
	}
}

/* "2 of 3 are needed and 1 cosigned; missing: kor, usa". */
static void append_missing(struct buffer *out, const struct policy *policy, size_t place,
	const bool cosigned[POLICY_NAMES_MAX])
{
	const struct policy_name *name = &policy->names[place];
	const char *before = "missing: ";
	size_t have = 0;
	if (!name->group) {
		buffer_printf(out, "missing: %s", name->name);
		return;
	}
	for (size_t j = 0; j < name->member_count; j++)
		have += cosigned[name->members[j]] ? 1 : 0;
	buffer_printf(out, "%zu of %zu %s needed and %zu cosigned; ", name->threshold,
		name->member_count, name->threshold == 1 ? "is" : "are", have);
	for (size_t j = 0; j < name->member_count; j++) {
		if (cosigned[name->members[j]])
			continue;
		buffer_printf(out, "%s%s", before, policy->names[name->members[j]].name);
		before = ", ";
	}
}

bool policy_check(const struct policy *policy, const struct note *note,
	struct policy_result *ret_result, struct error *error)
{
	bool cosigned[POLICY_NAMES_MAX] = { false };
	struct policy_result result = { 0 };
	if (!weigh_witnesses(policy, note, cosigned, &result, error))
		return false;
	weigh_groups(policy, cosigned);
	if (policy->quorum > 0 && !cosigned[policy->quorum - 1]) {
		struct buffer missing = { 0 };
		append_missing(&missing, policy, policy->quorum - 1, cosigned);
		error_set(error, ERROR_LEDGER, "quorum", "too few witnesses cosigned the checkpoint: %.400s",
			buffer_text(&missing));
		buffer_free(&missing);
		return false;
	}
	*ret_result = result;
	return true;
}
