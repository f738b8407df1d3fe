// Every program of README.md and docs/ compiles, those that need no kernel run and print what they say, and links lead somewhere.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { blocks, compilePrograms, pages, root } from '../support/programs.js'

const programs = compilePrograms('docs')
const text = (page: string) => readFileSync(join(root, page), 'utf8')

it('has programs, and each says what it prints', () => {
  expect(programs.length).toBeGreaterThan(10)
  expect(programs.filter(({ sort }) => sort === 'no-kernel').length).toBeGreaterThan(1)
  expect(programs.filter(({ prints, sort }) => sort !== 'vitest' && prints.length === 0)).toEqual([])
})

it('has only blocks that are run, or are text', () => {
  const known = ['ts', 'ts no-kernel', 'ts vitest', 'sh', 'text', 'json', 'mermaid', 'yaml']
  const others = blocks().filter(({ info }) => !known.includes(info))
  expect(others.map(({ page, line, info }) => `${page}:${line}: ${info}`)).toEqual([])
})

it('names only npm scripts that exist', () => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
  const named = pages.flatMap(page => [...text(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name))
  expect(named.filter(name => !(name in scripts))).toEqual([])
})

/** The ids that headings of a page have, as GitHub and VitePress make them. */
const anchors = (page: string) =>
  [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  )

it('has only links that lead to a file of the repository, to a heading of it, or to the web', () => {
  const dead = [...pages, 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].flatMap(page =>
    [
      ...text(page)
        .replaceAll(/^```[\s\S]*?^```$/gm, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ].flatMap(([, link = '']) => {
      if (/^https?:/.test(link)) return []
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, target))) return [`${page}: ${link}`]
      return anchor === undefined || anchors(target).includes(anchor) ? [] : [`${page}: ${link}`]
    }),
  )
  expect(dead).toEqual([])
})

it.each(programs.filter(({ sort }) => sort === 'no-kernel'))('runs: $title', ({ file, prints }) => {
  const output = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 20_000 })
  expect(output.trimEnd().split('\n')).toEqual(prints)
})
