/*
 * traced: whether this is a build with sanitizers. They look for leaks by tracing the process from within when it ends,
 * have threads of their own, and read what the system tells about the process.
 */
#ifndef GUARD_TRACED_H
#define GUARD_TRACED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TRACED_BUILD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(leak_sanitizer) || __has_feature(thread_sanitizer)
#define TRACED_BUILD 1
#endif
#endif
#ifndef TRACED_BUILD
#define TRACED_BUILD 0
#endif

/* A build that writes beside its objects what was run: rights are given up, nothing else is closed. */
#ifdef GUARD_OPEN
#define OPEN_BUILD 1
#else
#define OPEN_BUILD 0
#endif

#endif
