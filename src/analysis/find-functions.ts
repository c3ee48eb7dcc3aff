import { Int32Builder } from '../bytes/columns.js'
import { CallcostError, quote } from '../errors.js'
import { Allocator } from '../limits.js'
import { placeOfFunction } from '../model/modules/describe-function.js'
import type { Profile } from '../model/profile.js'
import type { FunctionIndex } from '../model/tables.js'
import { closestNames } from './closest-names.js'
import { functionsPresent } from './function-rows.js'
import { compareFunctions, nameOfFunction, shownName, shownPlace } from './function-text.js'
import { compilePattern } from './pattern.js'

/**
 * The functions that a user means: by exact name, else by `file:line` (the end of a path will do), else by regular
 * expression on `file:line(function)`. In the order of their names. Throws a data error with the closest names when
 * there is none.
 */
export function findFunctions(profile: Profile, wanted: string): Int32Array {
  const present = functionsPresent(profile)
  const candidates = (test: (fn: FunctionIndex) => boolean): Int32Array => {
    const found = new Int32Builder(new Allocator())
    for (let fn = 0; fn < profile.functions.length; fn++) if (present?.[fn] !== 0 && test(fn)) found.push(fn)
    return found.finish().sort((a, b) => compareFunctions(profile, a, b))
  }
  const named = candidates(byName(profile, wanted))
  if (named.length > 0) return named
  const placed = candidates(byPlace(profile, wanted))
  if (placed.length > 0) return placed
  const pattern = patternOf(profile, wanted)
  const matching = candidates((fn) => pattern.test(shownPlace(profile, fn)))
  if (matching.length > 0) return matching
  const hint = closeTo(profile, wanted) ?? 'a function is meant by its name, by file:line or by a regular expression'
  throw new CallcostError('data', `no function is called or matches ${quote(wanted)}`, { hint })
}

/** The pattern; a name of no function that is none, as `main.(*Server).serve`, gets the names that are close to it. */
function patternOf(profile: Profile, wanted: string): { test(text: string): boolean } {
  try {
    return compilePattern(wanted)
  } catch (error) {
    const names = closeTo(profile, wanted)
    if (!(error instanceof CallcostError) || names === null) throw error
    throw new CallcostError(error.kind, error.message, { hint: `no function has that name; ${names}`, cause: error })
  }
}

function closeTo(profile: Profile, wanted: string): string | null {
  const names = closestNames(profile, wanted, 3)
  return names.length === 0 ? null : `close to it: ${names.map((name) => quote(name)).join(', ')}`
}

function byName(profile: Profile, wanted: string): (fn: FunctionIndex) => boolean {
  const { functions, strings } = profile
  const name = strings.find(wanted)
  // As it is shown, {built-in method len}, the name is not in the table: <built-in method len> is.
  const braced = /^\{.*\}$/s.test(wanted) ? strings.find(`<${wanted.slice(1, -1)}>`) : -1
  return (fn) => {
    const own = functions.name[fn]!
    return own === name || (own === braced && shownName(profile, fn) === wanted)
  }
}

/** `records.py:16`, also with the function behind it in parentheses, as pstats prints it. */
function byPlace(profile: Profile, wanted: string): (fn: FunctionIndex) => boolean {
  const match = /^(.+):(\d+)(?:\((.*)\))?$/s.exec(wanted)
  if (match === null) return () => false
  const path = match[1]!.replaceAll('\\', '/')
  const wantedLine = Number(match[2])
  return (fn) => {
    if (profile.functions.line[fn] !== wantedLine) return false
    const { file, line } = placeOfFunction(profile, fn)
    if (file === null || line !== wantedLine) return false
    if (match[3] !== undefined && match[3] !== nameOfFunction(profile, fn)) return false
    const own = file.replaceAll('\\', '/')
    return own === path || own.endsWith(`/${path}`)
  }
}
