// VLANs of a bridge with spanning tree instances, which say their states, and VLANs with tunnels.
import { beforeEach, expect, it } from 'vitest'
import { type BridgeVlan, NetlinkError, open, openSync } from '../../../../src/index.js'
import { requireVlanFiltering } from '../../../support/probe.js'

const MST_ENABLED = 4

beforeEach(context => {
  requireVlanFiltering(context)
  using rt = openSync()
  for (const name of ['bm', 'am']) rt.link.delete(name, { missingOk: true })
  rt.link.add({ name: 'bm', up: true, info: { kind: 'bridge', vlanDefaultPvid: 0 } })
  rt.link.add({ name: 'am', info: { kind: 'veth', peer: { name: 'am-far' } } })
  rt.link.set('am-far', { up: true })
  rt.link.set('am', { master: 'bm', up: true })
  const multiBoolopt = { optval: MST_ENABLED, optmask: MST_ENABLED }
  rt.link.set('bm', { info: { kind: 'bridge', vlanFiltering: true, multiBoolopt } })
  rt.vlan.add({ dev: 'bm', vid: 10, range: 11 })
  rt.vlan.setGlobal({ dev: 'bm', id: 10, msti: 1 })
  rt.vlan.add({ dev: 'am', vid: 10, range: 11 })
  rt.mst.set({ dev: 'am', msti: 1, state: 'blocking' })
})

it('VLANs that were read are added and changed as they were read', async () => {
  await using rt = await open()
  const mine = async (): Promise<BridgeVlan[]> => await rt.vlan.list({ dev: 'am' })
  const read = await mine()
  expect(read).toMatchObject([
    { vid: 10, state: 'blocking' },
    { vid: 11, state: 'forwarding' },
  ])
  for (const one of read) await rt.vlan.set({ ...one, neighSuppress: 1 })
  expect(await mine()).toEqual(read.map(one => ({ ...one, neighSuppress: 1 })))
  for (const one of read) await rt.vlan.delete(one)
  expect(await mine()).toEqual([])
  const [blocking, forwarding] = read
  if (blocking === undefined || forwarding === undefined) throw new Error('no VLANs')
  await rt.vlan.add({ ...forwarding, neighSuppress: 1 })
  expect(await mine()).toEqual([{ ...forwarding, neighSuppress: 1 }])
  // What is new has the state of the port: it says so, and what `add` tells is there.
  const error: unknown = await rt.vlan.add({ ...blocking, neighSuppress: 1 }).catch(e => e)
  expect(NetlinkError.is(error) && error.code).toBe('EBUSY')
  expect((await mine())[0]).toMatchObject({ vid: 10, state: 'forwarding', neighSuppress: 0 })
})

it('a state that differs is refused', async () => {
  await using rt = await open()
  const error: unknown = await rt.vlan.set({ dev: 'am', vid: 10, range: 11, state: 'forwarding' }).catch(e => e)
  expect(NetlinkError.is(error) && error.code).toBe('EBUSY')
})

it('VLANs that have a tunnel, too, which the kernel takes once', async () => {
  await using rt = await open()
  await rt.link.set('am', { slave: { kind: 'bridge', vlanTunnel: true } })
  const tunnelInfo = { id: 1000 }
  await rt.vlan.set({ dev: 'am', vid: 10, range: 11, tunnelInfo })
  const read = await rt.vlan.list({ dev: 'am' })
  expect(read).toMatchObject([
    { vid: 10, state: 'blocking', tunnelInfo },
    { vid: 11, state: 'forwarding', tunnelInfo: { id: 1001 } },
  ])
  for (const one of read) await rt.vlan.add({ ...one, flags: ['untagged'], neighSuppress: 1 })
  expect(await rt.vlan.list({ dev: 'am' })).toEqual(read.map(one => ({ ...one, flags: 4, neighSuppress: 1 })))
  await rt.vlan.set({ dev: 'am', vid: 10, range: 11, tunnelInfo, neighSuppress: 0 })
  await rt.vlan.add({ dev: 'am', vid: 10, range: 11, master: true, tunnelInfo })
  expect(await rt.vlan.list({ dev: 'am' })).toEqual(read)
  const error: unknown = await rt.vlan.set({ dev: 'am', vid: 11, tunnelInfo }).catch(e => e)
  expect(NetlinkError.is(error) && error.code).toBe('EEXIST')
})

it('states of instances are written as they were read, instance 0 too', async () => {
  await using rt = await open()
  const states = async () => (await rt.mst.list({ dev: 'am' })).sort((a, b) => a.msti - b.msti)
  const before = await states()
  expect(before).toMatchObject([
    { msti: 0, state: 'forwarding' },
    { msti: 1, state: 'blocking' },
  ])
  for (const entry of before) await rt.mst.set(entry)
  expect(await states()).toEqual(before)
})
