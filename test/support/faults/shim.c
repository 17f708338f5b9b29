/*
 * Faults below SQLite and steps of the wall clock, for tests: preloaded into a process, it stands
 * between the program and the C library. What it does is told by a small file that it maps into
 * memory and that a test writes to while the process runs:
 *
 *   int64  0  mode: 0 nothing, 1 fail once at the count, 2 fail from the count on, 3 kill there
 *          1  the count: 1 is the next call
 *          2  calls counted so far
 *          3  errno that a failing call gives
 *          4  calls that were made to fail
 *          5  of a failing write, write half before failing
 *          6  steps of the wall clock, in nanoseconds
 *
 * Counted are writes, syncs and truncations of the log's own files: the database, its -wal and
 * its -mark. Build: cc -shared -fPIC -O2 -o shim.so shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MODE, AT, COUNT, ERRNO, FAILED, HALF, CLOCK, FIELDS };
enum { OFF, ONCE, FROM, KILL };

static volatile int64_t *control;
static const char *target;

#define REAL(type, name, ...)                                        \
  static type (*real)(__VA_ARGS__);                                  \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("USHER_FAULTS");
  target = getenv("USHER_FAULTS_FILE");
  if (!path) return;
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *map = mmap(0, FIELDS * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) control = map;
}

/* Whether this is one of the log's own files. */
static int ours(int fd) {
  char link[64], path[4096];
  if (!control || !target || control[MODE] == OFF) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  size_t stem = strlen(target);
  if (strncmp(path, target, stem) != 0) return 0;
  const char *rest = path + stem;
  return !*rest || !strcmp(rest, "-wal") || !strcmp(rest, "-mark") || !strcmp(rest, "-journal");
}

/* Counts a call; true where it is to fail. */
static int fails(int fd) {
  if (!ours(fd)) return 0;
  int64_t count = __atomic_add_fetch(&control[COUNT], 1, __ATOMIC_SEQ_CST);
  int64_t at = control[AT];
  if (control[MODE] == KILL && count == at) {
    kill(getpid(), SIGKILL);
    pause();
  }
  if (!(control[MODE] == ONCE ? count == at : control[MODE] == FROM && count >= at)) return 0;
  __atomic_add_fetch(&control[FAILED], 1, __ATOMIC_SEQ_CST);
  errno = (int)control[ERRNO];
  return 1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (!fails(fd)) return real(fd, bytes, count);
  int cause = errno;
  if (control[HALF]) (void)!real(fd, bytes, count / 2);
  errno = cause;
  return -1;
}

static ssize_t put(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (!fails(fd)) return real(fd, bytes, count, at);
  int cause = errno;
  if (control[HALF]) (void)!real(fd, bytes, count / 2, at);
  errno = cause;
  return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return put(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return put(fd, bytes, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
  return fails(fd) ? -1 : real(fd, parts, count, at);
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  return fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return fails(fd) ? -1 : real(fd);
}

int ftruncate(int fd, off_t length) {
  REAL(int, "ftruncate", int, off_t);
  return fails(fd) ? -1 : real(fd, length);
}

int ftruncate64(int fd, off64_t length) {
  REAL(int, "ftruncate64", int, off64_t);
  return fails(fd) ? -1 : real(fd, length);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(int, "clock_gettime", clockid_t, struct timespec *);
  int result = real(clock, now);
  if (result == 0 && control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t total = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + control[CLOCK];
    now->tv_sec = total / 1000000000;
    now->tv_nsec = total % 1000000000;
  }
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *into) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (into) *into = precise.tv_sec;
  return precise.tv_sec;
}
