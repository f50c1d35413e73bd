/* SPDX-License-Identifier: MIT */
/* What the program hands on to others with its environment. */
#ifndef VALIMIT_EDGE_INHERIT_H
#define VALIMIT_EDGE_INHERIT_H

/* Takes the library and its variables out of the environment, in place. Their texts stay
 * where they are. */
void inherit_nothing(char **envp);

#endif
