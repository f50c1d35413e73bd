/* SPDX-License-Identifier: MIT */
/* A library that does nothing: the cost of any preloaded one. */
int bench_empty(void);

int bench_empty(void)
{
	return 0;
}
