// The package's code: one file an entry, one a family (loaded when it is used), and what they share: each file costs 0.3 ms
// to load. Constants are inlined where they are used.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const modules = folder =>
  readdirSync(new URL(`src/${folder}`, import.meta.url))
    .filter(name => name.endsWith('.ts'))
    .map(name => name.slice(0, -3))

/** Deletes the declarations that no entry reaches: the compiler writes one for each source, and half of them are of no use to a user. */
const pruneDeclarations = {
  name: 'prune-declarations',
  closeBundle() {
    const dist = new URL('dist/', import.meta.url)
    const reached = new Set()
    const follow = url => {
      if (reached.has(url.href) || !existsSync(url)) return
      reached.add(url.href)
      const specifiers = readFileSync(url, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g)
      for (const [, specifier] of specifiers) follow(new URL(`${specifier}.d.ts`, url))
    }
    for (const name of modules('.')) follow(new URL(`${name}.d.ts`, dist))
    for (const name of readdirSync(dist, { recursive: true })) {
      const url = new URL(name, dist)
      if (name.endsWith('.d.ts') && !reached.has(url.href)) rmSync(url)
    }
  },
}

const common = {
  external: ['koffi', /^node:/],
  platform: 'node',
  transform: { target: 'es2023' },
  treeshake: { moduleSideEffects: false },
  optimization: { inlineConst: true },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name]-[hash].js',
    // What V8 need not scan, 0.6 ms of the codec's start: the declarations have the comments, and other characters take two bytes for all.
    comments: { annotation: true, jsdoc: false, legal: false },
    charset: 'ascii',
  },
}

export default defineConfig([
  {
    ...common,
    input: Object.fromEntries([
      ...modules('.').flatMap(name => (name === 'constants' ? [] : [[name, `src/${name}.ts`]])),
      ...modules('rtnetlink/modules').map(name => [`modules/${name}`, `src/rtnetlink/modules/${name}.ts`]),
    ]),
    output: {
      ...common.output,
      // Each with all that it needs: 2 files instead of 9 for the codec, 4 instead of 14 for the clients. What families share, if it is
      // little or most of them need it, is by itself: the codec loads it with the first of them (7.1 instead of 9.8 ms), without the clients.
      codeSplitting: {
        groups: [
          { name: 'codec', test: /src\/(codec|request\/protocol)\.ts$/, priority: 3 },
          {
            name: 'tables',
            test: /src\/(codec\/(arrays|wide)|generated\/(common\/\w+|[\w-]+\/lazy)\.gen|wire\/clock|objects\/(arguments|build|on-link|bridge\/bridge-link|link\/codecs)|inspect\/message-names|request\/(changes|check-filter|check-options|delete-all|events|message|ignore-missing|operation))\.ts$/,
            priority: 2,
          },
          { name: 'client', test: /src\/index\.ts$/, priority: 1 },
          { name: 'link', test: /src\/generated\/link\/\w+\.gen\.ts$/, priority: 1 },
          { name: 'tc', test: /src\/generated\/tc\/\w+\.gen\.ts$/, priority: 1 },
        ],
      },
    },
  },
  // By itself: every file that uses a constant would load all of them.
  { ...common, input: { constants: 'src/constants.ts' }, plugins: [pruneDeclarations] },
])
