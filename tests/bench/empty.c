/* SPDX-License-Identifier: MIT */
/* A library that does nothing: what any preloaded one costs. */
int bench_empty(void);

int bench_empty(void)
{
	return 0;
}
