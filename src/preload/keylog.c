/*
 * libmailtap-keylog.so: a library to be preloaded (LD_PRELOAD) into a program that talks TLS by OpenSSL and has no key
 * log of its own. It appends the secrets of the program's TLS sessions to what SSLKEYLOGFILE names, a line each as RFC
 * 9850 has it, so that mailtap --keylog reads these sessions. Whoever has that log reads them too.
 *
 * It stands before SSL_CTX_new and gives each context a callback for key lines; one that the program sets is kept and
 * called too. Which libssl is meant, 1.1.1 or 3, is found by the caller: the library is linked to none, and none of its
 * types is known here but by pointer. Without SSLKEYLOGFILE, or in a setuid program, it passes calls on and does
 * nothing else. What becomes of a line, and what the library may do in a server, says key_file.h.
 *
 * It also stands before chroot and setuid: Dovecot loads libssl before them, and makes its contexts after.
 */
#include "preload/key_file.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))
#define CALLER	 __builtin_return_address(0)

enum {
	LIBRARIES_MAX = 4, /* versions of libssl in one process */
	SSL_CTX_DATA = 1,  /* CRYPTO_EX_INDEX_SSL_CTX */
};

/* OpenSSL's own types, never looked into. */
struct ssl_st;
struct ssl_ctx_st;
struct ssl_method_st;
struct ossl_lib_ctx_st;
typedef void key_callback(const struct ssl_st *, const char *line);
typedef struct ssl_ctx_st *new_function(const struct ssl_method_st *);
typedef struct ssl_ctx_st *new_ex_function(struct ossl_lib_ctx_st *, const char *, const struct ssl_method_st *);
typedef void set_callback_function(struct ssl_ctx_st *, key_callback *);
typedef key_callback *get_callback_function(const struct ssl_ctx_st *);
typedef int new_index_function(int, long, void *, void *, void *, void *);
typedef int set_data_function(struct ssl_ctx_st *, int, void *);
typedef void *get_data_function(const struct ssl_ctx_st *, int);
typedef struct ssl_ctx_st *get_context_function(const struct ssl_st *);
typedef int chroot_function(const char *);
typedef int setuid_function(uid_t);

/* What is interposed. */
EXPORTED new_function SSL_CTX_new;
EXPORTED new_ex_function SSL_CTX_new_ex;
EXPORTED set_callback_function SSL_CTX_set_keylog_callback;
EXPORTED get_callback_function SSL_CTX_get_keylog_callback;

/* A libssl of this process, known by its SSL_CTX_set_keylog_callback; never forgotten. */
struct library {
	_Atomic(set_callback_function *) set;
	_Atomic(get_data_function *) get_data;
	_Atomic(get_context_function *) get_context;
	atomic_int own_index; /* under which a context keeps the program's own callback, + 1; 0: no program's was set */
};

static struct library libraries[LIBRARIES_MAX];

static atomic_bool is_set_up;

/* Where this library's code begins and ends, by the linker's word. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));

/* Who called SSL_CTX_new, while libssl's own runs: OpenSSL 3 ends that with a jump to SSL_CTX_new_ex, whose caller then
 * seems to be this library. */
static _Thread_local const void *outer_caller;

/*
 * The program's libssl.
 */

static bool is_libssl(const char *name)
{
	const char *slash = strrchr(name, '/');

	return strncmp(slash ? slash + 1 : name, "libssl.so", 9) == 0;
}

static bool is_own(const void *address)
{
	return (uintptr_t)address - (uintptr_t)__ehdr_start < (uintptr_t)_end - (uintptr_t)__ehdr_start;
}

static int note_libssl(struct dl_phdr_info *info, size_t size, void *name)
{
	(void)size;
	if (!is_libssl(info->dlpi_name))
		return 0;
	*(const char **)name = info->dlpi_name;
	return 1;
}

/* The name of a libssl of this process, or NULL. */
static const char *find_libssl(void)
{
	const char *name = NULL;

	dl_iterate_phdr(note_libssl, &name);
	return name;
}

