import { CallcostError, quote } from '../../errors.js'
import { Allocator } from '../../limits.js'
import { StringInterner } from '../../model/strings.js'
import { NONE } from '../../model/tables.js'
import { PairIndex } from '../../model/tuple-index.js'
import { type Buckets, bucketsOf } from './match/buckets.js'
import { type Equals, pairEquals } from './match/equals.js'
import { anonymousNames, type Identities, identitiesOf } from './match/identities.js'
import { LEVELS, Matching, type MatchLevel } from './match/matching.js'
import { pairMoved } from './match/moved.js'
import { nameWords } from './match/name-words.js'
import { namesByPlace } from './match/names-by-place.js'
import { type Matter, Neighbourhood } from './match/neighbourhood.js'
import { amountsOf, type Neighbours, neighboursOf } from './match/neighbours.js'
import { pairPlaces } from './match/places.js'
import { pairRenamed } from './match/renamed.js'
import { pairRenamedFiles } from './match/renamed-files.js'
import { functionNamed, type NameMap, type Rewrite, rewritten } from './match/rules.js'
import type { Pair, Side } from './side.js'

export type { MatchLevel } from './match/matching.js'

/** Which function of the one side is which of the other. A row is one function of the program, before, after or both. */
export interface MatchTable {
  readonly length: number
  /** row → function before; {@link NONE} for a new one. */
  readonly before: Int32Array
  /** row → function after; {@link NONE} for one that is gone. */
  readonly after: Int32Array
  level(row: number): MatchLevel
  /** How like each other the neighbours of a moved or renamed function are, from 0 to 1; null for other levels. */
  score(row: number): number | null
  /** Whether its two functions are one by name or by a map of the user's: only such rows may decide a gate. */
  isSafe(row: number): boolean
  /** Level → rows. */
  readonly counts: Readonly<Record<MatchLevel, number>>
  /** False when so many functions are without a partner that renamed ones were not all looked for. */
  readonly isComplete: boolean
}

export interface MatchOptions {
  /** Applied to the files and names of both sides, one after the other. */
  readonly rewrites?: readonly Rewrite[] | undefined
  /** Pairs that the user knows; they come before every other. */
  readonly maps?: readonly NameMap[] | undefined
}

/** Each round knows the pairs of the one before. */
const MAX_ROUNDS = 5
const SAFE: ReadonlySet<MatchLevel> = new Set(['mapped', 'exact', 'name', 'file'])

/**
 * Finds the functions of one side again on the other: by place and name, in renamed files, moved to other files, and
 * under other names by who calls them and what they call. Lines only order functions that share file and name.
 * Throws a usage error for a map that does not name one function a side.
 */
export function matchFunctions(before: Side, after: Side, options: MatchOptions = {}): MatchTable {
  const sides = [before, after] as const
  const rewrites = options.rewrites ?? []
  const texts = new StringInterner(new Allocator())
  const identities = [
    identitiesOf(rewritten(before.profile, rewrites), texts),
    identitiesOf(rewritten(after.profile, rewrites), texts),
  ] as const
  const isAnonymous = anonymousNames(texts, identities)
  const amounts = amountsOf(sides)
  const neighbours = neighboursOf(sides)
  const matching = new Matching(before.functions, after.functions)
  for (const map of options.maps ?? []) pairMapped(sides, map, matching)
  const equals = equalsOf(sides, identities, texts, isAnonymous, amounts, matching)
  pairByName(sides, equals, neighbours, amounts, matching)
  const isComplete = pairByNeighbours({ matching, identities, neighbours, amounts, texts, isAnonymous })
  return tableOf(matching, isComplete)
}

function pairMapped(sides: Pair<Side>, map: NameMap, matching: Matching): void {
  const before = functionNamed(sides[0].profile, map.before, map, 'before')
  const after = functionNamed(sides[1].profile, map.after, map, 'after')
  if (!matching.isLeft(0, before) || !matching.isLeft(1, after)) {
    throw new CallcostError('usage', `the map ${quote(map.source)} names a function that another map names`)
  }
  matching.pair(before, after, 'mapped')
}

