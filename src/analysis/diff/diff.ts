import { CallcostError } from '../../errors.js'
import { callGraph } from '../../model/call-graph.js'
import { type ExactNumber, exactAt, type NumberColumn, sumColumn } from '../../model/numbers.js'
import type { Profile, ValueType } from '../../model/profile.js'
import { type CallGraph, type FunctionIndex, NONE } from '../../model/tables.js'
import { dimension, finerUnit, type Unit, unitFactor } from '../../units.js'
import { comparability, type PreflightCheck } from './comparability.js'
import { type MatchLevel, type MatchTable, matchFunctions } from './match.js'
import { type ChangeSplit, splitChange } from './split.js'

/** Before and after; null where that side does not know, or does not have the function. */
export type Pair<T> = readonly [before: T, after: T]

export interface DiffOptions {
  /** Value type of each side; the default value of each profile when absent. */
  readonly values?: Pair<number> | undefined
  /** Compare what the preflight says should not be compared: wall time against CPU time. */
  readonly allowIncomparable?: boolean
}

/** One function of the program in both profiles; numbers in the diff's unit. */
export interface DiffRow {
  readonly functionBefore: FunctionIndex
  readonly functionAfter: FunctionIndex
  readonly status: 'both' | 'new' | 'gone'
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
}

export interface Diff {
  readonly before: Profile
  readonly after: Profile
  readonly unit: Unit
  readonly valueTypes: Pair<ValueType>
  readonly comparable: boolean
  readonly preflight: readonly PreflightCheck[]
  readonly total: {
    readonly before: number
    readonly after: number
    readonly delta: number
    readonly ratio: number | null
  }
  readonly length: number
  /** Rows by the size of their change of self, largest first; equal ones by name, file and line. */
  row(index: number): DiffRow
}

/**
 * What changed between two profiles, function by function. Values are scaled to the finer unit of the two.
 * Throws a data error when they measure different things.
 */
export function diffProfiles(before: Profile, after: Profile, options: DiffOptions = {}): Diff {
  const values = options.values ?? [before.defaultValue, after.defaultValue]
  const types: Pair<ValueType> = [before.valueTypes[values[0]]!, after.valueTypes[values[1]]!]
  const unit = commonUnit(before, after, types)
  const preflight = comparability(before, after, types)
  const comparable = preflight.every(({ ok, severity }) => ok || severity !== 'stop')
  if (!comparable && !options.allowIncomparable) {
    const reason = preflight.find(({ ok, severity }) => !ok && severity === 'stop')!
    throw new CallcostError('data', `the two profiles cannot be compared: ${reason.message}`, {
      hint: 'choose what to compare with --value, or add --allow-incomparable',
    })
  }
  const sides: Pair<Side> = [sideOf(before, values[0], types[0], unit), sideOf(after, values[1], types[1], unit)]
  const matches = matchFunctions(before, after)
  const order = byChange(matches, sides)
  const totals = [sides[0].sum, sides[1].sum] as const
  return {
    before,
    after,
    unit,
    valueTypes: types,
    comparable,
    preflight,
    total: {
      before: totals[0],
      after: totals[1],
      delta: totals[1] - totals[0],
      ratio: totals[0] === 0 ? null : totals[1] / totals[0],
    },
    length: matches.length,
    row: (index) => rowOf(matches, order[index]!, sides),
  }
}

/** One profile's numbers in the unit of the diff. */
interface Side {
  readonly profile: Profile
  readonly graph: CallGraph
  readonly self: NumberColumn
  readonly total: NumberColumn
  readonly factor: number
  readonly sum: number
}

function sideOf(profile: Profile, value: number, type: ValueType, unit: Unit): Side {
  const graph = callGraph(profile)
  const factor = unitFactor(type.unit, unit)!
  const self = graph.self[value]!
  return { profile, graph, self, total: graph.total[value]!, factor, sum: Number(sumColumn(self)) * factor }
}

