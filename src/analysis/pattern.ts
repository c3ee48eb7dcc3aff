import { setFlagsFromString } from 'node:v8'
import { CallcostError, quote } from '../errors.js'

/** A regular expression of the user's. Match it once per function, never once per sample. */
export interface Pattern {
  readonly source: string
  test(text: string): boolean
}

/** Bytes of a pattern, and what it may grow to when counted repetitions are written out. */
const MAX_PATTERN = 1024
const MAX_EXPANDED = 16 * 1024
/** Characters of a text that a pattern sees. */
const MAX_TEXT = 4096

let isLinear = false

/**
 * Compiles a pattern given by a user. What would make V8's matcher backtrack without end is either left to its linear
 * engine, which takes over after some thousand steps, or refused because that engine cannot do it: back-references and
 * look-around. It does not know counted repetition either, so `a{2,3}` is written out as `aaa?`.
 */
export function compilePattern(source: string): Pattern {
  const regexp = linearRegExp(source, false)
  return { source, test: (text) => regexp.test(text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text) }
}

/**
 * Compiles a replacement of the first match, or of every one: `$1` to `$99` are the pattern's groups, `$&` the match,
 * `$$` a dollar. Patterns as in {@link compilePattern}, but a group that is repeated a counted number of times is
 * refused: written out, it would be several. What lies behind the first 4,096 characters of a text stays as it is.
 */
export function compileReplacement(source: string, replacement: string, isGlobal: boolean): (text: string) => string {
  const regexp = linearRegExp(source, true, isGlobal ? 'g' : '')
  return (text) =>
    text.length > MAX_TEXT
      ? text.slice(0, MAX_TEXT).replace(regexp, replacement) + text.slice(MAX_TEXT)
      : text.replace(regexp, replacement)
}

function linearRegExp(source: string, keepGroups: boolean, flags = ''): RegExp {
  if (Buffer.byteLength(source) > MAX_PATTERN) throw invalid(source, `is longer than ${MAX_PATTERN} bytes`)
  if (!isLinear) {
    isLinear = true
    setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
    setFlagsFromString('--regexp-backtracks-before-fallback=10000')
  }
  try {
    new RegExp(source)
  } catch (error) {
    // "Invalid regular expression: /(/: Unterminated group"; a newer V8 puts the flags before the last colon.
    throw invalid(source, `is no regular expression: ${reasonOf(error)}`)
  }
  return new RegExp(writeOut(source, keepGroups), flags)
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.slice(message.lastIndexOf(': ') + 2).toLowerCase()
}

function invalid(source: string, why: string): CallcostError {
  return new CallcostError('usage', `the pattern ${quote(source)} ${why}`)
}

/**
 * The pattern without counted repetitions. Throws for what has no linear form. `source` is a valid pattern.
 *
 * @param keepGroups groups still capture; names of groups are dropped either way
 */
function writeOut(source: string, keepGroups: boolean): string {
  let written = ''
  // Where the group that is open began, outermost first.
  const groups: number[] = []
  // Where the last group that captures was written.
  let captured = -1
  // Where the last atom began: what a quantifier repeats.
  let atom = 0
  let at = 0
  while (at < source.length) {
    const character = source[at]!
    if (character === '(') {
      if (/^\(\?(=|!|<=|<!)/.test(source.slice(at, at + 4))) throw invalid(source, 'looks ahead or behind')
      if (/^\(\?[^:<]/.test(source.slice(at, at + 3))) throw invalid(source, 'changes flags inside')
      // The name of a group is dropped: written out twice it would be a name that occurs twice.
      const head = /^\((\?:|\?<[^>]*>)?/.exec(source.slice(at))![0]
      groups.push(written.length)
      if (keepGroups && head !== '(?:') captured = written.length
      written += captured === written.length ? '(' : '(?:'
      at += head.length
      continue
    }
    if (character === ')') {
      atom = groups.pop() ?? 0
      written += character
      at++
      continue
    }
    const count = character === '{' ? /^\{(\d+)(,(\d*))?\}\??/.exec(source.slice(at)) : null
    if (count !== null) {
      const least = Number(count[1])
      const most = count[2] === undefined ? least : count[3] === '' ? Number.POSITIVE_INFINITY : Number(count[3])
      if (captured >= atom) throw invalid(source, 'counts repetitions of a group')
      const repeated = repeat(written.slice(atom), least, most)
      if (repeated === null) throw invalid(source, 'repeats too much')
      written = written.slice(0, atom) + repeated
      at += count[0].length
    } else if ('*+?'.includes(character)) {
      written += character
      at++
    } else {
      const token = tokenAt(source, at)
      if (/^\\([1-9]|k<)/.test(token)) throw invalid(source, 'refers back to a group')
      atom = written.length
      written += token
      at += token.length
    }
    if (written.length > MAX_EXPANDED) throw invalid(source, 'repeats too much')
  }
  return written
}

/** `a{2,3}` as `(?:aa(?:a)?)`; null when that is too long. */
function repeat(atom: string, least: number, most: number): string | null {
  const copies = Number.isFinite(most) ? most : least + 1
  if (copies * (atom.length + 5) > MAX_EXPANDED) return null
  if (!Number.isFinite(most)) return `(?:${atom.repeat(least)}(?:${atom})*)`
  return `(?:${atom.repeat(least)}${`(?:${atom}`.repeat(most - least)}${')?'.repeat(most - least)})`
}

/** One character, escape or class. */
function tokenAt(source: string, at: number): string {
  if (source[at] === '\\') {
    const escaped = /^\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|k<[^>]*>|\d+|[\s\S])/.exec(source.slice(at))
    return escaped === null ? '\\\\' : escaped[0]
  }
  if (source[at] !== '[') return source[at]!
  let end = at + 1
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1
  return source.slice(at, end + 1)
}
