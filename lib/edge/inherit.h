/* SPDX-License-Identifier: MIT */
/* The environment that the program passes on. */
#ifndef VALIMIT_EDGE_INHERIT_H
#define VALIMIT_EDGE_INHERIT_H

/* Removes the library and its variables from the environment, in place. The removed texts stay
 * valid. */
void inherit_nothing(char **envp);

#endif