/* The name of the object in which an address is; "" for the program itself, NULL if there is none. */
static const char *find_object(const void *address)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 35)
	struct dl_find_object object; /* without the loader's locks */
	void *place;

	memcpy(&place, &address, sizeof(place));
	return _dl_find_object(place, &object) == 0 ? object.dlfo_link_map->l_name : NULL;
#else
	Dl_info object;
	void *map = NULL;

	if (!dladdr1(address, &object, &map, RTLD_DL_LINKMAP) || !map)
		return NULL;
	return ((const struct link_map *)map)->l_name;
#endif
}

/* In the object and what it is linked to. */
static void *find_in_object(const char *object, const char *name)
{
	void *handle, *found;

	if (!object || !object[0])
		return NULL;
	handle = dlopen(object, RTLD_LAZY | RTLD_NOLOAD);
	if (!handle)
		return NULL;
	found = dlsym(handle, name);
	dlclose(handle); /* it was loaded before, and stays */
	return found;
}

/* A function of the libssl that the caller uses, NULL if there is none: a module may bring another version than the
 * program has. The program itself has no name by which to find it; RTLD_NEXT is what it is linked to. */
static void *find_function(const char *name, const void *caller)
{
	void *found = find_in_object(find_object(caller), name);

	if (!found)
		found = dlsym(RTLD_NEXT, name);
	return found ? found : find_in_object(find_libssl(), name);
}

/* Which of `libraries` this is; LIBRARIES_MAX if there is no place for it. */
static size_t know_library(set_callback_function *set)
{
	size_t i;

	for (i = 0; i < LIBRARIES_MAX; i++) {
		set_callback_function *known = NULL;

		if (atomic_compare_exchange_strong(&libraries[i].set, &known, set) || known == set)
			break;
	}
	return i;
}

static key_callback *own_callback(const struct library *library, const struct ssl_ctx_st *context)
{
	int own_index = atomic_load(&library->own_index);
	key_callback *own = NULL;
	void *data;

	if (own_index > 0) {
		data = atomic_load(&library->get_data)(context, own_index - 1);
		memcpy(&own, &data, sizeof(own));
	}
	return own;
}

static void take_line(size_t i, const struct ssl_st *ssl, const char *line)
{
	key_callback *own = NULL;

	key_file_write(line);
	if (atomic_load(&libraries[i].own_index) > 0)
		own = own_callback(&libraries[i], atomic_load(&libraries[i].get_context)(ssl));
	if (own)
		own(ssl, line);
}

/* A callback is told the session, but not whose: one for each library. */
static void take_line_0(const struct ssl_st *ssl, const char *line)
{
	take_line(0, ssl, line);
}

static void take_line_1(const struct ssl_st *ssl, const char *line)
{
	take_line(1, ssl, line);
}

static void take_line_2(const struct ssl_st *ssl, const char *line)
{
	take_line(2, ssl, line);
}

static void take_line_3(const struct ssl_st *ssl, const char *line)
{
	take_line(3, ssl, line);
}

static key_callback *const takers[LIBRARIES_MAX] = {take_line_0, take_line_1, take_line_2, take_line_3};

/* Prepares `library` to keep callbacks of the program; false if it has no place for any. */
static bool know_index(struct library *library, const void *caller)
{
	new_index_function *new_index = (new_index_function *)find_function("CRYPTO_get_ex_new_index", caller);
	get_data_function *get_data = (get_data_function *)find_function("SSL_CTX_get_ex_data", caller);
	get_context_function *get_context = (get_context_function *)find_function("SSL_get_SSL_CTX", caller);
	int none = 0, made;

	if (!new_index || !get_data || !get_context)
		return false;
	made = new_index(SSL_CTX_DATA, 0, NULL, NULL, NULL, NULL);
	if (made < 0)
		return false;
	atomic_store(&library->get_data, get_data);
	atomic_store(&library->get_context, get_context);
	/* where another thread was faster, its index is used, and this one by nobody */
	atomic_compare_exchange_strong(&library->own_index, &none, made + 1);
	return true;
}

