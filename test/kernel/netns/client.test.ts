// Clients stay in the namespace in which they were opened, wherever their thread is when they open a further socket.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Client, open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'

let blue: netns.Namespace
beforeEach(() => {
  blue = netns.create('blue')
  using here = openSync()
  here.link.add({ name: 'here0', info: { kind: 'veth', peer: { name: 'here1' } } })
  using there = openSync({ netns: blue })
  there.link.add({ name: 'there0', info: { kind: 'veth', peer: { name: 'there1' } } })
})
afterEach(() => {
  using here = openSync()
  here.link.delete('here0')
  blue.close()
  netns.delete('blue')
})

/** The links that are ours, by what a list tells and by what a stream does. */
function lists(rt: ReturnType<typeof openSync>): string[] {
  const names = [...rt.link.list(), ...rt.link.dump()].map(({ name }) => name)
  return [...new Set(names)].filter(name => /^t?here0$/.test(name))
}

/** The link that a monitor hears of, when links are set up in both. */
async function heard(rt: Client, monitor: (rt: Client) => ReturnType<Client['monitor']>): Promise<string> {
  await using events = monitor(rt)
  using here = openSync()
  here.link.set('here0', { up: true })
  using there = openSync({ netns: blue })
  there.link.set('there0', { up: true })
  const { value } = await events.next()
  return value?.type === 'link' ? value.link.name : String(value?.type)
}

it('one that is opened in a window stays there', async () => {
  using sync = netns.run(blue, () => openSync())
  expect(lists(sync)).toEqual(['there0'])
  const opened = netns.run(blue, () => ({ client: open() }))
  await using rt = await opened.client
  expect((await rt.link.list()).some(({ name }) => name === 'there0')).toBe(true)
  expect(await heard(rt, client => client.monitor({ groups: ['link'] }))).toBe('there0')
})

it('one that is used in a window stays outside', async () => {
  using sync = openSync()
  expect(netns.run(blue, () => lists(sync))).toEqual(['here0'])
  expect(lists(sync)).toEqual(['here0'])
  await using rt = await open()
  expect(await heard(rt, client => netns.run(blue, () => client.monitor({ groups: ['link'] })))).toBe('here0')
})

it('in windows in a window', () => {
  netns.create('red').close()
  try {
    using sync = openSync()
    const inBoth = () => [openSync(), lists(sync), netns.run('red', () => lists(sync))] as const
    const [there, ...seen] = netns.run('red', () => netns.run(blue, inBoth))
    using _ = there
    expect(seen).toEqual([['here0'], ['here0']])
    expect(lists(there)).toEqual(['there0'])
    expect(lists(sync)).toEqual(['here0'])
  } finally {
    netns.delete('red')
  }
})
