import { type Request, request } from '../../src/codec.js'

/** Commands of commands/ about statistics and data center bridging, and the same said to the builders. */
const { stats, dcb } = request
const bytes = (...values: number[]): Uint8Array => Uint8Array.from({ length: 8 }, (_, index) => values[index] ?? 0)
const app = (...ieeeApp: readonly (readonly [string, number, number])[]) => ({
  ieee: {
    appTable: { ieeeApp: ieeeApp.map(([selector, protocol, priority]) => ({ selector, protocol, priority })) as never },
  },
})
const answered = 'env LD_PRELOAD=/run/answers.so dcb'

export const statsIntents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  ['ip stats show dev v0 group link', stats.get('v0', { filterMask: ['link64'] })],
  ['ip stats show dev v0 group xstats', stats.get('v0', { filterMask: ['linkXstats'] })],
  ['ip stats show dev v0 group xstats_slave', stats.get('v0', { filterMask: ['linkXstatsSlave'] })],
  [
    'ip stats show dev v0 group offload subgroup cpu_hit',
    stats.get('v0', { filterMask: ['linkOffloadXstats'], getFilters: { linkOffloadXstats: ['cpuHit'] } }),
  ],
  ['ip stats show dev v0 group afstats', stats.get('v0', { filterMask: ['afSpec'] })],
  [
    'ip stats show dev v0 group link group afstats group offload subgroup cpu_hit subgroup hw_stats_info',
    stats.get('v0', {
      filterMask: ['link64', 'afSpec', 'linkOffloadXstats'],
      getFilters: { linkOffloadXstats: ['cpuHit', 'hwSInfo'] },
    }),
  ],
  ['ip stats show group link', stats.dump({ filterMask: ['link64'] })],
  ['ip stats set dev v0 l3_stats on', stats.set('v0', { setOffloadXstatsL3Stats: true })],
  ['ip stats set dev v0 l3_stats off', stats.set('v0', { setOffloadXstatsL3Stats: false })],
  ['ip link xstats type bridge', stats.dump({ filterMask: ['linkXstats'] })],
  ['ip link xstats type bridge_slave dev v0', stats.dump({ filterMask: ['linkXstatsSlave'] })],
  ['ip link afstats', stats.dump({ filterMask: ['afSpec'] })],

  ['dcb ets show dev v0', dcb.get('v0')],
  ['dcb app add dev v0 default-prio 3', dcb.set('v0', app(['ethertype', 0, 3]))],
  ['dcb app add dev v0 ethtype-prio 0x8906:3', dcb.set('v0', app(['ethertype', 0x8906, 3]))],
  [
    'dcb app add dev v0 stream-port-prio 3260:4 dgram-port-prio 319:7 port-prio 4791:5',
    dcb.set('v0', app(['stream', 3260, 4], ['dgram', 319, 7], ['any', 4791, 5])),
  ],
  [
    'dcb app add dev v0 pcp-prio 5de:2',
    dcb.set('v0', { ieee: { appTable: { dcbApp: [{ selector: 'pcp', protocol: 13, priority: 2 }] } } }),
  ],
  ['dcb app del dev v0 dscp-prio 46:6', dcb.delete('v0', app(['dscp', 46, 6]))],
  ['dcb apptrust set dev v0 order dscp', dcb.set('v0', { ieee: { appTrustTable: ['dscp'] } })],
  [
    'dcb apptrust set dev v0 order pcp dscp ethtype stream-port dgram-port port',
    dcb.set('v0', { ieee: { appTrustTable: ['pcp', 'dscp', 'ethertype', 'stream', 'dgram', 'any'] } }),
  ],
  [
    'dcb rewr add dev v0 prio-pcp 3:2de prio-dscp 6:46',
    dcb.set('v0', {
      ieee: {
        rewrTable: {
          dcbApp: [{ selector: 'pcp', protocol: 10, priority: 3 }],
          ieeeApp: [{ selector: 'dscp', protocol: 46, priority: 6 }],
        },
      },
    }),
  ],
  ['dcb dcbx set dev v0 host ieee', dcb.set('v0', { dcbx: ['host', 'ver-ieee'] })],
  ['dcb dcbx set dev v0 lld-managed cee static', dcb.set('v0', { dcbx: ['lld-managed', 'ver-cee', 'static'] })],
  [
    `${answered} ets set dev v0 willing on tc-tsa 0:strict 1:ets 2:ets 3:cbs 7:vendor tc-bw 1:50 2:50 prio-tc 0:0 1:1 2:2 7:7`,
    dcb.set('v0', {
      ieee: {
        ets: {
          willing: 1,
          tcTsa: bytes(0, 2, 2, 1, 0, 0, 0, 255),
          tcTxBw: bytes(0, 50, 50),
          prioTc: bytes(0, 1, 2, 0, 0, 0, 0, 7),
        },
      },
    }),
  ],
  [
    `${answered} pfc set dev v0 prio-pfc 3:on 6:on macsec-bypass on delay 4660`,
    dcb.set('v0', { ieee: { pfc: { pfcEn: 0x48, mbc: 1, delay: 4660 } } }),
  ],
  [
    `${answered} maxrate set dev v0 tc-maxrate 0:100mbit 7:10gbit`,
    dcb.set('v0', { ieee: { maxrate: { tcMaxrate: [12500000n, 0n, 0n, 0n, 0n, 0n, 0n, 1250000000n] } } }),
  ],
]
