// Filters of every classifier.
import { drop, type FilterSample } from './filter-sample.js'
import { flowerSamples } from './filter-samples-flower.js'

/** Filters of the other classifiers. */
const others: readonly FilterSample[] = [
  {
    name: 'matchall',
    spec: { protocol: 'all', options: { kind: 'matchall', classid: '1:3', flags: ['skip-hw'], act: drop } },
    tc: { flowid: '1:3', skip_hw: true, actions: [{ kind: 'gact', control_action: { type: 'drop' } }] },
  },
  {
    name: 'matchall without options',
    spec: { protocol: 'all', options: { kind: 'matchall' } },
    tc: { not_in_hw: true },
  },
  {
    name: 'u32 keys',
    says: ['match c0000200/ffffff00 at 12', 'match 00000050/0000ffff at nexthdr+0'],
    spec: {
      protocol: 'ip',
      handle: '800::7',
      options: {
        kind: 'u32',
        classid: '1:1',
        flags: ['skip-hw'],
        sel: {
          keys: [
            { val: 0xc0000200, mask: 0xffffff00, off: 12 },
            { val: 80, mask: 0xffff, offmask: -1 },
          ],
        },
      },
    },
    tc: {
      fh: '800::7',
      key_ht: '800',
      bkt: '0',
      flowid: '1:1',
      skip_hw: true,
      match: { value: '50', mask: 'ffff', offmask: 'nexthdr+', off: 0 },
    },
  },
  {
    name: 'u32 mark and device',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'u32',
        indev: 'q0',
        mark: { val: 0x10, mask: 0xff },
        sel: { keys: [{ val: 0, mask: 0 }] },
        act: drop,
      },
    },
    tc: { input_dev: 'q0', fwmark_value: '0x10', fwmark_mask: '0xff', actions: [{ kind: 'gact' }] },
  },
  {
    name: 'bpf bytecode',
    spec: {
      protocol: 'all',
      options: {
        kind: 'bpf',
        classid: '1:1',
        flags: ['act-direct'],
        flagsGen: ['skip-hw'],
        ops: [
          { code: 40, jt: 0, jf: 0, k: 12 },
          { code: 21, jt: 0, jf: 1, k: 2048 },
          { code: 6, jt: 0, jf: 0, k: 0xffffffff },
          { code: 6, jt: 0, jf: 0, k: 0 },
        ],
      },
    },
    tc: {
      flowid: '1:1',
      'direct-action': true,
      skip_hw: true,
      bytecode: { length: 4, insns: [{ code: 40, jt: 0, jf: 0, k: 12 }, {}, {}, {}] },
    },
  },
  {
    name: 'flow hash',
    spec: {
      protocol: 'ip',
      handle: 1,
      options: { kind: 'flow', mode: 'hash', keys: 31, divisor: 1024, perturb: 10, baseclass: '1:4' },
    },
    tc: {
      handle: '0x1',
      mode: 'hash',
      keys: ['src', 'dst', 'proto', 'proto-src', 'proto-dst'],
      divisor: 1024,
      baseclass: '1:4',
      perturb: 10,
    },
  },
  {
    name: 'flow map',
    spec: {
      protocol: 'ip',
      handle: 2,
      options: { kind: 'flow', mode: 'map', keys: 2, mask: 0xff, rshift: 8, addend: 5, xor: 0xf0, baseclass: '1:1' },
    },
    tc: {
      handle: '0x2',
      mode: 'map',
      keys: ['dst'],
      and: '0xff',
      xor: '0xf0',
      rshift: 8,
      addend: '0x5',
      baseclass: '1:1',
    },
  },
  {
    name: 'fw',
    spec: { protocol: 'all', handle: 0x10, options: { kind: 'fw', mask: 0xff, classid: '1:2', indev: 'q0' } },
    tc: { fw: { mark: '0x10', mask: '0xff' }, classid: '1:2', indev: 'q0' },
  },
  {
    name: 'route',
    spec: { protocol: 'ip', options: { kind: 'route', to: 2, from: 10, classid: '1:2' } },
    tc: { flowid: '1:2' },
    says: ['from 10', 'to 2'],
  },
  {
    name: 'route by device',
    spec: { protocol: 'ip', options: { kind: 'route', iif: 1, classid: '1:2' } },
    tc: { flowid: '1:2' },
    says: ['fromif lo'],
  },
  { name: 'cgroup', spec: { protocol: 'all', handle: 1, options: { kind: 'cgroup' } }, tc: { handle: '0x1' } },
  {
    name: 'basic',
    spec: { protocol: 'all', handle: 9, options: { kind: 'basic', classid: '1:2', act: drop } },
    tc: { handle: '9', flowid: '1:2', actions: [{ kind: 'gact' }] },
  },
]

export const filterSamples: readonly FilterSample[] = [...flowerSamples, ...others]
