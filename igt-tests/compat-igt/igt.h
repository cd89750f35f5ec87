/* SPDX-License-Identifier: MIT */
/*
 * Declarations of the part of IGT's public API that these tests use, for a
 * build against a libigt that comes without headers (Debian's intel-gpu-tools
 * 1.27.1). Inside an igt-gpu-tools tree this folder is not on the include path, and IGT's
 * own igt.h is used; nothing may be declared here that IGT does not have.
 */
#ifndef COMPAT_IGT_H
#define COMPAT_IGT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#ifndef IGT_LOG_DOMAIN
#define IGT_LOG_DOMAIN (NULL)
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#define IGT_EXIT_FAILURE	98

#define __igt_noreturn __attribute__((noreturn))
#define __igt_printf(f, a) __attribute__((format(printf, f, a)))

#define __igt_tokencat2(x, y) x##y
#define igt_tokencat(x, y) __igt_tokencat2(x, y)
#define igt_unique(prefix) \
	igt_tokencat(igt_tokencat(__igt_unique__, prefix), __LINE__)

/* Log */

enum igt_log_level {
	IGT_LOG_DEBUG,
	IGT_LOG_INFO,
	IGT_LOG_WARN,
	IGT_LOG_CRITICAL,
	IGT_LOG_NONE,
};

__igt_printf(3, 4)
void igt_log(const char *domain, enum igt_log_level level, const char *f, ...);

#define igt_debug(f...) igt_log(IGT_LOG_DOMAIN, IGT_LOG_DEBUG, f)
#define igt_info(f...) igt_log(IGT_LOG_DOMAIN, IGT_LOG_INFO, f)

/* Program, fixtures, subtests */

extern const char *__igt_test_description __attribute__((weak));
extern jmp_buf igt_subtest_jmpbuf;

struct option;
typedef int (*igt_opt_handler_t)(int opt, int opt_index, void *data);

int igt_subtest_init_parse_opts(int *argc, char **argv,
				const char *extra_short_opts,
				const struct option *extra_long_opts,
				const char *help_str,
				igt_opt_handler_t extra_opt_handler,
				void *handler_data);
bool __igt_run_subtest(const char *name, const char *file, const int line);
void igt_success(void);
__igt_noreturn void igt_exit(void);
__igt_printf(1, 2)
void igt_describe_f(const char *f, ...);

#define IGT_TEST_DESCRIPTION(text) const char *__igt_test_description = (text)

#define igt_describe(text) igt_describe_f("%s", text)

/* Function-like, as IGT's: "int igt_main()" and the body. */
#define igt_main() \
	main(int argc, char **argv); \
	static void igt_unique(__real_main)(void); \
	int main(int argc, char **argv) \
	{ \
		igt_subtest_init_parse_opts(&argc, argv, NULL, NULL, NULL, \
					    NULL, NULL); \
		igt_unique(__real_main)(); \
		igt_exit(); \
	} \
	static void igt_unique(__real_main)(void)

#define igt_subtest(name) \
	for (; __igt_run_subtest((name), __FILE__, __LINE__) && \
	       sigsetjmp(igt_subtest_jmpbuf, 1) == 0; \
	     igt_success())

/* Requirements and assertions */

__igt_noreturn __igt_printf(5, 6)
void __igt_skip_check(const char *file, const int line, const char *func,
		      const char *check, const char *f, ...);
__igt_noreturn __igt_printf(6, 7)
void __igt_fail_assert(const char *domain, const char *file, const int line,
		       const char *func, const char *assertion,
		       const char *f, ...);

#define igt_require(expr) \
	do { \
		if (!(expr)) \
			__igt_skip_check(__FILE__, __LINE__, __func__, \
					 #expr, NULL); \
	} while (0)

#define igt_require_f(expr, f...) \
	do { \
		if (!(expr)) \
			__igt_skip_check(__FILE__, __LINE__, __func__, \
					 #expr, f); \
	} while (0)

#define igt_assert(expr) \
	do { \
		if (!(expr)) \
			__igt_fail_assert(IGT_LOG_DOMAIN, __FILE__, __LINE__, \
					  __func__, #expr, NULL); \
	} while (0)

#define igt_assert_f(expr, f...) \
	do { \
		if (!(expr)) \
			__igt_fail_assert(IGT_LOG_DOMAIN, __FILE__, __LINE__, \
					  __func__, #expr, f); \
	} while (0)

#define __igt_assert_cmp(type, format, cast, n1, cmp, ncmp, n2) \
	do { \
		type __n1 = (n1), __n2 = (n2); \
		if (!(__n1 cmp __n2)) \
			__igt_fail_assert(IGT_LOG_DOMAIN, __FILE__, __LINE__, \
					  __func__, #n1 " " #cmp " " #n2, \
					  "error: " format " " #ncmp " " \
					  format "\n", \
					  (cast)__n1, (cast)__n2); \
	} while (0)

#define igt_assert_eq(n1, n2) \
	__igt_assert_cmp(int, "%d", int, n1, ==, !=, n2)
#define igt_assert_neq(n1, n2) \
	__igt_assert_cmp(int, "%d", int, n1, !=, ==, n2)
#define igt_assert_lt(n1, n2) \
	__igt_assert_cmp(int, "%d", int, n1, <, >=, n2)
#define igt_assert_lte(n1, n2) \
	__igt_assert_cmp(int, "%d", int, n1, <=, >, n2)
#define igt_assert_eq_u32(n1, n2) \
	__igt_assert_cmp(uint32_t, "%#x", uint32_t, n1, ==, !=, n2)
#define igt_assert_eq_u64(n1, n2) \
	__igt_assert_cmp(uint64_t, "%#llx", long long, n1, ==, !=, n2)
#define igt_assert_lt_u64(n1, n2) \
	__igt_assert_cmp(uint64_t, "%#llx", long long, n1, <, >=, n2)
#define igt_assert_lte_u64(n1, n2) \
	__igt_assert_cmp(uint64_t, "%#llx", long long, n1, <=, >, n2)
#define igt_assert_fd(fd) \
	igt_assert_f((fd) >= 0, "file descriptor " #fd " failed\n")

#endif /* COMPAT_IGT_H */
