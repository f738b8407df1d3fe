/** Linux errno names by number, as in asm-generic/errno-base.h and errno.h (all architectures but alpha, mips, parisc and sparc). */
const names: readonly string[] = (
  '0 EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ' +
  'ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ' +
  'ENOLCK ENOSYS ENOTEMPTY ELOOP 41 ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ' +
  'ENOANO EBADRQC EBADSLT 58 EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP ' +
  'EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ' +
  'ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT ' +
  'EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ' +
  'ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM ' +
  'EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ' +
  'ERFKILL EHWPOISON'
).split(' ')

/** Kernel-internal codes leak to user space in places: this is the usual one (include/linux/errno.h). */
const ENOTSUPP = 524

/** Names an errno (its sign does not matter): `errnoName(-17)` is `EEXIST`, an unknown one is `E<number>`. */
export function errnoName(errno: number): string {
  const number = Math.abs(errno)
  const name = names[number]
  if (name?.startsWith('E') === true) return name
  return number === ENOTSUPP ? 'ENOTSUPP' : `E${number}`
}

/** Gives the negative errno of a name, also of what `errnoName` calls an unknown one: `errnoNumber('EEXIST')` is −17, 0 for what is no name. */
export function errnoNumber(name: string): number {
  if (name === 'ENOTSUPP') return -ENOTSUPP
  const number = name.startsWith('E') ? names.indexOf(name) : 0
  return 0 - (number > 0 ? number : Number(/^E(\d+)$/.exec(name)?.[1] ?? 0))
}
