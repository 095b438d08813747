/* The lists of what exists: names are unique, fields stand in the order of their writing. */
#include <string.h>

#include "runner.h"

#include "base/text.h"
#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/refusal.h"
#include "reserve/state.h"

static void ascending(const struct descriptor *descriptor)
{
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (i > 0 && strcmp(field[-1].name, field->name) >= 0)
			printf("\n  %s: %s before %s\n", descriptor->name, field[-1].name, field->name);
		CU_ASSERT(i == 0 || strcmp(field[-1].name, field->name) < 0);
		CU_ASSERT(field->offset + field->size <= descriptor->size);
		if (field->type == FIELD_LIST)
			ascending(field->items);
	}
}

static void test_events(void)
{
	for (size_t i = 0; event_types[i] != NULL; i++) {
		const struct event_type *type = event_types[i];
		CU_ASSERT(strchr(type->kind, '.') != NULL);
		CU_ASSERT_PTR_NOT_NULL(type->apply);
		CU_ASSERT_PTR_EQUAL(event_type_find(type->kind), type);
		ascending(type->body);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(event_types[j]->kind, type->kind);
	}
	CU_ASSERT_PTR_NULL(event_type_find("no.such"));
}

static void test_commands(void)
{
	for (size_t i = 0; command_types[i] != NULL; i++) {
		const struct command_type *type = command_types[i];
		CU_ASSERT_PTR_NOT_NULL(type->decide);
		CU_ASSERT_PTR_EQUAL(command_type_find(type->name), type);
		ascending(type->params);
		if (type->content != NULL) {
			const struct field *field = descriptor_field(type->params, type->content);
			CU_ASSERT(field != NULL && field->type == FIELD_LIST);
		}
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(command_types[j]->name, type->name);
	}
	CU_ASSERT_PTR_NULL(command_type_find("no.such"));
}

static void test_tables(void)
{
	for (int t = 0; t < TABLE_COUNT; t++) {
		const struct table_info *info = table_info((enum table_id)t);
		CU_ASSERT_PTR_NOT_NULL_FATAL(info->descriptor);
		const struct descriptor *descriptor = info->descriptor;
		const struct field *key = &descriptor->fields[0];
		CU_ASSERT_EQUAL(key->type, FIELD_TEXT);
		CU_ASSERT_EQUAL(key->offset, ROW_KEY_OFFSET);
		for (size_t i = 0; i < descriptor->field_count; i++) {
			const struct field *field = &descriptor->fields[i];
			CU_ASSERT(field->offset >= ROW_KEY_OFFSET);
			CU_ASSERT(field->offset + field->size <= descriptor->size);
			for (size_t j = 0; j < i; j++)
				CU_ASSERT_STRING_NOT_EQUAL(descriptor->fields[j].name, field->name);
			if (field->type == FIELD_REF) { /* parents stand before children and stay for ever */
				CU_ASSERT(field->table < t);
				CU_ASSERT(table_info((enum table_id)field->table)->forever);
				CU_ASSERT_EQUAL(field->key_offset, ROW_KEY_OFFSET);
			}
		}
		for (int other = 0; other < t; other++)
			CU_ASSERT_STRING_NOT_EQUAL(table_info((enum table_id)other)->name, info->name);
	}
}

static void test_documents_and_rules(void)
{
	for (size_t i = 0; document_kinds[i] != NULL; i++) {
		CU_ASSERT_PTR_NOT_NULL(document_kinds[i]->effect);
		CU_ASSERT_PTR_NOT_NULL(document_kinds[i]->rejected);
		CU_ASSERT(strlen(document_kinds[i]->name) < sizeof ((struct document *)0)->kind);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(document_kinds[j]->name, document_kinds[i]->name);
	}
	for (int rule = 1; rule <= 24; rule++) {
		char code[8];
		snprintf(code, sizeof code, "R%02d", rule);
		CU_ASSERT_STRING_NOT_EQUAL(rule_title(code), "");
	}
	CU_ASSERT_STRING_EQUAL(rule_title("R25"), "");
}

int main(void)
{
	return run_cases("reserve tables", (CU_TestInfo[]){
		{ "kinds of events are unique, their fields ascend", test_events },
		{ "commands are unique, their fields ascend", test_commands },
		{ "tables begin with their key and refer upwards", test_tables },
		{ "kinds of notes and the 24 rules", test_documents_and_rules },
		CU_TEST_INFO_NULL,
	});
}