/* Keeps the program's own callback with its context, which frees it. */
static bool keep_callback(struct library *library, struct ssl_ctx_st *context, key_callback *own, const void *caller)
{
	set_data_function *set_data;
	void *data = NULL;

	if (atomic_load(&library->own_index) == 0) {
		if (!own)
			return true;
		if (!know_index(library, caller))
			return false;
	}
	set_data = (set_data_function *)find_function("SSL_CTX_set_ex_data", caller);
	memcpy(&data, &own, sizeof(data));
	return set_data && set_data(context, atomic_load(&library->own_index) - 1, data) == 1;
}

/*
 * What the program calls.
 */

/* Also called by the constructor of a library that makes a context before this one's. */
__attribute__((constructor)) static void set_up(void)
{
	int saved = errno;

	if (atomic_exchange(&is_set_up, true))
		return;
	key_file_set_up();
	if (key_file_is_wanted() && dlsym(RTLD_NEXT, "SSL_CTX_new"))
		key_file_prepare();
	errno = saved;
}

static void watch_context(struct ssl_ctx_st *context, const void *caller)
{
	set_callback_function *set;
	int saved = errno;
	size_t i;

	if (!context || !key_file_is_wanted())
		return;
	set = (set_callback_function *)find_function("SSL_CTX_set_keylog_callback", caller);
	i = set ? know_library(set) : LIBRARIES_MAX;
	if (i < LIBRARIES_MAX)
		set(context, takers[i]);
	key_file_prepare();
	errno = saved;
}

struct ssl_ctx_st *SSL_CTX_new(const struct ssl_method_st *method)
{
	new_function *real = (new_function *)find_function("SSL_CTX_new", CALLER);
	const void *before = outer_caller;
	struct ssl_ctx_st *context;

	set_up();
	if (!real)
		return NULL;
	outer_caller = CALLER;
	context = real(method);
	outer_caller = before;
	watch_context(context, CALLER);
	return context;
}

struct ssl_ctx_st *SSL_CTX_new_ex(struct ossl_lib_ctx_st *library, const char *properties,
				  const struct ssl_method_st *method)
{
	const void *caller = is_own(CALLER) ? outer_caller : CALLER;
	new_ex_function *real = (new_ex_function *)find_function("SSL_CTX_new_ex", caller);
	struct ssl_ctx_st *context;

	set_up();
	if (!real)
		return NULL;
	context = real(library, properties, method);
	if (caller == CALLER)
		watch_context(context, caller);
	return context;
}

/* Whether the program has loaded libssl: then it may make contexts when it has given up what it is about to. */
static void foresee_contexts(void)
{
	int saved = errno;

	set_up();
	if (key_file_is_wanted() && find_libssl())
		key_file_prepare();
	errno = saved;
}

EXPORTED int chroot(const char *folder)
{
	chroot_function *real = (chroot_function *)dlsym(RTLD_NEXT, "chroot");

	foresee_contexts();
	if (real)
		return real(folder);
	errno = ENOSYS;
	return -1;
}

EXPORTED int setuid(uid_t user)
{
	setuid_function *real = (setuid_function *)dlsym(RTLD_NEXT, "setuid");

	foresee_contexts();
	if (real)
		return real(user);
	errno = ENOSYS;
	return -1;
}

/* What the program asks for goes first: where its callback cannot be kept beside the library's, it is the only one. */
void SSL_CTX_set_keylog_callback(struct ssl_ctx_st *context, key_callback *callback)
{
	set_callback_function *real = (set_callback_function *)find_function("SSL_CTX_set_keylog_callback", CALLER);
	size_t i = LIBRARIES_MAX;

	set_up();
	if (!real)
		return;
	if (key_file_is_wanted())
		i = know_library(real);
	if (i < LIBRARIES_MAX && keep_callback(&libraries[i], context, callback, CALLER))
		callback = takers[i];
	real(context, callback);
}

key_callback *SSL_CTX_get_keylog_callback(const struct ssl_ctx_st *context)
{
	get_callback_function *real = (get_callback_function *)find_function("SSL_CTX_get_keylog_callback", CALLER);
	key_callback *callback = real ? real(context) : NULL;
	size_t i;

	for (i = 0; i < LIBRARIES_MAX; i++) {
		if (callback == takers[i])
			return own_callback(&libraries[i], context);
	}
	return callback;
}
