import { describeFunction, placeOfFunction } from '../model/modules/describe-function.js'
import type { Profile } from '../model/profile.js'
import { type FunctionIndex, NONE } from '../model/tables.js'

/** The name of a function as the source has it. */
export function nameOfFunction({ strings, functions }: Profile, fn: FunctionIndex): string {
  return strings.text(functions.name[fn]!)
}

/** The name as people know it: Python's built-ins stand in braces, as pstats prints them. */
export function shownName(profile: Profile, fn: FunctionIndex): string {
  const name = nameOfFunction(profile, fn)
  if (!name.startsWith('<') || !name.endsWith('>')) return name
  return describeFunction(profile, fn).category === 'builtin' ? `{${name.slice(1, -1)}}` : name
}

/** `file:line(function)`, or the shown name alone where there is no file: what patterns are matched against. */
export function shownPlace(profile: Profile, fn: FunctionIndex): string {
  const { file, line } = placeOfFunction(profile, fn)
  const name = shownName(profile, fn)
  return file === null ? name : `${file}${line === null ? '' : `:${line}`}(${name})`
}

/** Orders functions by name, then file, then position, in code-point order; built-ins before others. */
export function compareFunctions({ strings, functions }: Profile, a: FunctionIndex, b: FunctionIndex): number {
  return (
    strings.compare(functions.name[a]!, functions.name[b]!) ||
    compareFiles({ strings, functions }, a, b) ||
    functions.line[a]! - functions.line[b]! ||
    functions.column[a]! - functions.column[b]! ||
    a - b
  )
}

export function compareFiles(
  { strings, functions }: Pick<Profile, 'strings' | 'functions'>,
  a: FunctionIndex,
  b: FunctionIndex,
): number {
  const left = functions.file[a]!
  const right = functions.file[b]!
  if (left === right) return 0
  return left === NONE ? -1 : right === NONE ? 1 : strings.compare(left, right)
}

/** Orders functions by module; those without one come first. */
export function compareModules(profile: Profile, a: FunctionIndex, b: FunctionIndex): number {
  return compareTexts(describeFunction(profile, a).module, describeFunction(profile, b).module)
}

/** Code-point order, null first. JavaScript's own order is by UTF-16 units, which puts emoji before U+FFFD. */
export function compareTexts(a: string | null, b: string | null): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? -1 : 1
  let at = 0
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  // Never begin inside a pair.
  if (at > 0 && isHighSurrogate(a.charCodeAt(at - 1))) at--
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
