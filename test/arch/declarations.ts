// A small reader of the declarations in dist, as the compiler writes them: each begins at the start of a line.
import { resolve, withoutComments, withoutStrings } from './sources.js'

/** What stands at the top of a file. */
interface Declaration {
  readonly file: string
  readonly name: string
  /** Tells whether it is a type that other files may name: an interface, an alias or a class. */
  readonly type: boolean
  /** Without comments and strings, its own name, and what nobody outside sees. */
  readonly text: string
}

/** A name of another file. */
interface Link {
  readonly file: string
  readonly name: string
  readonly typeOnly: boolean
}

interface Module {
  readonly declared: ReadonlyMap<string, Declaration>
  readonly imported: ReadonlyMap<string, Link>
  readonly exported: ReadonlyMap<string, Link>
  /** The files of which it exports everything. */
  readonly all: readonly string[]
}

const declaration = /^(export )?(?:declare )?(?:abstract )?(interface|type|class|function|const|let|enum) (\w+)/
const importOrExport = /^(import|export)( type)? (?:\*(?: as (\w+))?|\{([^}]*)\}) from '([^']+)';$/gm
const inlineImport = /\bimport\("([^"]+)"\)\.(\w+)/g

function read(file: string, source: string): Module {
  const imported = new Map<string, Link>()
  const exported = new Map<string, Link>()
  const declared = new Map<string, Declaration>()
  const all: string[] = []
  const text = withoutComments(source)
    .replace(inlineImport, (_, specifier: string, name: string) => {
      const alias = `${name}_${imported.size}`
      imported.set(alias, { file: resolve(file, specifier), name, typeOnly: true })
      return alias
    })
    .replace(importOrExport, (_, verb: string, type?: string, whole?: string, names?: string, from = '') => {
      const target = resolve(file, from)
      if (whole !== undefined) imported.set(whole, { file: target, name: '*', typeOnly: type !== undefined })
      else if (names === undefined) all.push(target)
      for (const [, own, name = '', alias = name] of names?.matchAll(/(type )?(\w+)(?: as (\w+))?/g) ?? []) {
        const link = { file: target, name, typeOnly: (type ?? own) !== undefined }
        ;(verb === 'import' ? imported : exported).set(alias, link)
      }
      return ''
    })
  for (const block of withoutStrings(text).split(/^(?=[a-z])/m)) {
    const [, open, kind = '', name = ''] = declaration.exec(block) ?? []
    if (name === '') continue
    const type = open !== undefined && ['interface', 'type', 'class'].includes(kind)
    const seen = block.replace(declaration, '').replace(/^ +private .*$/gm, '')
    // An overload belongs to the same declaration.
    declared.set(name, { file, name, type, text: (declared.get(name)?.text ?? '') + seen })
    if (open !== undefined) exported.set(name, { file, name, typeOnly: false })
  }
  return { declared, imported, exported, all }
}

/** Reads the declarations of entries: path from dist → text. */
export class Declarations {
  readonly #modules: ReadonlyMap<string, Module>

  constructor(files: ReadonlyMap<string, string>) {
    this.#modules = new Map([...files].map(([path, text]) => [path, read(path, text)]))
  }

  /** Gives all that a file exports; nobody calls the constructor of a class of which only the type is exported. */
  exports(file: string): Declaration[] {
    const module = this.#modules.get(file)
    if (module === undefined) throw new Error(`there is no ${file}`)
    const own = [...module.exported].flatMap(([name, { typeOnly }]) => {
      const found = this.#find(file, name)
      if (found === undefined) return []
      return typeOnly ? { ...found, text: found.text.replace(/^ +constructor\(.*$/gm, '') } : found
    })
    return [...own, ...module.all.flatMap(from => this.exports(from))]
  }

  /**
   * Gives the types that the entries' exports name, themselves or through what no entry exports, and that no entry exports:
   * `file: name` with `file: name` of what names it. What a file keeps to itself is only a shorthand for what it stands for. Of a module
   * that is named as a whole, what is `taken` counts.
   */
  unexported(entries: readonly string[], taken: (name: string) => boolean): Map<string, string> {
    const id = ({ file, name }: Declaration) => `${file}: ${name}`
    const reached = new Map(entries.flatMap(entry => this.exports(entry)).map(found => [id(found), found]))
    const result = new Map<string, string>()
    for (const from of reached.values()) {
      for (const to of this.#named(from, taken)) {
        if (reached.has(id(to))) continue
        reached.set(id(to), to)
        if (to.type) result.set(id(to), id(from))
      }
    }
    return result
  }

  #find(file: string, name: string): Declaration | undefined {
    const module = this.#modules.get(file)
    const link = module?.exported.get(name)
    if (link !== undefined) return link.file === file ? module?.declared.get(name) : this.#find(link.file, link.name)
    return module?.all.map(from => this.#find(from, name)).find(found => found !== undefined)
  }

  /** Gives what a module of ours exports. */
  #whole(file: string): Declaration[] {
    return this.#modules.has(file) ? this.exports(file) : []
  }

  /** Types are named anywhere, with a capital; values behind `typeof`. */
  #named({ file, text }: Declaration, taken: (name: string) => boolean): Declaration[] {
    const module = this.#modules.get(file)
    const words = text.match(/(?<![.\w])[A-Z]\w*|(?<=\btypeof )\w+/g) ?? []
    return [...new Set(words)].flatMap(word => {
      const link = module?.imported.get(word)
      if (link?.name === '*') return this.#whole(link.file).filter(({ name }) => taken(name))
      return module?.declared.get(word) ?? (link === undefined ? undefined : this.#find(link.file, link.name)) ?? []
    })
  }
}
