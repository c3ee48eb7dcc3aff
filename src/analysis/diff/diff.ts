import { CallcostError } from '../../errors.js'
import type { Profile, ValueType } from '../../model/profile.js'
import { dimension, finerUnit, type Unit, unitFactor } from '../../units.js'
import { roughOverhead } from '../overhead/overhead.js'
import { type Aggregation, aggregateRuns, aggregationFor } from './aggregate.js'
import { type AlignedGraph, align, alignedGraph } from './aligned.js'
import { type Blame, blame, blamePlan } from './blame/blame.js'
import { type Causes, causesOf } from './blame/causes.js'
import { type Descent, descent } from './blame/descent.js'
import { comparability, graphChecks, type PreflightCheck } from './comparability.js'
import { byChange, type DiffRow, rowOf } from './diff-row.js'
import { type DiffJudgement, judgeDiff } from './judge-diff.js'
import { type MatchOptions, type MatchTable, matchFunctions } from './match.js'
import { findShifts, type Shift } from './shifts.js'
import { type Pair, sideOf } from './side.js'
import { sumOf } from './sum.js'
import { type TermErrors, termErrors } from './term-errors.js'

export interface DiffOptions extends MatchOptions {
  /** Value type of each side; the default value of each side's first profile when absent. */
  readonly values?: Pair<number> | undefined
  /** Compare what the preflight says should not be compared: wall time against CPU time. */
  readonly allowIncomparable?: boolean
}

/** What changed between the runs before and the runs after. Numbers are in `unit`. */
export interface Diff {
  /** Names and files of the functions of each side; with one run, its profile. */
  readonly before: Profile
  readonly after: Profile
  readonly runs: Pair<number>
  /** How several runs come to one number a function; null with one run a side. */
  readonly aggregation: Aggregation | null
  readonly unit: Unit
  readonly valueTypes: Pair<ValueType>
  readonly comparable: boolean
  readonly preflight: readonly PreflightCheck[]
  /** Σ self of each side. */
  readonly total: {
    readonly before: number
    readonly after: number
    readonly delta: number
    readonly ratio: number | null
  }
  readonly matches: MatchTable
  /** Both sides' numbers over the rows of `matches`. */
  readonly graph: AlignedGraph
  /** Code that moved between functions: what it costs went with it. */
  readonly shifts: readonly Shift[]
  /** The change of the total in terms that sum to it, and the functions that they blame, most important first. */
  readonly blame: Blame
  readonly causes: Causes
  /** How far the terms of the blame would scatter; null with one run on a side. */
  readonly errors: TermErrors | null
  /** The way down to the change, for profiles without counts of calls; null for others. */
  readonly descent: Descent | null
  readonly judgement: DiffJudgement
  readonly length: number
  /** Rows by the size of their change of self, largest first; equal ones by name, file and line. */
  row(index: number): DiffRow
}

/**
 * What changed between two programs, function by function, of which each was run once or several times. Values are
 * scaled to the finest unit. Throws a data error when they measure different things.
 */
