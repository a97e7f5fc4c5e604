// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "signature.h"
#include "text.h"
#include "util.h"

#define PAGE		4096

/* What every crash goes through: a name, or how names begin that end in *. */
static const char * const machinery[] = {
	"panic", "vpanic", "nmi_panic", "notifier_call_chain",
	"atomic_notifier_call_chain", "notify_die", "qcom_minidump_*", "die",
	"die_kernel_fault", "__do_kernel_fault", "do_page_fault",
	"do_translation_fault", "do_mem_abort", "do_sp_pc_abort",
	"el1_abort", "el1_pc", "el1_undef", "el1_dbg", "el1_brk64",
	"el1h_64_*", "do_debug_exception", "do_el1_*", "brk_handler",
	"bug_handler", "bug_brk_handler", "call_break_hook", "do_undefinstr",
	"do_serror", "arm64_serror_panic", "check_panic_on_warn",
	"__warn", "warn_slowpath_fmt", "kasan_*", "end_report",
	"__stack_chk_fail", "panic_bad_stack", "handle_bad_stack",
	"__bad_stack", "dump_stack", "dump_stack_lvl",
};

static bool is_machinery(const char *name)
{
	size_t length, i;

	for (i = 0; i < ARRAY_SIZE(machinery); i++) {
		length = strlen(machinery[i]);
		if (machinery[i][length - 1] == '*' ?
		    !strncmp(name, machinery[i], length - 1) :
		    !strcmp(name, machinery[i]))
			return true;
	}

	return false;
}

/* Numbers, addresses, and what stands in brackets, as in "sh[71]" */
void signature_normalize(char *message)
{
	char *from = message, *to = message, *end;
	bool digit;

	message[strcspn(message, "[")] = '\0';
	while (*from) {
		digit = false;
		for (end = from; is_alphanumeric(*end); end++)
			digit |= *end >= '0' && *end <= '9';
		if (digit) {
			*to++ = '#';
		} else {
			if (end == from)
				end++;
			memmove(to, from, (size_t)(end - from));
			to += end - from;
		}
		from = end;
	}
	while (to > message && to[-1] == ' ')
		to--;
	*to = '\0';
}

/* The CPU that tells of a lockup is where its timer interrupted the culprit. */
static bool is_told_by_interrupt(const char *message)
{
	return strstr(message, "lockup") || strstr(message, "LOCKUP") ||
	       strstr(message, "stall");
}

/* A module lies where there was room, but at the beginning of a page. */
static void place(const struct dump *dump, const struct modules *modules,
		  uint64_t pc, char *text)
{
	uint64_t offset;

	if (modules_place(modules, pc, text, SIGNATURE_FRAME_SIZE))
		return;
	if (modules_is_kernel(dump, pc, &offset))
		snprintf(text, SIGNATURE_FRAME_SIZE, "_stext+0x%" PRIx64,
			 offset);
	else
		snprintf(text, SIGNATURE_FRAME_SIZE, "...+0x%" PRIx64,
			 pc % PAGE);
}

/* The function's name without what the compiler added, as in ".isra.0" */
static bool name(struct symbols *symbols, const struct frame *frame,
		 char *text)
{
	struct symbol found[SYMBOLS_INLINED_MAX];
	size_t count = 0;

	if (symbols)
		count = symbols_find(symbols, frame_lookup(frame), found);
	if (!count || !found[count - 1].name)
		return false;
	snprintf(text, SIGNATURE_FRAME_SIZE, "%.*s",
		 (int)strcspn(found[count - 1].name, "."),
		 found[count - 1].name);

	return true;
}

static void choose_frames(struct signature *signature,
			  const struct frames *frames, size_t first,
			  struct symbols *symbols,
			  const struct modules *modules,
			  const struct dump *dump)
{
	char text[SIGNATURE_FRAME_SIZE];
	size_t i;

	for (i = first; i < frames->count &&
	     signature->count < SIGNATURE_FRAMES; i++) {
		/* What was interrupted may have been anything. */
		if (i > first && frames->list[i].kind == FRAME_INTERRUPTED &&
		    signature->count)
			return;
		if (!name(symbols, &frames->list[i], text))
			place(dump, modules, frames->list[i].pc, text);
		else if (!signature->count && is_machinery(text))
			continue;
		memcpy(signature->frames[signature->count++], text,
		       sizeof(text));
	}
}

static size_t first_interrupted(const struct frames *frames)
{
	size_t i;

	for (i = 0; i < frames->count; i++)
		if (frames->list[i].kind == FRAME_INTERRUPTED)
			return i;

	return 0;
}

/* FNV-1a of 64 bits; the NUL of each text is part of it. */
static uint64_t add_text(uint64_t hash, const char *text)
{
	do {
		hash ^= (unsigned char)*text;
		hash *= UINT64_C(0x100000001b3);
	} while (*text++);

	return hash;
}

void signature_make(struct signature *signature, const char *message,
		    const struct frames *frames, struct symbols *symbols,
		    const struct modules *modules, const struct dump *dump)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t first = 0, i;
	char words[256];

	*signature = (struct signature){ .by_names = symbols };
	snprintf(words, sizeof(words), "%s", message);
	signature_normalize(words);
	if (is_told_by_interrupt(words))
		first = first_interrupted(frames);
	choose_frames(signature, frames, first, symbols, modules, dump);
	if (!*words && !signature->count)
		return;

	hash = add_text(hash, words);
	for (i = 0; i < signature->count; i++)
		hash = add_text(hash, signature->frames[i]);
	snprintf(signature->text, sizeof(signature->text), "%s-%016" PRIx64,
		 symbols ? "n1" : "p1", hash);
}
