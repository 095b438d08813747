/*
 * A unit test program is a table of cases and one call. CUnit prints the summary; the exit status is
 * its count of failures, which CU_basic_run_tests itself does not report.
 */
#ifndef TESTS_UNIT_RUNNER_H
#define TESTS_UNIT_RUNNER_H

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>

static inline int run_cases(const char *name, CU_TestInfo *cases)
{
	CU_SuiteInfo suites[] = {
		{ name, NULL, NULL, NULL, NULL, cases },
		CU_SUITE_INFO_NULL,
	};
	if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
		return 1;
	CU_basic_set_mode(CU_BRM_NORMAL);
	CU_basic_run_tests();
	int failed = CU_get_number_of_failures() != 0 || CU_get_number_of_tests_failed() != 0;
	CU_cleanup_registry();
	return failed;
}

#endif
