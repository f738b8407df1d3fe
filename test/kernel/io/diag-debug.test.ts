// NODE_DEBUG=rtnetlink: what a program says to the kernel and hears from it, on stderr.
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const entry = new URL('../../../dist/index.js', import.meta.url).href
const program = `
import { openSync } from ${JSON.stringify(entry)}
const rt = openSync()
const attempt = spec => { try { rt.link.add(spec) } catch (error) { console.log(error.code) } }
attempt({ name: 'd0', info: { kind: 'veth', peer: { name: 'd1' } } })
attempt({ name: 'd0', info: { kind: 'veth', peer: { name: 'd1' } } })
attempt({ name: 'd2', gsoMaxSize: 1, info: { kind: 'ifb' } })
console.log(rt.link.get('d0').name)
console.log(rt.addr.list().length)
rt.link.delete('d0')
const loaded = Object.keys((await import('node:module')).createRequire(import.meta.url).cache)
console.log(loaded.filter(file => file.includes('/modules/')).map(file => file.replace(/.*\\/|\\.js/g, '')).sort().join())
rt.close()
`

function run(debug: string) {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DEBUG: debug, NODE_NO_WARNINGS: '1' },
  })
  return { stdout, lines: stderr.trim().split('\n') }
}

it('tells requests, answers and refusals by name', () => {
  const { stdout, lines } = run('rtnetlink')
  expect(stdout).toMatch(/^EEXIST\nERANGE\nd0\n\d+\n/)
  expect(lines.every(line => /^RTNETLINK \d+: /.test(line))).toBe(true)
  const said = lines.map(line => line.replace(/^RTNETLINK \d+: /, ''))
  const sent = said.filter(line => line.startsWith('-> '))
  const received = said.filter(line => line.startsWith('<- '))
  expect(sent[0]).toMatch(
    /^-> RTM_NEWLINK REQUEST\|ACK\|EXCL\|CREATE seq 1 pid 0: \{"family":"unspec".*"name":"d0".*"kind":"veth"/,
  )
  expect(received[0]).toMatch(/^<- NLMSG_ERROR CAPPED seq 1 pid \d+: ok$/)
  expect(received[1]).toMatch(/^<- NLMSG_ERROR CAPPED.* seq 2 pid \d+: EEXIST \(-17\)/)
  expect(received[2]).toMatch(
    /^<- NLMSG_ERROR CAPPED\|ACK_TLVS seq 3 pid \d+: ERANGE \(-34\) \{"message":"integer out of range","offset":/,
  )
  expect(said.find(line => line.startsWith('link add name=d2'))).toMatch(
    /^link add name=d2 gsoMaxSize=1 kind=ifb: ERANGE: integer out of range \(at gsoMaxSize\) \(seq 3, [\d.]+ ms\)$/,
  )
  expect(
    received.some(line => line.includes('RTM_NEWLINK') && line.includes('"name":"d0"') && line.includes('"address":"')),
  ).toBe(true)
  expect(sent.some(line => line.startsWith('-> RTM_GETADDR REQUEST|ROOT|MATCH'))).toBe(true)
  expect(received.some(line => /^<- NLMSG_DONE MULTI seq \d+ pid \d+: ok$/.test(line))).toBe(true)
})

it('says nothing when it is off, and loads no more modules when it is on', () => {
  const quiet = run('')
  expect(quiet.lines).toEqual([''])
  expect(run('rtnetlink').stdout).toBe(quiet.stdout)
  expect(quiet.stdout.trim().split('\n').at(-1)).toBe('addr,link')
})
