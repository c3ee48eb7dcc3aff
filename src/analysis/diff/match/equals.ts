import { Allocator } from '../../../limits.js'
import { NONE } from '../../../model/tables.js'
import type { Pair, Side } from '../side.js'
import type { Buckets } from './buckets.js'
import { closeness, Likeness } from './likeness.js'
import { lineOffsets } from './line-offsets.js'
import type { Neighbours } from './neighbours.js'
import { alignSequences, longestAscending } from './sequences.js'

/** Functions that share place and name: lambdas, closures, methods of classes in one file. */
export interface Equals {
  /** side → function → number of its group. */
  readonly groupOf: Pair<Int32Array>
  /** side → group → its functions in the order of their lines. */
  readonly members: Pair<Buckets>
  readonly groups: number
  /** side → function → place, which both sides number alike. */
  readonly place: Pair<Int32Array>
  readonly places: number
  /** place → 1 where its file was renamed. */
  readonly isRenamed: Uint8Array
}

/** Comparisons of neighbours that a group, and all groups, may take before the order of lines has to do. */
const MAX_GROUP_WORK = 400_000
const MAX_WORK = 2_000_000
/** What likeness is worth: who calls, who is called, how often, how dear, where in the file. */
const WEIGHTS = { callers: 0.35, callees: 0.35, calls: 0.15, self: 0.05, lines: 0.1 } as const
/** Likeness that a pair must exceed. */
const MIN_LIKENESS = 0.25

/**
 * Pairs the functions of groups that have several of them on a side, in the order of their lines: code is inserted and
 * deleted more often than it changes places. Of the ways to leave some out, the one with the most likeness counts.
 */
export function pairEquals(
  sides: Pair<Side>,
  neighbours: Pair<Neighbours>,
  amounts: Pair<Float64Array>,
  equals: Equals,
  pair: (before: number, after: number) => void,
): void {
  const { members, groups, groupOf } = equals
  const callers = new Likeness([neighbours[0].callers, neighbours[1].callers], groupOf, groups)
  const callees = new Likeness([neighbours[0].callees, neighbours[1].callees], groupOf, groups)
  const offsets = offsetsOf(sides, equals)
  const self = [sides[0].runs[0]!.self, sides[1].runs[0]!.self] as const
  const whole = positiveSum(self[0]) + positiveSum(self[1])
  const lines = [sides[0].profile.functions.line, sides[1].profile.functions.line] as const
  let loaded: number = NONE
  const score = (before: number, after: number): number => {
    if (loaded !== before) {
      callers.load(before)
      callees.load(before)
      loaded = before
    }
    const moved = lines[1][after]! - lines[0][before]!
    const isWhereExpected = (fn: number, side: 0 | 1) =>
      offsets[side].above(fn) === moved || offsets[side].below(fn) === moved ? 0.5 : 0
    return (
      WEIGHTS.callers * orEqual(callers.with(after)) +
      WEIGHTS.callees * orEqual(callees.with(after)) +
      WEIGHTS.calls * closeness(amounts[0][before]!, amounts[1][after]!) +
      WEIGHTS.self * closeness(self[0][before]!, self[1][after]!) +
      WEIGHTS.lines * (isWhereExpected(before, 0) + isWhereExpected(after, 1)) -
      MIN_LIKENESS
    )
  }
  const limit = workLimit(equals, neighbours)
  for (let group = 0; group < groups; group++) {
    const [before, after] = [membersOf(members[0], group), membersOf(members[1], group)]
    if (before.length === 0 || after.length === 0 || (before.length === 1 && after.length === 1)) continue
    // What is dearer is paired first where likeness does not tell: functions that changed places.
    const dearer = (a: number, b: number): number => (whole > 0 ? (1e-6 * (self[0][a]! + self[1][b]!)) / whole : 0)
    const align = (from: Int32Array, to: Int32Array): void => {
      if (from.length === 0 || to.length === 0) return
      if (workOf([from, to], neighbours) > limit) {
        for (let at = 0; at < Math.min(from.length, to.length); at++) pair(from[at]!, to[at]!)
        return
      }
      const earlier = 1e-6 / (from.length + to.length)
      alignSequences(
        from.length,
        to.length,
        (i, j) => score(from[i]!, to[j]!) + dearer(from[i]!, to[j]!) - earlier * (i + j),
        (i, j) => pair(from[i]!, to[j]!),
      )
    }
    if (workOf([before, after], neighbours) <= limit) align(before, after)
    else betweenAnchors(before, after, groupOf, neighbours, align, pair)
  }
}

/** Two functions without callers are alike in that. */
function orEqual(likeness: number): number {
  return Number.isNaN(likeness) ? 1 : likeness
}

function membersOf({ start, items }: Buckets, group: number): Int32Array {
  return items.subarray(start[group]!, start[group + 1]!)
}

function positiveSum(values: Float64Array): number {
  let sum = 0
  for (const value of values) if (value > 0) sum += value
  return sum
}

