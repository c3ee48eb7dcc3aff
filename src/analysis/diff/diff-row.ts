import { callGraph } from '../../model/call-graph.js'
import { type ExactNumber, exactAt } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import { type FunctionIndex, NONE } from '../../model/tables.js'
import type { AlignedGraph } from './aligned.js'
import type { Judgement, Judgements } from './judge/judgement.js'
import type { MatchLevel, MatchTable } from './match.js'
import type { Pair, RunColumns, Side } from './side.js'
import { type ChangeSplit, splitChange } from './split.js'

/** One function of the program in both profiles; numbers in the diff's unit. */
export interface DiffRow {
  /** Row of the diff's tables. */
  readonly index: number
  /** Functions of `before` and `after` of the diff; {@link NONE} where it is not there. */
  readonly functionBefore: FunctionIndex
  readonly functionAfter: FunctionIndex
  /** `moved`: it is there under another name or in another file. */
  readonly status: 'both' | 'new' | 'gone' | 'moved'
  readonly match: MatchLevel
  readonly calls: Pair<ExactNumber | null>
  readonly self: Pair<number | null>
  readonly total: Pair<number | null>
  readonly selfPerCall: Pair<number | null>
  /** Change of self; a side that does not have the function counts as 0. */
  readonly delta: number
  /** self after / self before; null when there is no before. */
  readonly ratio: number | null
  /** The change of self split into calls and cost per call; null where a side has no calls. */
  readonly split: ChangeSplit | null
  /** What can be said of the change of self: interval of the ratio, chance, verdict. */
  readonly judgement: Judgement
}

/** What rows are made from. */
export interface RowSource {
  readonly matches: MatchTable
  readonly sides: Pair<Side>
  /** What the runs of each side come to. */
  readonly columns: Pair<RunColumns>
  readonly judged: Judgements
}

/** Row `row` of the matches. */
export function rowOf(row: number, { matches, sides, columns, judged }: RowSource): DiffRow {
  const functions = [matches.before[row]!, matches.after[row]!] as const
  const level = matches.level(row)
  const both = <T>(of: (side: 0 | 1, fn: FunctionIndex) => T): Pair<T | null> => [
    functions[0] === NONE ? null : of(0, functions[0]),
    functions[1] === NONE ? null : of(1, functions[1]),
  ]
  const calls = both((side, fn) => callsOf(sides[side], columns[side], fn))
  const self = both((side, fn) => columns[side].self[fn]!)
  const total = both((side, fn) => columns[side].total[fn]!)
  const selfPerCall = both((side, fn) => {
    const count = Number(calls[side] ?? 0)
    return count > 0 ? columns[side].self[fn]! / count : null
  })
  const selfBefore = self[0] ?? 0
  const selfAfter = self[1] ?? 0
  return {
    index: row,
    functionBefore: functions[0],
    functionAfter: functions[1],
    status: functions[0] === NONE ? 'new' : functions[1] === NONE ? 'gone' : MOVED.has(level) ? 'moved' : 'both',
    match: level,
    calls,
    self,
    total,
    selfPerCall,
    delta: selfAfter - selfBefore,
    ratio: selfBefore === 0 || self[1] === null ? null : selfAfter / selfBefore,
    split: splitChange([Number(calls[0] ?? 0), Number(calls[1] ?? 0)], [selfBefore, selfAfter]),
    judgement: judged.at(row),
  }
}

const MOVED: ReadonlySet<MatchLevel> = new Set(['file', 'moved', 'renamed', 'mapped'])

/** Calls of a function; null when the source counts none, or wrote a count that cannot be one. */
function callsOf({ profile, runs }: Side, { calls }: RunColumns, fn: FunctionIndex): ExactNumber | null {
  if (calls === null) return null
  const count = calls[fn]!
  if (Number.isNaN(count)) return null
  // Past 2^53 the column is rounded; the functions of one run are those of its profile.
  return runs.length === 1 && !Number.isSafeInteger(count) ? exactAt(callGraph(profile).calls!, fn) : count
}

/** Rows by the size of their change of self, largest first; equal ones by name, file and line. */
export function byChange(matches: MatchTable, { length, self }: AlignedGraph, sides: Pair<Side>): Int32Array {
  const [before, after] = self
  const size = new Float64Array(length)
  const order = new Int32Array(length)
  for (let row = 0; row < length; row++) {
    size[row] = Math.abs(after[row]! - before[row]!)
    order[row] = row
  }
  return order.sort((a, b) => size[b]! - size[a]! || compareNames(matches, a, b, sides))
}

/** Orders match rows by name, file and line, so that the order of the files' tables does not show. */
function compareNames(matches: MatchTable, a: number, b: number, sides: Pair<Side>): number {
  const [sideA, functionA] = shownSide(matches, a, sides)
  const [sideB, functionB] = shownSide(matches, b, sides)
  const text = (column: 'name' | 'file'): number => {
    const [indexA, indexB] = [sideA.functions[column][functionA]!, sideB.functions[column][functionB]!]
    // Equal texts of one table are one row of it.
    if (sideA === sideB && indexA === indexB) return 0
    return compareText(textAt(sideA, indexA), textAt(sideB, indexB))
  }
  return text('name') || text('file') || sideA.functions.line[functionA]! - sideB.functions.line[functionB]! || a - b
}

/** The function of a row as it is after the change, where it is still there. */
function shownSide(matches: MatchTable, row: number, sides: Pair<Side>): readonly [Profile, FunctionIndex] {
  const after = matches.after[row]!
  return after === NONE ? [sides[0].profile, matches.before[row]!] : [sides[1].profile, after]
}

/** Nothing for what has no file: it comes first. */
function textAt({ strings }: Profile, index: number): string {
  return index === NONE ? '' : strings.text(index)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
