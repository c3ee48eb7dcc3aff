import { Int32Builder } from '../../bytes/columns.js'
import { quote } from '../../errors.js'
import { Allocator } from '../../limits.js'
import type { Scope } from '../../model/modules/description.js'
import { compilePattern, type Pattern } from '../pattern.js'
import { matchesGlob, matchesGlobAtEnd } from './glob.js'
import type { Scanner } from './scanner.js'
import type { Selectable } from './selectable.js'

/** Characters of a name or path that a glob sees. */
const MAX_TEXT = 4096

/** Which functions an expression means. */
export type Selector =
  /**
   * By exact name. When there is none, the text as a glob (`isQuoted`: never): `db.py:fetch_*` is file or module and
   * name, with a line as name where it is a number; `app/db.*` the functions of files; `db.fetch_*` a name with its
   * module. File and module may lack their first folders.
   */
  | { readonly kind: 'name'; readonly text: string; readonly isQuoted: boolean }
  /** By regular expression on `file:line(function)`, the module, or the name as the source has it. */
  | { readonly kind: 'pattern'; readonly text: string; readonly pattern: Pattern }
  /** A module or package, with all that is below it. */
  | { readonly kind: 'module'; readonly text: string; readonly module: string }
  | { readonly kind: 'scope'; readonly text: string; readonly scope: Scope }

const SCOPES: ReadonlyMap<string, Scope> = new Map([
  ['@project', 'project'],
  ['@packages', 'packages'],
  ['@runtime', 'runtime'],
])

/** Takes a selector; see {@link Scanner.selector} for where it ends. Throws a usage error for what is none. */
export function takeSelector(scanner: Scanner, stopsAtComma = false): Selector {
  const { text, isQuoted, start } = scanner.selector(stopsAtComma)
  if (isQuoted) return { kind: 'name', text, isQuoted }
  if (text.startsWith('@')) {
    const scope = SCOPES.get(text)
    if (scope !== undefined) return { kind: 'scope', text, scope }
    const module = /^@module\((.+)\)$/s.exec(text)?.[1]?.trim()
    if (module !== undefined) return { kind: 'module', text, module }
    const hint = `sets are ${[...SCOPES.keys()].join(', ')} and @module(NAME); a name that begins with @ goes in quotes`
    scanner.fail(`there is no set ${quote(text)}`, start, hint)
  }
  if (text.length > 2 && text.startsWith('/') && text.endsWith('/')) {
    return { kind: 'pattern', text, pattern: compilePattern(text.slice(1, -1)) }
  }
  return { kind: 'name', text, isQuoted }
}

/** Which of the functions 0 to `length` - 1 are meant, in their order. */
export function selectAmong(selector: Selector, length: number, at: (index: number) => Selectable): Int32Array {
  const found = (test: (subject: Selectable) => boolean): Int32Array => {
    const indices = new Int32Builder(new Allocator())
    for (let index = 0; index < length; index++) if (test(at(index))) indices.push(index)
    return indices.finish()
  }
  switch (selector.kind) {
    case 'scope':
      return found(({ scope }) => scope === selector.scope)
    case 'module':
      return found((subject) => isWithin(subject, selector.module))
    case 'pattern':
      return found((subject) => matchesPattern(subject, selector.pattern))
    case 'name': {
      const { text, isQuoted } = selector
      const named = found(({ name, shownName }) => name === text || (shownName !== name && shownName === text))
      const glob = named.length > 0 || isQuoted ? null : globTest(text)
      return glob === null ? named : found(glob)
    }
  }
}

function isWithin({ module, package: packageName }: Selectable, wanted: string): boolean {
  if (module === wanted || packageName === wanted) return true
  return module !== null && (module.startsWith(`${wanted}.`) || module.startsWith(`${wanted}/`))
}

function matchesPattern(subject: Selectable, pattern: Pattern): boolean {
  const { file, line, module } = subject
  const place = file === null ? subject.shownName : `${file}${line === null ? '' : `:${line}`}(${subject.shownName})`
  return pattern.test(place) || (module !== null && pattern.test(module)) || pattern.test(subject.name)
}

/** What a text means that is nobody's exact name; null when it can mean nothing else. */
function globTest(text: string): ((subject: Selectable) => boolean) | null {
  const colon = /^(.*[^:]):([^:]+)$/s.exec(text)
  if (colon !== null) {
    const place = slashed(colon[1]!)
    const name = colon[2]!
    const isNamed = /^\d+$/.test(name)
      ? ({ line }: Selectable) => line === Number(name)
      : (subject: Selectable) => matchesGlob(name, subject.name) || matchesGlob(name, subject.shownName)
    return (subject) => isNamed(subject) && isPlaced(subject, place)
  }
  if (/[/\\]/.test(text)) return (subject) => isPlaced(subject, slashed(text))
  if (!/[.*?]/.test(text)) return null
  return (subject) => {
    const { name } = subject
    if (matchesGlob(text, name) || matchesGlob(text, subject.shownName)) return true
    if (!text.includes('.')) return false
    const builtin = builtinName(name)
    if (builtin !== null) return matchesGlobAtEnd(text, builtin, '.')
    return subject.module !== null && matchesGlobAtEnd(text, cut(`${subject.module}.${name}`), './')
  }
}

function isPlaced({ file, module }: Selectable, glob: string): boolean {
  if (file !== null && matchesGlobAtEnd(glob, cut(slashed(file)), '/')) return true
  return module !== null && matchesGlobAtEnd(glob, cut(module), './')
}

/** Python's built-ins as reports show them: `sqlite3.Cursor.execute`, `builtins.len`. */
function builtinName(name: string): string | null {
  const method = /^<method '(.+)' of '(.+)' objects>$/.exec(name)
  if (method !== null) return `${method[2]}.${method[1]}`
  return /^<built-in method (.+)>$/.exec(name)?.[1] ?? null
}

function slashed(text: string): string {
  return text.replaceAll('\\', '/')
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text
}
