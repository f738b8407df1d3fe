/** C source without comments, cut into tokens; conditionals are decided, `#define`s collected. */

/** A `#define`: its parameters when it takes any, and its tokens. */
export interface Macro {
  readonly params?: readonly string[]
  readonly body: readonly string[]
  readonly file: string
}

/** What the tokenizer asks of its caller while it walks a file. */
export interface TokenSink {
  readonly macros: Map<string, Macro>
  /** Reads another header before the current one goes on. */
  include(file: string): void
  /** Takes the tokens outside directives, once the file is read. */
  flush(tokens: string[]): void
  /** Evaluates the condition of an `#if`. */
  condition(tokens: readonly string[]): boolean
}

const TOKEN =
  /[A-Za-z_]\w*|0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])+'|<<|>>|<=|>=|==|!=|&&|\|\||\.\.\.|##|[^\s\w]/g

/** Cuts one piece of C without comments into tokens. */
export function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/** Removes comments (leaving strings alone) and joins continued lines. */
export function stripComments(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/\\\n/g, ' ')
    .replace(/"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, found => (found.startsWith('"') ? found : ' '))
}

interface Branch {
  /** The lines of this branch count. */
  active: boolean
  /** An earlier branch of the same `#if` was taken. */
  taken: boolean
  /** The surrounding lines count. */
  readonly outer: boolean
}

function defineMacro(line: string, file: string, macros: Map<string, Macro>): void {
  const found = /^(\w+)(\(([^)]*)\))?\s*([\s\S]*)$/.exec(line)
  const name = found?.[1]
  if (found === null || name === undefined) return
  const body = tokenize(found[4] ?? '')
  const params = found[3]
  if (params === undefined) macros.set(name, { body, file })
  else
    macros.set(name, {
      params: params
        .split(',')
        .map(param => param.trim())
        .filter(param => param !== ''),
      body,
      file,
    })
}

/** Walks one header, line by line, and hands over what counts. */
export function scan(text: string, file: string, sink: TokenSink): void {
  const stack: Branch[] = []
  const tokens: string[] = []
  const active = (): boolean => stack.at(-1)?.active ?? true
  const conditional = (word: string, rest: string): boolean => {
    const top = stack.at(-1)
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      const outer = active()
      const name = rest.trim().split(/\W/)[0] ?? ''
      const value =
        outer && (word === 'if' ? sink.condition(tokenize(rest)) : sink.macros.has(name) === (word === 'ifdef'))
      stack.push({ active: value, taken: value, outer })
    } else if (word === 'elif' && top !== undefined) {
      top.active = top.outer && !top.taken && sink.condition(tokenize(rest))
      top.taken ||= top.active
    } else if (word === 'else' && top !== undefined) {
      top.active = top.outer && !top.taken
      top.taken = true
    } else if (word === 'endif') stack.pop()
    else return false
    return true
  }
  for (const line of stripComments(text).split('\n')) {
    const directive = /^\s*#\s*(\w+)\s*([\s\S]*)$/.exec(line)
    if (directive === null) {
      if (active()) tokens.push(...tokenize(line))
      continue
    }
    const word = directive[1] ?? ''
    const rest = directive[2] ?? ''
    if (conditional(word, rest) || !active()) continue
    if (word === 'define') defineMacro(rest.trim(), file, sink.macros)
    else if (word === 'undef') sink.macros.delete(rest.trim())
    else if (word === 'include') {
      const target = /^<(.+)>/.exec(rest)?.[1]
      if (target !== undefined) sink.include(target)
    }
  }
  if (tokens.length > 0) sink.flush(tokens)
}
