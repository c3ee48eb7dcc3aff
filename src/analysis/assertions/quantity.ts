import type { Unit } from '../../units.js'

/** What a number of an expression measures. Only what measures the same can be compared or added. */
export type Kind =
  /** A number without a unit; passes for a count or a ratio, never for a share: 2 is not 2 %. */
  | 'number'
  /** One thing divided by another of its kind; passes for a share. */
  | 'ratio'
  | 'count'
  /** A part of a whole, 0 to 1, written in percent. */
  | 'share'
  | 'time'
  | 'bytes'
  /** What the value type of the profile measures, before a profile is there. */
  | 'cost'

/** The unit behind a number. */
export interface UnitWord {
  readonly kind: Kind
  /** How many of `unit` one of it is. */
  readonly factor: number
  readonly unit: Unit
}

const TIME = (unit: Unit): UnitWord => ({ kind: 'time', factor: 1, unit })
const BYTES = (factor: number): UnitWord => ({ kind: 'bytes', factor, unit: 'bytes' })
const NUMBER = (factor: number): UnitWord => ({ kind: 'number', factor, unit: 'none' })

const UNIT_WORDS: ReadonlyMap<string, UnitWord> = new Map([
  ['ns', TIME('nanoseconds')],
  ['us', TIME('microseconds')],
  // The micro sign and the Greek letter.
  ['\u00b5s', TIME('microseconds')],
  ['\u03bcs', TIME('microseconds')],
  ['ms', TIME('milliseconds')],
  ['s', TIME('seconds')],
  ['%', { kind: 'share', factor: 0.01, unit: 'none' }],
  ['k', NUMBER(1e3)],
  ['M', NUMBER(1e6)],
  ['G', NUMBER(1e9)],
  ['B', BYTES(1)],
  ['KB', BYTES(1e3)],
  ['MB', BYTES(1e6)],
  ['GB', BYTES(1e9)],
  ['KiB', BYTES(2 ** 10)],
  ['MiB', BYTES(2 ** 20)],
  ['GiB', BYTES(2 ** 30)],
])

/** `ns, us, ms, s, %, k, M, G, B, KB, …`, for hints. */
export const UNIT_WORD_LIST = [...UNIT_WORDS.keys()].filter((word) => /^[!-~]+$/.test(word)).join(', ')

export function unitWord(word: string): UnitWord | null {
  return UNIT_WORDS.get(word) ?? null
}

/** The kind that two things have when compared or added; null when they measure different things. */
export function commonKind(a: Kind, b: Kind): Kind | null {
  if (a === b) return a
  if (a === 'number' || b === 'number') {
    const other = a === 'number' ? b : a
    return other === 'count' || other === 'ratio' || other === 'cost' ? other : null
  }
  if (a === 'ratio' || b === 'ratio') return (a === 'ratio' ? b : a) === 'share' ? 'share' : null
  // Before a profile is there, a cost may turn out to be a time, a size or a count.
  if (a === 'cost' || b === 'cost') {
    const other = a === 'cost' ? b : a
    return other === 'share' ? null : other
  }
  return null
}

/** The kind of a product; null when it has none. A share, ratio or count of a thing is of the thing's kind. */
export function productKind(a: Kind, b: Kind): Kind | null {
  if (isFactor(a)) return isFactor(b) ? factorKind(a, b) : b
  return isFactor(b) ? a : null
}

export function quotientKind(a: Kind, b: Kind): Kind | null {
  if (a === b) return 'ratio'
  if (isFactor(b)) return isFactor(a) ? factorKind(a, b) : a
  return a === 'cost' || b === 'cost' ? (isFactor(a) ? null : 'ratio') : null
}

function isFactor(kind: Kind): boolean {
  return kind === 'number' || kind === 'ratio' || kind === 'count' || kind === 'share'
}

/** Of two factors: 3 × a count is a count, a share of it too. */
function factorKind(a: Kind, b: Kind): Kind {
  if (a === 'count' || b === 'count') return 'count'
  if (a === 'share' || b === 'share') return 'share'
  return a === 'ratio' || b === 'ratio' ? 'ratio' : 'number'
}

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  number: 'a plain number',
  ratio: 'a ratio',
  count: 'a count',
  share: 'a share',
  time: 'a time',
  bytes: 'a size in bytes',
  cost: 'what the profile measures',
}

export function kindText(kind: Kind): string {
  return KIND_WORDS[kind]
}
