/* workers_script.h - the other side of tests/fake/workers.c */
#ifndef TRIBUTARY_TESTS_FAKE_WORKERS_SCRIPT_H
#define TRIBUTARY_TESTS_FAKE_WORKERS_SCRIPT_H

#include "tributaryd/workers.h"

/* A document that holds this ends its parser. */
#define WORKERS_POISON "ends-its-parser"

/* Parses what was submitted and tells it; how many. */
size_t workers_script_deliver(struct workers *w);

#endif
