/*
 * The interface language: what a good file gives, and that every bad one is refused with its
 * line.
 */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "wire/interface.h"

static const char good[] =
	"# What the reserve holds.\n"
	"# All of it.\n"
	"interface org.example.stock-2.Room\n"
	"\n"
	"# a comment that stands alone\n"
	"\n"
	"# A pile of one commodity.\n"
	"type Lot (\n"
	"  # its code\n"
	"  code: string,\n"
	"  mass_g: int, # contained, in grams\n"
	"  grade_ppm: ?int,\n"
	"  stage: Stage # trailing without a comma\n"
	")\n"
	"type Stage (ORE, # from the mine\n"
	"  METAL)\n"
	"# Lists lots.\n"
	"#\n"
	"#   indented\n"
	"method List(stage: ?Stage, tree: ?Tree, codes: []string, by: [string]Lot) ->\n"
	"  (lots: ?[]?[string](a, b), any: object, done: bool, ratio: float)\r\n"
	"method Nothing() -> () # nothing at all\n"
	"type Tree (left: ?Tree, right: ?Tree)\n"
	"error Gone ()";

static struct interface *parse(const char *text, struct error *error)
{
	struct interface *interface = NULL;
	return interface_parse(text, strlen(text), &interface, error) ? interface : NULL;
}

static void check_type(const struct type *type, const char *field, enum type_kind kind,
	bool nullable, const char *described)
{
	const struct type_field *found = type_find(type, field);
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	char text[64];
	type_describe(found->type, text, sizeof text);
	CU_ASSERT_EQUAL(found->type->kind, kind);
	CU_ASSERT_EQUAL(found->type->nullable, nullable);
	CU_ASSERT_STRING_EQUAL(text, described);
}

