/* SPDX-License-Identifier: MIT */
#include "command.h"

int targets_take(const struct command *command, struct arguments *arguments, int count)
{
	int more = command->more;
	bool cores = strstr(command->arguments, "CORE");

	if (arguments->words_count != count + more)
		return command_misused(command, "%s %s", arguments->words_count < count + more ?
				       "needs" : "takes only", command->arguments);
	for (int i = 0; i < count; i++) {
		const char *word = arguments->words[i];
		struct reading *reading = &arguments->reading[i];
		/* strtol() alone would take " 1" and "+1". */
		bool digits = !word[strspn(word, "0123456789")];
		long pid = digits ? strtol(word, NULL, 10) : 0;

		if (pid > 0 && pid <= INT_MAX) {
			reading->pid = (int)pid;
			continue;
		}
		if (!cores || digits)
			return command_misused(command, "'%s' is not a process ID%s", word,
					       cores ? " and no core file" : "");
		if (access(word, F_OK))
			return command_misused(command, "'%s' is not a process ID, and cannot be "
					       "read as a core file: %s", word, strerror(errno));
		reading->path = word;
	}
	return 0;
}

int targets_read(const struct command *command, struct arguments *arguments)
{
	for (int i = 0; i < command->targets + arguments->compare; i++) {
		struct reading *reading = &arguments->reading[i];

		reader_read(reading->pid, reading->path, reading);
		if (reading->state != READER_UNCONFINED)
			reader_explain(reading);
		if (!reader_shows(reading) &&
		    !(command->partial && reading->state == READER_DENIED))
			return command->failure;
	}
	return 0;
}

int targets_run(const struct command *command, struct arguments *arguments)
{
	int count = command->targets + arguments->compare;
	int status = count ? targets_take(command, arguments, count) : 0;

	if (status)
		return status;
	status = command->run(command, arguments);
	for (int i = 0; i < 2; i++) {
		if (!reader_shows(&arguments->reading[i]) && !status)
			status = command->failure;
		reader_free(&arguments->reading[i]);
	}
	return status;
}
