// The built package as a user meets it. Each check is a child process: what it loads must not be what vitest loads.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, specifiers } from './sources.js'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

/** Runs a module text in a new node and gives the JSON that it prints. */
function child(text: string, cwd = root): unknown {
  // The folder makes `rtnetlink` and its entries mean this package.
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', text], { cwd, encoding: 'utf8' })
  return JSON.parse(output)
}

/** Gives built files and what they import. */
function from(...names: string[]): Set<string> {
  const files = new Set(names.map(name => join(root, 'dist', name)))
  for (const file of files) {
    if (!file.endsWith('.js')) continue
    for (const name of specifiers(readFileSync(file, 'utf8')))
      files.add(name.startsWith('.') ? join(dirname(file), name) : name)
  }
  return files
}

const native = `readFileSync('/proc/self/maps', 'utf8').match(/\\S*koffi\\S*\\.node/)?.[0] ?? null`

describe('the package', () => {
  it('has a file and its types for every entry', () => {
    const entries = Object.entries(manifest.exports)
    expect(entries.length).toBeGreaterThan(4)
    for (const [entry, file] of entries) {
      expect(existsSync(join(root, file)), `${entry}: ${file}`).toBe(true)
      if (file.endsWith('.js'))
        expect(existsSync(join(root, file.replace(/js$/, 'd.ts'))), `${entry}: types`).toBe(true)
    }
  })

  it('has an entry for every file at the root of src, under its name', () => {
    const names = readdirSync(join(root, 'src'))
      .filter(name => name.endsWith('.ts'))
      .map(name => name.slice(0, -3))
    const entries = Object.keys(manifest.exports).filter(entry => entry !== './package.json')
    expect(entries.sort()).toEqual(names.map(name => (name === 'index' ? '.' : `./${name}`)).sort())
  })

  it('packs nothing that has no source: npm run build cleans dist', () => {
    const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    const files = built.filter(name => name.includes('.', name.lastIndexOf('/') + 1) && !name.startsWith('shared/'))
    expect(files.length).toBeGreaterThan(100)
    const source = (name: string) => name.replace(/^modules\//, 'rtnetlink/modules/').replace(/(?:\.d)?\.[jt]s$/, '.ts')
    expect(files.filter(name => !existsSync(join(root, 'src', source(name))))).toEqual([])
  })

  it('is smaller than 4 MB when it is unpacked', () => {
    const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    const bytes = files
      .map(name => statSync(join(root, 'dist', name)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
    expect(bytes).toBeGreaterThan(1e6)
    expect(bytes).toBeLessThan(4e6)
  })

  it('loads families when they are used, what few messages have when it is met, and finds each', () => {
    const [before, everyday, shaped, rare, after, names] = child(`import { readdirSync } from 'node:fs'
      const { decodeMessage, encodeMessage, hexdump, toIpJson } = await import('rtnetlink/codec')
      const { createRequire } = await import('node:module')
      const loaded = () => Object.keys(createRequire(process.cwd() + '/').cache).map(path => path.match(/modules\\/(.*)\\.js$/)?.[1]).filter(Boolean).sort()
      const message = (type, attrs) => encodeMessage({ type, flags: 0, seq: 0, pid: 0, header: {}, attrs })
      const before = loaded()
      const kinds = { veth: { peer: {} }, bridge: { vlanFiltering: 1 }, macvlan: { mode: 'bridge' }, ipvlan: { mode: 'l3' }, vlan: { id: 7 }, dummy: {} }
      for (const [kind, data] of Object.entries(kinds)) decodeMessage(message(16, { linkinfo: { kind, data: { kind, ...data } } }))
      decodeMessage(message(16, { linkinfo: { kind: 'bond' } }))
      const everyday = loaded()
      decodeMessage(message(16, { linkinfo: { kind: 'bond', data: { kind: 'bond', miimon: 100 } } }))
      message(36, { kind: 'htb', options: { kind: 'htb', directQlen: 1 } })
      const shaped = loaded()
      message(36, { kind: 'cake', options: { kind: 'cake', nat: 1 } })
      const rare = loaded()
      for (let type = 16; type < 128; type++) message(type, {})
      toIpJson.link([])
      hexdump(new Uint8Array())
      console.log(JSON.stringify([before, everyday, shaped, rare, loaded(), readdirSync('dist/modules').map(name => name.slice(0, -3)).sort()]))`) as string[][]
    expect(before).toEqual([])
    expect(everyday).toEqual(['link', 'message'])
    expect(shaped).toEqual(['link', 'link-rare', 'message', 'tc'])
    expect(rare).toEqual(['link', 'link-rare', 'message', 'tc', 'tc-rare'])
    expect(after).toEqual(names)
  })

  it.each(['rtnetlink', 'rtnetlink/netns'])(
    'has Node load neither its streams nor its Workers for %s, as an import of node:fs would',
    entry => {
      const [before, after] = child(`await import('rtnetlink/constants')
      const loaded = () => process.moduleLoadList.filter(name => /stream|worker|child_process/.test(name))
      const before = loaded()
      await import('${entry}')
      console.log(JSON.stringify([before, loaded()]))`) as string[][]
      expect(after).toEqual(before)
    },
  )

  it('decodes without loading the clients', () => {
    const modules = readdirSync(join(root, 'dist/modules')).map(name => `modules/${name}`)
    const clients = /shared\/client-|^node:(?!module$)/
    expect([...from('codec.js', ...modules)].filter(file => clients.test(file))).toEqual([])
    expect([...from('index.js')].filter(file => clients.test(file))).toHaveLength(1)
    expect([...from('network.js')].filter(file => clients.test(file)).length).toBeGreaterThan(1)
  })

  it('loads what families share with the first of them, and links with what is made of links', () => {
    const holding = (part: RegExp, ...names: string[]): string[] =>
      names.filter(name => [...from(name)].some(file => part.test(file)))
    const modules = readdirSync(join(root, 'dist/modules')).map(name => `modules/${name}`)
    expect(holding(/shared\/tables-/, 'codec.js', ...modules)).toEqual(modules)
    expect(holding(/shared\/link-/, ...modules)).toEqual(
      ['bridge', 'ip-json', 'link'].map(name => `modules/${name}.js`),
    )
  })

  it('depends on koffi alone', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['koffi'])
  })

  it('loads no native code when it is imported', context => {
    if (process.platform !== 'linux') context.skip('reads /proc of Linux')
    for (const [entry, file] of Object.entries(manifest.exports)) {
      if (!file.endsWith('.js')) continue
      const name = entry.replace(/^\./, 'rtnetlink')
      expect(
        child(`import { readFileSync } from 'node:fs'
        await import(${JSON.stringify(name)})
        console.log(JSON.stringify(${native}))`),
      ).toBe(null)
    }
    // What the check would find.
    expect(
      child(`import { readFileSync } from 'node:fs'
        import { createRequire } from 'node:module'
        createRequire(process.cwd() + '/')('koffi')
        console.log(JSON.stringify(${native}))`),
    ).toContain('koffi')
  })

  it('says what it lacks without koffi, or a binary of it for the machine', context => {
    if (process.platform !== 'linux') context.skip('needs Linux before koffi')
    const folder = mkdtempSync(join(tmpdir(), 'rtnetlink-'))
    try {
      for (const part of ['package.json', 'dist']) cpSync(join(root, part), join(folder, part), { recursive: true })
      const result = child(
        `const { open, openSync, NetlinkError } = await import('rtnetlink')
        const netns = await import('rtnetlink/netns')
        const { createNetwork } = await import('rtnetlink/network')
        const said = error => [NetlinkError.is(error), error.reason, error.code, error.message.split(':')[1], error.cause !== undefined]
        const thrown = fn => { try { fn() } catch (error) { return said(error) } }
        const made = createNetwork({ name: 'web' }).catch(said)
        console.log(JSON.stringify([await open().catch(said), thrown(() => openSync()), thrown(() => netns.list()), await made]))`,
        folder,
      )
      const words = ` koffi does not load on linux ${process.arch}, for which its optional dependencies have the binary`
      const one = [true, 'unsupported', 'ERR_NETLINK_UNSUPPORTED', words, true]
      expect(result).toEqual(Array(4).fill(one))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each(['darwin', 'win32', 'freebsd'])('can be imported on %s, and says there what it needs', platform => {
    const result = child(`Object.defineProperty(process, 'platform', { value: '${platform}' })
      const { open, openSync, NetlinkError } = await import('rtnetlink')
      const netns = await import('rtnetlink/netns')
      const network = await import('rtnetlink/network')
      await import('rtnetlink/codec')
      await import('rtnetlink/testing')
      const said = error => [NetlinkError.is(error), error.reason, error.code, error.message]
      const thrown = fn => { try { fn() } catch (error) { return said(error) } }
      console.log(JSON.stringify([
        await open().catch(said),
        await open({ netns: 'blue' }).catch(said),
        thrown(() => openSync()),
        thrown(() => netns.current()),
        thrown(() => netns.list()),
        thrown(() => netns.create('blue')),
        thrown(() => netns.open('blue')),
        thrown(() => netns.run('blue', () => 1)),
        thrown(() => netns.delete('blue')),
        await network.createNetwork({ name: 'web' }).catch(said),
        await network.listNetworks().catch(said),
      ]))`)
    const one = [
      true,
      'unsupported',
      'ERR_NETLINK_UNSUPPORTED',
      `ERR_NETLINK_UNSUPPORTED: rtnetlink needs Linux, this is ${platform}`,
    ]
    expect(result).toEqual(Array(11).fill(one))
  })
})