static void test_good(void)
{
	struct error error = { 0 };
	struct interface *interface = parse(good, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(interface);
	CU_ASSERT_STRING_EQUAL(interface_name(interface), "org.example.stock-2.Room");
	CU_ASSERT_STRING_EQUAL(interface_description(interface), good);
	CU_ASSERT_STRING_EQUAL(interface_comment(interface), "What the reserve holds.\nAll of it.");
	CU_ASSERT_EQUAL(interface_member_count(interface), 6);
	CU_ASSERT_STRING_EQUAL(interface_member_at(interface, 5)->name, "Gone");
	const struct interface_member *list = interface_find(interface, MEMBER_METHOD, "List");
	CU_ASSERT_PTR_NOT_NULL_FATAL(list);
	CU_ASSERT_STRING_EQUAL(list->comment, "Lists lots.\n\n  indented");
	CU_ASSERT_EQUAL(list->input->field_count, 4);
	CU_ASSERT_EQUAL(list->input->required_count, 2);
	check_type(list->input, "stage", TYPE_ENUM, true, "?Stage");
	check_type(list->input, "tree", TYPE_STRUCT, true, "?Tree");
	check_type(list->input, "codes", TYPE_ARRAY, false, "[]string");
	check_type(list->input, "by", TYPE_MAP, false, "[string]Lot");
	check_type(list->output, "lots", TYPE_ARRAY, true, "?[]?[string](a, b)");
	check_type(list->output, "any", TYPE_OBJECT, false, "object");
	check_type(list->output, "ratio", TYPE_FLOAT, false, "float");
	CU_ASSERT_PTR_NULL(interface_find(interface, MEMBER_METHOD, "Lot"));
	CU_ASSERT_PTR_NULL(type_find(list->input, "none"));
	const struct interface_member *none = interface_find(interface, MEMBER_METHOD, "Nothing");
	CU_ASSERT_EQUAL(none->input->kind, TYPE_STRUCT);
	CU_ASSERT_EQUAL(none->input->field_count, 0);
	interface_free(interface);
}

static void test_comments(void)
{
	struct error error = { 0 };
	struct interface *interface = parse(good, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(interface);
	const struct interface_member *lot = interface_find(interface, MEMBER_TYPE, "Lot");
	CU_ASSERT_STRING_EQUAL(lot->comment, "A pile of one commodity.");
	CU_ASSERT_STRING_EQUAL(lot->input->fields[0].comment, "its code");
	CU_ASSERT_STRING_EQUAL(lot->input->fields[1].comment, "contained, in grams");
	CU_ASSERT_STRING_EQUAL(lot->input->fields[2].comment, "");
	CU_ASSERT_STRING_EQUAL(lot->input->fields[3].comment, "trailing without a comma");
	const struct type *stage = interface_find(interface, MEMBER_TYPE, "Stage")->input;
	CU_ASSERT_STRING_EQUAL(stage->fields[0].comment, "from the mine");
	CU_ASSERT_STRING_EQUAL(stage->fields[1].comment, "");
	CU_ASSERT_PTR_NULL(stage->fields[1].type);
	/* a reference has the body of what it names, and its own nullable */
	const struct interface_member *tree = interface_find(interface, MEMBER_TYPE, "Tree");
	CU_ASSERT_PTR_EQUAL(tree->input->fields[0].type->fields, tree->input->fields);
	CU_ASSERT_TRUE(tree->input->fields[0].type->nullable);
	interface_free(interface);
}

static void test_bad(void)
{
	static const struct { const char *text, *error; } rows[] = {
		{ "", "line 1: the file begins with" },
		{ "method A() -> ()", "line 1: the file begins with" },
		{ "interface one", "no name of an interface" },
		{ "interface a.", "no name" }, { "interface .a", "no name" }, { "interface a..b", "no name" },
		{ "interface a-.b", "no name" }, { "interface 1a.b", "no name" }, { "interface a.b_c", "behind" },
		{ "interface a.b method A() -> ()", "line 1: something stands behind" },
		{ "interface a.b\nmethod A() -> () method B() -> ()", "line 2: something stands behind" },
		{ "interface a.b\n\nmethod a() -> ()", "line 3: a name with a capital" },
		{ "interface a.b\nmethod A()", "-> is expected" },
		{ "interface a.b\nmethod A() -> ", "an opening bracket" },
		{ "interface a.b\nmethod A -> ()", "an opening bracket" },
		{ "interface a.b\nmethod A(x) -> ()", "an enum cannot stand here" },
		{ "interface a.b\nerror A(x)", "an enum cannot stand here" },
		{ "interface a.b\nmethod A(x: int,) -> ()", "a field's name" },
		{ "interface a.b\nmethod A(x: int y: int) -> ()", "a comma or a closing" },
		{ "interface a.b\nmethod A(x: int, x: int) -> ()", "two fields \"x\"" },
		{ "interface a.b\nmethod A(x: int, y) -> ()", "has no type" },
		{ "interface a.b\ntype A (x, y: int)", "a member of an enum" },
		{ "interface a.b\nmethod A(_x: int) -> ()", "a field's name" },
		{ "interface a.b\nmethod A(x__y: int) -> ()", "a field's name" },
		{ "interface a.b\nmethod A(x_: int) -> ()", "a field's name" },
		{ "interface a.b\nmethod A(x: any) -> ()", "a type is expected, not \"any\"" },
		{ "interface a.b\nmethod A(x: ??int) -> ()", "a type is expected" },
		{ "interface a.b\nmethod A(x: [int]int) -> ()", "a map is written" },
		{ "interface a.b\nmethod A(x: [string int) -> ()", "closing ]" },
		{ "interface a.b\nmethod A(x: [] int) -> ()", "a type is expected" },
		{ "interface a.b\nmethod A(x: ) -> ()", "a type is expected" },
		{ "interface a.b\n\nmethod A(x: B) -> ()", "line 3: there is no type \"B\"" },
		{ "interface a.b\nerror B()\nmethod A(x: B) -> ()", "there is no type" },
		{ "interface a.b\ntype A()\nmethod A() -> ()", "line 3: this name is defined twice" },
		{ "interface a.b\nfunction A()", "type, method or error" },
		{ "interface a.b\nmethod A(x: int", "a comma or a closing" },
		{ "interface a.b\nmethod A(x: ((((((((((((((((((y: int)))))))))))))))))) -> ()",
			"a field's name" },
		{ "interface a.b\nmethod A(x: [][][][][][][][][][][][][][][][][]int) -> ()", "too deep" },
		{ "interface a.b\n# \xff", "not UTF-8" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error error = { 0 };
		struct interface *interface = parse(rows[i].text, &error);
		CU_ASSERT_PTR_NULL(interface);
		if (strstr(error.message, rows[i].error) == NULL) {
			printf("\n%s\n  gave: %s\n", rows[i].text, error.message);
			CU_FAIL("another error");
		}
		interface_free(interface);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "good", test_good },
		{ "comments", test_comments },
		{ "bad", test_bad },
		CU_TEST_INFO_NULL,
	};
	return run_cases("interface", cases);
}
