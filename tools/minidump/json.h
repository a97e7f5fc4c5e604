/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON on standard output: members of objects, with commas between them */
#ifndef MINIDUMP_JSON_H
#define MINIDUMP_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* @name is NULL in arrays, and for what is in no other. */
void json_open(const char *name, char bracket);
void json_close(char bracket);
void json_string(const char *name, const char *value);
void json_number(const char *name, uint64_t value);
void json_bool(const char *name, bool value);
/* As a string: a number of JSON keeps 53 bits at best. */
void json_address(const char *name, uint64_t value);
/* In seconds, with six digits of a fraction */
void json_seconds(const char *name, uint64_t nanoseconds);

struct report;

/* "problems": all lines of it, with level, code, region and text */
void json_report(const struct report *report);

#endif
