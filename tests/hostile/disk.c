/* A disk that fails as it is told, in front of the C library: LD_PRELOAD.
 *
 * DOCMILL_DISK is "KIND:N". Operations that change files below a folder `out` are counted from 1. At the N-th
 * `before` and `after` kill the process, `half` writes half of the bytes and kills it, `error` fails it, `full` fails
 * it and all later ones for want of space. With N beyond the last operation nothing happens. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long passed;

static int is_ours(const char* path) { return strstr(path, "/out/") != NULL || strncmp(path, "out/", 4) == 0; }

static int of_file(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t len = readlink(link, path, sizeof path - 1);
  if (len < 0) return 0;
  path[len] = 0;
  return is_ours(path);
}

/* What is to happen to an operation; 'n' for nothing. */
static char told(void) {
  const char* plan = getenv("DOCMILL_DISK");
  const char* at = plan == NULL ? NULL : strchr(plan, ':');
  if (at == NULL) return 'n';
  long number = atomic_fetch_add(&passed, 1) + 1;
  char kind = plan[0] == 'f' ? 'f' : plan[0];
  if (number == atol(at + 1)) return kind;
  return kind == 'f' && number > atol(at + 1) ? 'f' : 'n';
}

static void die(void) { kill(getpid(), SIGKILL); }

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAULTY(ours, call, failed)                \
  do {                                            \
    char what = (ours) ? told() : 'n';            \
    if (what == 'b' || what == 'h') die();        \
    if (what == 'e' || what == 'f') {             \
      errno = what == 'e' ? EIO : ENOSPC;         \
      return failed;                              \
    }                                             \
    __typeof__(call) result = call;               \
    if (what == 'a') die();                       \
    return result;                                \
  } while (0)

ssize_t write(int fd, const void* bytes, size_t count) {
  REAL(write);
  char what = of_file(fd) ? told() : 'n';
  if (what == 'b') die();
  if (what == 'h') {
    real(fd, bytes, count / 2);
    die();
  }
  if (what == 'e' || what == 'f') {
    errno = what == 'e' ? EIO : ENOSPC;
    return -1;
  }
  ssize_t result = real(fd, bytes, count);
  if (what == 'a') die();
  return result;
}

int fsync(int fd) {
  REAL(fsync);
  FAULTY(of_file(fd), real(fd), -1);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  FAULTY(of_file(fd), real(fd), -1);
}

int rename(const char* from, const char* to) {
  REAL(rename);
  FAULTY(is_ours(to), real(from, to), -1);
}
