import { CallcostError, quote } from '../../../errors.js'
import { Allocator } from '../../../limits.js'
import type { Profile } from '../../../model/profile.js'
import { StringInterner } from '../../../model/strings.js'
import { NONE } from '../../../model/tables.js'
import { compileReplacement } from '../../pattern.js'

/** A rule of the user's that files and names of both sides go through before they are compared. */
export interface Rewrite {
  /** As it was written. */
  readonly source: string
  replaceIn(text: string): string
}

/**
 * Reads `s/OLD/NEW/` or `s/OLD/NEW/g`, with any character that is no letter, digit, space or backslash in the place of
 * the slash. OLD is a regular expression, NEW may hold its groups as `\1` or `$1`. A rule is applied to a function's
 * file (forward slashes) and to its name, each by itself, so that `^` and `$` mean the ends of either.
 * Throws a usage error.
 */
export function parseRewrite(text: string): Rewrite {
  const delimiter = text[1]
  if (text[0] !== 's' || delimiter === undefined || /[\w\s\\]/.test(delimiter)) throw notARewrite(text)
  const parts: string[] = []
  let begin = 2
  for (let at = begin; at < text.length && parts.length < 2; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === delimiter) {
      parts.push(text.slice(begin, at))
      begin = at + 1
    }
  }
  const [pattern, replacement] = parts
  const flags = text.slice(begin)
  if (pattern === undefined || pattern === '' || replacement === undefined) throw notARewrite(text)
  if (flags !== '' && flags !== 'g') {
    throw new CallcostError('usage', `expected nothing or g behind the rewrite ${quote(text)}, got ${quote(flags)}`)
  }
  const written = replacement.replace(/\\(.)/gs, (_, next: string) => (/\d/.test(next) ? `$${next}` : next))
  return { source: text, replaceIn: compileReplacement(pattern, written, flags === 'g') }
}

function notARewrite(text: string): CallcostError {
  return new CallcostError('usage', `expected a rewrite s/OLD/NEW/, got ${quote(text)}`, {
    hint: "as in 's/^src/lib/'; another character than / works too: 's,^src/,lib/,'",
  })
}

/** The user says that a function before is a function after: each a name, or `file:name`. */
export interface NameMap {
  /** As it was written. */
  readonly source: string
  readonly before: string
  readonly after: string
}

/** Reads `a.py:f=b.py:g`, or `f=g` where the names are unique. Throws a usage error. */
export function parseNameMap(text: string): NameMap {
  const [before, after, ...more] = text.split('=').map((part) => part.trim())
  if (!before || !after || more.length > 0) {
    throw new CallcostError('usage', `expected a map BEFORE=AFTER, got ${quote(text)}`, {
      hint: 'as in a.py:f=b.py:g, or f=g where the names are unique',
    })
  }
  return { source: text, before, after }
}

/** The function that one half of a map names. Throws a usage error unless there is exactly one. */
export function functionNamed(profile: Profile, wanted: string, map: NameMap, side: 'before' | 'after'): number {
  const [file, name] = splitPlace(wanted)
  let found = NONE
  let count = 0
  const look = (named: string, lies: (fn: number) => boolean): void => {
    const { functions, strings } = profile
    const index = strings.find(named)
    for (let fn = 0; index >= 0 && fn < functions.length; fn++) {
      if (functions.name[fn] !== index || !lies(fn)) continue
      found = fn
      count++
    }
  }
  // A whole name first: names of C++ and Rust have colons of their own.
  look(wanted, () => true)
  if (count === 0 && file !== null) look(name, (fn) => isFile(profile, fn, file))
  if (count === 1) return found
  const hint = count === 0 ? undefined : 'write FILE:NAME, with as much of the path as it takes'
  throw new CallcostError(
    'usage',
    `the map ${quote(map.source)} needs one function ${quote(wanted)} ${side}, there ${count === 0 ? 'is none' : `are ${count}`}`,
    { hint },
  )
}

/** At the last colon that stands alone: `C:\a.py:f`, `a.cpp:ns::f`. */
function splitPlace(text: string): readonly [file: string | null, name: string] {
  for (let at = text.length - 2; at > 0; at--) {
    if (text[at] !== ':' || text[at - 1] === ':' || text[at + 1] === ':') continue
    return [withSlashes(text.slice(0, at)), text.slice(at + 1)]
  }
  return [null, text]
}

function isFile({ functions, strings }: Profile, fn: number, wanted: string): boolean {
  const file = functions.file[fn]!
  if (file === NONE) return false
  const path = withSlashes(strings.text(file))
  return path === wanted || path.endsWith(`/${wanted}`)
}

function withSlashes(path: string): string {
  return path.replaceAll('\\', '/')
}

/** The profile with the rules applied to its files and names, one after the other. It has no numbers. */
export function rewritten(profile: Profile, rewrites: readonly Rewrite[]): Profile {
  if (rewrites.length === 0) return profile
  const allocator = new Allocator()
  const strings = new StringInterner(allocator)
  const { functions } = profile
  const replaced = (column: Int32Array, prepare: (text: string) => string): Int32Array => {
    // text → rewritten text + 1
    const known = allocator.int32(profile.strings.length)
    return column.map((index) => {
      if (index === NONE) return NONE
      if (known[index] === 0) {
        const text = prepare(profile.strings.text(index))
        known[index] = strings.internText(rewrites.reduce((current, rule) => rule.replaceIn(current), text)) + 1
      }
      return known[index]! - 1
    })
  }
  return {
    ...profile,
    strings,
    functions: {
      ...functions,
      name: replaced(functions.name, (text) => text),
      file: replaced(functions.file, withSlashes),
      systemName: null,
      distinctArgs: null,
    },
    graph: null,
    frames: null,
    stacks: null,
    samples: null,
    mappings: null,
    labels: null,
    wholeTotals: null,
  }
}
