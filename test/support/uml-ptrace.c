// Lets User-mode Linux 6.12 run on processors whose extended state is larger than it knows (AMX: 11,008 instead of 2,696 bytes).
// It writes back as much of a process's state as it has room for, and Linux takes the whole state only: PTRACE_SETREGSET ends
// with EFAULT (xstateregs_set in arch/x86/kernel/fpu/regset.c). Preloaded, this puts what is given over what is there.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

long ptrace(enum __ptrace_request request, ...) {
  static long (*real)(enum __ptrace_request, ...);
  static char whole[1 << 16];
  if (!real) real = (long (*)(enum __ptrace_request, ...))dlsym(RTLD_NEXT, "ptrace");
  va_list list;
  va_start(list, request);
  const int pid = va_arg(list, int);
  void *const address = va_arg(list, void *);
  void *const data = va_arg(list, void *);
  va_end(list);
  const long answer = real(request, pid, address, data);
  if (answer == 0 || errno != EFAULT || request != PTRACE_SETREGSET || address != (void *)NT_X86_XSTATE) return answer;
  const struct iovec *given = data;
  struct iovec all = {whole, sizeof whole};
  if (real(PTRACE_GETREGSET, pid, address, &all) != 0) return -1;
  if (given->iov_len > all.iov_len) return errno = EFAULT, -1;
  memcpy(whole, given->iov_base, given->iov_len);
  return real(PTRACE_SETREGSET, pid, address, &all);
}
