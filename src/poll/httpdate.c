/*
 * httpdate.c - see httpdate.h
 */
#include "poll/httpdate.h"

#include <curl/curl.h>

instant httpdate_parse(struct slice text)
{
	char copy[64];
	time_t at;

	if (text.len < 8 || text.len >= sizeof copy || memchr(text.at, '\0', text.len) != NULL)
		return INSTANT_NONE;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	at = curl_getdate(copy, NULL);
	return at == -1 ? INSTANT_NONE : (instant)at;
}