/** By how many lines the only functions of their name in their file moved. */
function offsetsOf(sides: Pair<Side>, { members, groups, place, places }: Equals) {
  const moved = sides.map(({ functions }) => new Allocator().float64(functions).fill(Number.NaN)) as [
    Float64Array,
    Float64Array,
  ]
  const lines = [sides[0].profile.functions.line, sides[1].profile.functions.line] as const
  for (let group = 0; group < groups; group++) {
    const [before, after] = [membersOf(members[0], group), membersOf(members[1], group)]
    if (before.length !== 1 || after.length !== 1) continue
    const [a, b] = [before[0]!, after[0]!]
    // Lines are 1-based; a column of unknown ones says nothing.
    if (lines[0][a]! < 1 || lines[1][b]! < 1) continue
    moved[0][a] = lines[1][b]! - lines[0][a]!
    moved[1][b] = moved[0][a]!
  }
  return [lineOffsets(lines[0], place[0], places, moved[0]), lineOffsets(lines[1], place[1], places, moved[1])] as const
}

/** Comparisons that aligning two lists takes: each pair, each time with the neighbours of both. */
function workOf(lists: Pair<Int32Array>, neighbours: Pair<Neighbours>): number {
  const degrees = lists.map((list, side) => {
    const { callers, callees } = neighbours[side]!
    let sum = 0
    for (const fn of list) {
      sum += callers.start[fn + 1]! - callers.start[fn]! + callees.start[fn + 1]! - callees.start[fn]!
    }
    return sum
  })
  return lists[0].length * (lists[1].length + degrees[1]!) + lists[1].length * degrees[0]!
}

/** What a group may take so that all together stay bounded, whatever their order. */
function workLimit({ members, groups }: Equals, neighbours: Pair<Neighbours>): number {
  const work = new Allocator().float64(groups)
  for (let group = 0; group < groups; group++) {
    const lists = [membersOf(members[0], group), membersOf(members[1], group)] as const
    if (lists[0].length + lists[1].length > 2) work[group] = workOf(lists, neighbours)
  }
  for (let limit = MAX_GROUP_WORK; limit >= 1; limit /= 4) {
    let sum = 0
    for (const own of work) if (own <= limit) sum += own
    if (sum <= MAX_WORK) return limit
  }
  return 0
}

/**
 * Aligns groups that are too large for every pair to be looked at: functions whose neighbours nobody else in the group
 * has are paired first, the longest run of them that does not cross, and what lies between two of them is aligned.
 */
function betweenAnchors(
  before: Int32Array,
  after: Int32Array,
  groupOf: Pair<Int32Array>,
  neighbours: Pair<Neighbours>,
  align: (from: Int32Array, to: Int32Array) => void,
  pair: (before: number, after: number) => void,
): void {
  const prints = [fingerprints(before, groupOf[0], neighbours[0]), fingerprints(after, groupOf[1], neighbours[1])]
  const partner = new Allocator().int32(before.length).fill(NONE)
  const [sortedBefore, sortedAfter] = [onlyOnes(prints[0]!), onlyOnes(prints[1]!)]
  for (let a = 0, b = 0; a < sortedBefore.length && b < sortedAfter.length; ) {
    const difference = prints[0]![sortedBefore[a]!]! - prints[1]![sortedAfter[b]!]!
    if (difference === 0) partner[sortedBefore[a]!] = sortedAfter[b]!
    if (difference <= 0) a++
    if (difference >= 0) b++
  }
  let [i, j] = [0, 0]
  for (const anchor of longestAscending(partner)) {
    align(before.subarray(i, anchor), after.subarray(j, partner[anchor]!))
    pair(before[anchor]!, after[partner[anchor]!]!)
    i = anchor + 1
    j = partner[anchor]! + 1
  }
  align(before.subarray(i), after.subarray(j))
}

/** Sums of hashes, so that the order of edges does not show. */
function fingerprints(members: Int32Array, groupOf: Int32Array, { callers, callees }: Neighbours): Float64Array {
  const prints = new Allocator().float64(members.length)
  for (let at = 0; at < members.length; at++) {
    let print = 0
    for (const [{ start, other }, salt] of [
      [callers, 0x3c6ef372],
      [callees, 0x1b873593],
    ] as const) {
      for (let edge = start[members[at]!]!; edge < start[members[at]! + 1]!; edge++) {
        let hash = Math.imul(groupOf[other[edge]!]! + 1, salt)
        hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
        print += (hash ^ (hash >>> 13)) >>> 0
      }
    }
    prints[at] = print
  }
  return prints
}

/** The indices of values that occur once, by value. */
function onlyOnes(values: Float64Array): Int32Array {
  const order = new Allocator().int32(values.length)
  for (let at = 0; at < order.length; at++) order[at] = at
  order.sort((a, b) => values[a]! - values[b]!)
  return order.filter(
    (index, at) => values[order[at - 1] ?? NONE] !== values[index] && values[order[at + 1] ?? NONE] !== values[index],
  )
}
