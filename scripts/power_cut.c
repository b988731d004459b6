/* Notes what a program asks of the disk, for scripts/power-cut: every write, cut and sync of a file under
 * POWER_CUT_DIR, in order, with the bytes, appended to POWER_CUT_LOG. Loaded by LD_PRELOAD; changes nothing
 * of what the program does. A record is one line of text, then the bytes of a write.
 *
 *   w PATH OFFSET LENGTH\n<bytes>   t PATH LENGTH\n   s PATH\n   u PATH\n   r FROM TO\n
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static const char *dir;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int noted(const char *path) {
    if (!dir) {
        dir = getenv("POWER_CUT_DIR");
        const char *log = getenv("POWER_CUT_LOG");
        if (!dir || !log) { dir = ""; return 0; }
        out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    size_t n = strlen(dir);
    /* The index of the log is memory that SQLite builds anew: no file in this sense. */
    size_t m = strlen(path);
    if (m > 4 && strcmp(path + m - 4, "-shm") == 0) return 0;
    return out >= 0 && n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/';
}

static int of_fd(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, size - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return noted(path);
}

static void note(const char *line, int length, const void *bytes, size_t count) {
    struct iovec parts[2] = {{(void *)line, (size_t)length}, {(void *)bytes, count}};
    pthread_mutex_lock(&one);
    if (writev(out, parts, count ? 2 : 1) < 0) abort();
    pthread_mutex_unlock(&one);
}

static void wrote(int fd, const void *bytes, ssize_t count, off_t at) {
    char path[4096], line[4300];
    if (count <= 0 || !of_fd(fd, path, sizeof path)) return;
    int n = snprintf(line, sizeof line, "w %s %lld %zd\n", path, (long long)at, count);
    note(line, n, bytes, (size_t)count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    ssize_t done = real(fd, bytes, count, at);
    wrote(fd, bytes, done, at);
    return done;
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

/* SQLite seeks and writes where it was not built to do both at once. */
ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    off_t at = dir && *dir ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = real(fd, bytes, count);
    if (at >= 0) wrote(fd, bytes, done, at);
    return done;
}

static int cut(int fd, off_t length, int done) {
    char path[4096], line[4300];
    if (done == 0 && of_fd(fd, path, sizeof path))
        note(line, snprintf(line, sizeof line, "t %s %lld\n", path, (long long)length), NULL, 0);
    return done;
}
int ftruncate64(int fd, off_t length) {
    REAL(int, "ftruncate64", int, off_t);
    return cut(fd, length, real(fd, length));
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int done) {
    char path[4096], line[4300];
    if (done == 0 && of_fd(fd, path, sizeof path))
        note(line, snprintf(line, sizeof line, "s %s\n", path), NULL, 0);
    return done;
}
int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real(fd));
}
int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real(fd));
}
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int done = real(path);
    char line[4300];
    if (done == 0 && noted(path)) note(line, snprintf(line, sizeof line, "u %s\n", path), NULL, 0);
    return done;
}
int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    int done = real(from, to);
    char line[8500];
    if (done == 0 && noted(to)) note(line, snprintf(line, sizeof line, "r %s %s\n", from, to), NULL, 0);
    return done;
}