function commonUnit(before: Profile, after: Profile, [a, b]: Pair<ValueType>): Unit {
  if (dimension(a.unit) === dimension(b.unit)) return finerUnit(a.unit, b.unit)
  const list = (profile: Profile): string => profile.valueTypes.map(({ name, unit }) => `${name} (${unit})`).join(', ')
  throw new CallcostError('data', `the two profiles cannot be compared: ${a.unit} against ${b.unit}`, {
    hint: `choose a value with --value; before has ${list(before)}, after has ${list(after)}`,
  })
}

/** Match rows by the size of the change of self. */
function byChange(matches: MatchTable, [before, after]: Pair<Side>): Int32Array {
  const change = new Float64Array(matches.length)
  for (let row = 0; row < matches.length; row++) {
    change[row] = Math.abs(
      scaled(after.self, matches.after[row]!, after) - scaled(before.self, matches.before[row]!, before),
    )
  }
  const order = Int32Array.from(change.keys())
  return order.sort((a, b) => change[b]! - change[a]! || compareNames(matches, a, b, before.profile, after.profile))
}

/** Orders match rows by name, file and line, so that the order of the files' tables does not show. */
function compareNames(matches: MatchTable, a: number, b: number, before: Profile, after: Profile): number {
  const keyOf = (row: number): readonly [string, string, number] => {
    const isAfter = matches.after[row] !== NONE
    const { functions, strings } = isAfter ? after : before
    const func = isAfter ? matches.after[row]! : matches.before[row]!
    const file = functions.file[func]!
    return [strings.text(functions.name[func]!), file === NONE ? '' : strings.text(file), functions.line[func]!]
  }
  const [nameA, fileA, lineA] = keyOf(a)
  const [nameB, fileB, lineB] = keyOf(b)
  return compareText(nameA, nameB) || compareText(fileA, fileB) || lineA - lineB || a - b
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A cell in the diff's unit; 0 for a function that the side does not have or whose value is not finite. */
function scaled(column: NumberColumn, func: FunctionIndex, side: Side): number {
  if (func === NONE) return 0
  const value = column.values[func]! * side.factor
  return Number.isFinite(value) ? value : 0
}

function rowOf(matches: MatchTable, row: number, sides: Pair<Side>): DiffRow {
  const functions = [matches.before[row]!, matches.after[row]!] as const
  const both = <T>(of: (side: Side, func: FunctionIndex) => T): Pair<T | null> => [
    functions[0] === NONE ? null : of(sides[0], functions[0]),
    functions[1] === NONE ? null : of(sides[1], functions[1]),
  ]
  const calls = both(callsOf)
  const self = both((side, func) => scaled(side.self, func, side))
  const total = both((side, func) => scaled(side.total, func, side))
  const perCall = (side: 0 | 1): number | null => {
    const count = Number(calls[side] ?? 0)
    return count > 0 && self[side] !== null ? self[side] / count : null
  }
  const selfBefore = self[0] ?? 0
  const selfAfter = self[1] ?? 0
  return {
    functionBefore: functions[0],
    functionAfter: functions[1],
    status: functions[0] === NONE ? 'new' : functions[1] === NONE ? 'gone' : 'both',
    match: matches.level(row),
    calls,
    self,
    total,
    selfPerCall: [perCall(0), perCall(1)],
    delta: selfAfter - selfBefore,
    ratio: selfBefore === 0 || self[1] === null ? null : selfAfter / selfBefore,
    split: splitChange([Number(calls[0] ?? 0), Number(calls[1] ?? 0)], [selfBefore, selfAfter]),
  }
}

/** Calls of a function; null when the source counts none, or wrote a count that cannot be one. */
function callsOf({ graph }: Side, func: FunctionIndex): ExactNumber | null {
  if (graph.calls === null) return null
  const calls = exactAt(graph.calls, func)
  return Number(calls) >= 0 ? calls : null
}