/** Functions of both sides by place and name, places paired first. */
function equalsOf(
  sides: Pair<Side>,
  identities: Pair<Identities>,
  texts: StringInterner,
  isAnonymous: Uint8Array,
  amounts: Pair<Float64Array>,
  matching: Matching,
): Equals {
  const tables = [identities[0].places, identities[1].places] as const
  const names = [
    namesByPlace(identities[0], isAnonymous, amounts[0]),
    namesByPlace(identities[1], isAnonymous, amounts[1]),
  ] as const
  const pairs = pairPlaces(tables, texts, names)
  pairRenamedFiles(tables, names, texts.length, pairs)
  const groups = new PairIndex(new Allocator())
  // A place after is the one before that it is, or one of its own.
  const place = [
    identities[0].place,
    identities[1].place.map((own) => {
      const partner = pairs.partner[1][own]!
      return partner === NONE ? tables[0].length + own : partner
    }),
  ] as const
  const groupOf = ([0, 1] as const).map((side) =>
    place[side].map((own, fn) => groups.intern(own, identities[side].name[fn]!)),
  ) as [Int32Array, Int32Array]
  const members = ([0, 1] as const).map((side) =>
    byLine(
      bucketsOf(
        groupOf[side].map((group, fn) => (matching.isLeft(side, fn) ? group : NONE)),
        groups.length,
      ),
      sides[side],
      amounts[side],
    ),
  ) as [Buckets, Buckets]
  return {
    groupOf,
    members,
    groups: groups.length,
    place,
    places: tables[0].length + tables[1].length,
    isRenamed: pairs.isRenamed,
  }
}

/** Sorts the functions of each group by line and column, then by use: where tables have them does not matter. */
function byLine(members: Buckets, { profile, runs }: Side, amounts: Float64Array): Buckets {
  const { line, column } = profile.functions
  const { self } = runs[0]!
  const { start, items } = members
  for (let group = 0; group + 1 < start.length; group++) {
    if (start[group + 1]! - start[group]! < 2) continue
    items
      .subarray(start[group]!, start[group + 1]!)
      .sort(
        (a, b) =>
          line[a]! - line[b]! || column[a]! - column[b]! || amounts[b]! - amounts[a]! || self[b]! - self[a]! || a - b,
      )
  }
  return members
}

function pairByName(
  sides: Pair<Side>,
  equals: Equals,
  neighbours: Pair<Neighbours>,
  amounts: Pair<Float64Array>,
  matching: Matching,
): void {
  const { members, groups, place, isRenamed } = equals
  const lines = [sides[0].profile.functions.line, sides[1].profile.functions.line] as const
  const pair = (before: number, after: number): void => {
    const isFile = isRenamed[place[0][before]!] === 1
    matching.pair(before, after, isFile ? 'file' : lines[0][before] === lines[1][after] ? 'exact' : 'name')
  }
  const [before, after] = members
  for (let group = 0; group < groups; group++) {
    const isAlone = ({ start }: Buckets): boolean => start[group + 1]! - start[group]! === 1
    if (isAlone(before) && isAlone(after)) pair(before.items[before.start[group]!]!, after.items[after.start[group]!]!)
  }
  pairEquals(sides, neighbours, amounts, equals, pair)
}

/** Finds what moved and what was renamed, as far as that is clear; false when not all could be looked at. */
function pairByNeighbours(parts: Omit<Matter, 'words'> & { readonly texts: StringInterner }): boolean {
  const { matching, identities, texts } = parts
  const isWanted = new Allocator().bytes(texts.length)
  for (const side of [0, 1] as const) {
    let left = 0
    for (const [fn, name] of identities[side].name.entries()) {
      if (!matching.isLeft(side, fn)) continue
      isWanted[name] = 1
      left++
    }
    if (left === 0) return true
  }
  const matter: Matter = { ...parts, words: nameWords(texts, isWanted) }
  const neighbourhood = new Neighbourhood(matter)
  let isComplete = true
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const moved = pairMoved(matter, neighbourhood)
    const renamed = pairRenamed(matter, neighbourhood)
    if (renamed < 0) isComplete = false
    if (moved + Math.max(renamed, 0) === 0) break
  }
  return isComplete
}

/** Rows in the order of the functions before, then those that are only after. */
function tableOf(matching: Matching, isComplete: boolean): MatchTable {
  const allocator = new Allocator()
  const before = allocator.int32(matching.after.length + matching.before.length)
  const after = allocator.int32(before.length)
  let length = 0
  const counts = Object.fromEntries(LEVELS.map((level) => [level, 0])) as Record<MatchLevel, number>
  const add = (functionBefore: number, functionAfter: number): void => {
    before[length] = functionBefore
    after[length++] = functionAfter
    counts[levelOf(matching, functionBefore)]++
  }
  for (let fn = 0; fn < matching.after.length; fn++) add(fn, matching.after[fn]!)
  for (let fn = 0; fn < matching.before.length; fn++) if (matching.isLeft(1, fn)) add(NONE, fn)
  const rows = before.subarray(0, length)
  return {
    length,
    before: rows,
    after: after.subarray(0, length),
    level: (row) => levelOf(matching, rows[row]!),
    score: (row) => {
      const score = rows[row] === NONE ? Number.NaN : matching.score[rows[row]!]!
      return Number.isNaN(score) ? null : score
    },
    isSafe: (row) => SAFE.has(levelOf(matching, rows[row]!)),
    counts,
    isComplete,
  }
}

function levelOf({ level }: Matching, before: number): MatchLevel {
  return before === NONE ? 'none' : LEVELS[level[before]!]!
}
