// SPDX-License-Identifier: GPL-2.0-only
/* Runs a fuzz target once for each file that is named, without a fuzzer. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

int main(int argc, char **argv)
{
	struct stat st;
	uint8_t *data;
	FILE *file;
	int i;

	for (i = 1; i < argc; i++) {
		file = fopen(argv[i], "re");
		if (!file || fstat(fileno(file), &st))
			err(2, "%s", argv[i]);
		data = malloc((size_t)st.st_size + 1);
		if (!data || fread(data, 1, (size_t)st.st_size, file) !=
			     (size_t)st.st_size)
			err(2, "%s", argv[i]);
		/* Of the exact size, so that ASan sees a read beyond it */
		data = realloc(data, st.st_size ? (size_t)st.st_size : 1);
		LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
		free(data);
		fclose(file);
	}
	printf("%d inputs\n", argc - 1);

	return argc > 1 ? 0 : 2;
}