export function diffProfiles(
  before: Profile | readonly Profile[],
  after: Profile | readonly Profile[],
  options: DiffOptions = {},
): Diff {
  const profiles = [runsOf(before), runsOf(after)] as const
  const values = profiles.map((runs, side) => valuesOf(runs, options.values?.[side])) as [number[], number[]]
  const unit = commonUnit(profiles, values)
  const first = [profiles[0][0]!, profiles[1][0]!] as const
  const types: Pair<ValueType> = [first[0].valueTypes[values[0][0]!]!, first[1].valueTypes[values[1][0]!]!]
  const checks = comparability(first[0], first[1], types)
  const obstacle = checks.find(({ ok, severity }) => !ok && severity === 'stop')
  if (obstacle !== undefined && !options.allowIncomparable) {
    throw new CallcostError('data', `the two profiles cannot be compared: ${obstacle.message}`, {
      hint: 'choose what to compare with --value, or add --allow-incomparable',
    })
  }
  const sides = [sideOf(profiles[0], values[0], unit), sideOf(profiles[1], values[1], unit)] as const
  const isSingle = sides.every(({ runs }) => runs.length === 1)
  const aggregation = isSingle ? null : aggregationFor(sides)
  const how = aggregation ?? 'median'
  const columns = [aggregateRuns(sides[0].runs, how), aggregateRuns(sides[1].runs, how)] as const
  const matches = matchFunctions(sides[0], sides[1], options)
  const alignment = align(matches, sides)
  const graph = alignedGraph(alignment, columns)
  const plan = blamePlan(graph)
  const blamed = blame(graph, plan)
  const errors = termErrors(alignment, sides, plan, how)
  const shifts = findShifts(graph, matches, null, callCostOf(first, unit))
  const neutral = new Uint8Array(graph.length)
  for (const { isNeutral, rows } of shifts) if (isNeutral) for (const row of rows) neutral[row] = 1
  const judgement = judgeDiff({
    alignment,
    graph,
    sides,
    profiles: first,
    values: [values[0][0]!, values[1][0]!],
    unit,
    blame: blamed,
  })
  const order = byChange(matches, graph, sides)
  const totals = [sumOf(graph.self[0]), sumOf(graph.self[1])] as const
  return {
    before: sides[0].profile,
    after: sides[1].profile,
    runs: [sides[0].runs.length, sides[1].runs.length],
    aggregation,
    unit,
    valueTypes: types,
    comparable: obstacle === undefined,
    preflight: [...checks, ...graphChecks(graph, matches, judgement.speedFactor)],
    total: {
      before: totals[0],
      after: totals[1],
      delta: totals[1] - totals[0],
      ratio: totals[0] === 0 ? null : totals[1] / totals[0],
    },
    matches,
    graph,
    shifts,
    blame: blamed,
    errors,
    causes: causesOf(graph, blamed, { termErrors: errors?.terms ?? null, rowErrors: errors?.rows ?? null, neutral }),
    descent: blamed.rates === null ? descent(graph) : null,
    judgement,
    length: matches.length,
    row: (index) => rowOf(order[index]!, { matches, sides, columns, judged: judgement.self }),
  }
}

function runsOf(side: Profile | readonly Profile[]): readonly Profile[] {
  return Array.isArray(side) ? (side as readonly Profile[]) : [side as Profile]
}

/** What the profiler adds to a call, in the unit of the diff; 0 where that is unknown, or what is measured is no time. */
function callCostOf(profiles: Pair<Profile>, unit: Unit): number {
  const seconds = unitFactor('seconds', unit) ?? 0
  const costs = profiles.map((profile) => {
    const overhead = roughOverhead(profile)
    return overhead === null ? 0 : (overhead.calls.inside + overhead.calls.outside) * seconds
  })
  return Math.min(costs[0]!, costs[1]!)
}

/** profile → its value type that is the first one's: of the same name, in any unit of the dimension. */
function valuesOf(runs: readonly Profile[], chosen: number | undefined): number[] {
  const [first] = runs
  if (first === undefined) throw new CallcostError('usage', 'there is no profile to compare')
  const value = chosen ?? first.defaultValue
  const { name, unit } = first.valueTypes[value]!
  return runs.map((run) => {
    const index = run === first ? value : run.valueTypes.findIndex((type) => type.name === name)
    if (index >= 0 && dimension(run.valueTypes[index]!.unit) === dimension(unit)) return index
    throw new CallcostError('data', `the runs of one side cannot be compared: not all measure ${name} (${unit})`)
  })
}

function commonUnit(profiles: Pair<readonly Profile[]>, values: Pair<readonly number[]>): Unit {
  const units = profiles.map((runs, side) => runs.map((run, at) => run.valueTypes[values[side]![at]!]!.unit))
  const [before, after] = units.map((all) => all.reduce(finerUnit)) as [Unit, Unit]
  if (dimension(before) === dimension(after)) return finerUnit(before, after)
  const list = (profile: Profile): string => profile.valueTypes.map(({ name, unit }) => `${name} (${unit})`).join(', ')
  throw new CallcostError('data', `the two profiles cannot be compared: ${before} against ${after}`, {
    hint: `choose a value with --value; before has ${list(profiles[0][0]!)}, after has ${list(profiles[1][0]!)}`,
  })
}
