// What every fault comes to for every operation. A cell holds for each call that the fault can hit, or tells them one by one;
// ` or ` separates what depends on the moment, `$` stands for the system call that failed.
import type { OperationName } from './fault-operations.js'
import type { FaultName } from './faults.js'

type Cell = string | readonly string[]
/** `rest` is what the operations that are not named come to. */
export type Row = { readonly [K in OperationName | 'rest']?: Cell }

/** A long dump reads once more than one that is not, in the batch that brings the end. */
const long = (...cells: readonly string[]): Row => ({
  'long list': [...cells, 'ok'],
  'long stream': [...cells, 'ok'],
})
const unread = {
  rest: 'BAD_MESSAGE',
  ...long('BAD_MESSAGE', 'BAD_MESSAGE', 'BAD_MESSAGE'),
  // The answer to a change of a table is that there is nothing to read.
  table: 'ok',
  tables: ['BAD_MESSAGE', 'ok'],
  monitor: ' or 1 missing, 1 overrun',
  watch: 'BAD_MESSAGE or ok',
}
const rejected = (code: string): Row => ({ rest: `$: ${code}` })
const longRejected = (code: string): Row => long(`$: ${code}`, `$: ${code}`, `recvmmsg: ${code}`, `recvmmsg: ${code}`)
const ok: Row = { rest: 'ok' }
/** Nobody asked for it: it is dropped, and counted. A subscription takes whatever the kernel sends to it. */
const dropped: Row = ok
const unknownBulk = (failed: string, unknown: string): string =>
  `gives {sent:3,failed:[${failed}],unknown:[${unknown}]}`

export const table: { readonly [K in FaultName]: Row } = {
  EINTR: ok,
  'EINTR, 50 times': ok,
  // rtnetlink answers before send returns: an empty queue is an answer too.
  EAGAIN: { ...ok, rejection: 'gives undefined' },
  'EAGAIN, 50 times': { ...ok, rejection: 'gives undefined' },
  'EAGAIN of a send': rejected('EAGAIN'),
  // A watch asks again.
  'ENOBUFS of a send': { ...rejected('ENOBUFS'), watch: 'ok' },
  // A dump, an echo, a bulk and what is not answered when it succeeds cannot know that nothing is lost.
  'ENOBUFS, nothing lost': {
    rest: 'ok',
    table: 'OUTCOME_UNKNOWN',
    tables: 'OUTCOME_UNKNOWN',
    list: 'OUTCOME_UNKNOWN',
    stream: 'OUTCOME_UNKNOWN',
    ...long('OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN'),
    echo: 'OUTCOME_UNKNOWN',
    bulk: unknownBulk('1 EBUSY', '0,2'),
    monitor: '1 overrun',
  },
  'ENOBUFS, a datagram lost': {
    rest: 'OUTCOME_UNKNOWN',
    ...long('OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN'),
    bulk: [unknownBulk('', '0,1,2'), unknownBulk('1 EBUSY', '0,2')],
    monitor: '1 overrun or 1 missing, 1 overrun',
    watch: 'ok',
  },
  ENOMEM: { ...rejected('ENOMEM'), ...longRejected('ENOMEM') },
  'EBADF from then on': { ...rejected('EBADF'), ...longRejected('EBADF') },
  'no socket': { rest: 'socket: EMFILE' },
  // Without ENOBUFS nobody can tell that there was more: the kernel does not lose silently.
  'a datagram lost': {
    rest: 'TIMEOUT',
    table: 'ok',
    tables: ['TIMEOUT', 'ok'],
    rejection: 'gives undefined',
    list: ['gives [3]', 'gives [1,2]', 'TIMEOUT'],
    stream: ['gives [3]', 'gives [1,2]', 'TIMEOUT'],
    ...long('gives [3]', 'gives [1,2]', 'TIMEOUT'),
    echo: ['gives undefined', 'TIMEOUT'],
    bulk: [unknownBulk('', ''), 'TIMEOUT'],
    monitor: ' or 1 missing',
    watch: 'ok or gives [v1] or gives [lo,v0] or TIMEOUT',
  },
  // Rows have no number of their own.
  'a datagram twice': {
    rest: 'ok',
    list: ['gives [1,2,1,2,3]', 'gives [1,2,3,3]', 'ok'],
    stream: ['gives [1,2,1,2,3]', 'gives [1,2,3,3]', 'ok'],
    ...long('gives [1,2,1,2,3]', 'gives [1,2,3,3]', 'ok'),
    monitor: ' or 1 twice',
  },
  'a forged refusal': ok,
  'a refusal for another port': dropped,
  'a refusal that nobody waits for': dropped,
  // An echo goes to groups too.
  'a notification with our number': { rest: 'ok', echo: ['ok', 'gives 0'], monitor: ' or 1 strange' },
  'a read of 10 bytes': unread,
  'a read of 4 bytes less': unread,
  'an empty read': unread,
  // A GET is asked again unless rows of it have been handed out; of a refusal the first header is enough.
  MSG_TRUNC: {
    rest: 'ok',
    stream: ['ok', 'OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN'],
    'long stream': ['ok', 'OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN', 'ok'],
    echo: ['OUTCOME_UNKNOWN', 'ok'],
    bulk: [unknownBulk('', '0,1,2'), unknownBulk('1 EBUSY', '0,2')],
    monitor: ' or 1 missing, 1 overrun',
  },
  'closed before the call': { rest: 'CLOSED' },
  'closed behind the call': { rest: 'ok or CLOSED', monitor: 'CLOSED', watch: 'CLOSED' },
  'aborted before the call': { rest: 'the reason' },
  'aborted behind the call': { rest: 'ok or the reason', monitor: 'the reason', watch: 'the reason' },
}

const names: { readonly [call: string]: string } = {
  send: 'send',
  ifindex: 'SIOCGIFINDEX',
  filter: 'SO_ATTACH_FILTER',
  join: 'NETLINK_ADD_MEMBERSHIP',
}

/** What is expected when the fault hits the `nth` of the calls that it can hit, which is a `call`. */
export function expected(fault: FaultName, operation: OperationName, nth: number, call: string): readonly string[] {
  const row: Row = table[fault]
  const cell = row[operation] ?? row.rest ?? ''
  const text = typeof cell === 'string' ? cell : (cell[nth] ?? '')
  // A monitor reads several notifications at once; a watch has a monitor, and dumps.
  const read = { monitor: ['recvmmsg'], watch: ['recvmmsg', 'recvfrom'] }[operation as string] ?? ['recvfrom']
  const failed = call === 'receive' ? read : [names[call] ?? call]
  return text.split(' or ').flatMap(each => (each === '' ? 'ok' : failed.map(name => each.replace('$', name))))
}
