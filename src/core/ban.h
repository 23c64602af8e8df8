/* Functions that have no safe use here are compile errors. Included by every source file through
 * the compiler's -include option. Parse with core/scan.h, print with core/buf.h, time with
 * core/tstamp.h. */
#ifndef CORE_BAN_H
#define CORE_BAN_H

/* These two have a parameter and a member called random: seen before the word is banned. */
#include <gnutls/gnutls.h>
#include <sodium/randombytes.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* With some compilers and options these are macros of libc. */
#undef sprintf
#undef vsprintf
#undef alloca

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof gmtime localtime ctime asctime mktime
#pragma GCC poison rand srand random alloca

#endif
