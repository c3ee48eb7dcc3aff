import type { Diff } from '../../analysis/diff/diff.js'
import type { DiffRow } from '../../analysis/diff/diff-row.js'
import { shownName } from '../../analysis/function-text.js'
import { callersOf } from '../../model/adjacency.js'
import { callGraph } from '../../model/call-graph.js'
import { describeFunction } from '../../model/modules/describe-function.js'
import type { ExactNumber } from '../../model/numbers.js'
import type { Profile } from '../../model/profile.js'
import { type FunctionIndex, NONE } from '../../model/tables.js'
import { countText, valueText } from '../../render/value-text.js'

/** Changes smaller than this share of the total are not worth the headline. */
const SAME = 0.005

/** What happened: the total before and after, then the function that changed most. One or two lines. */
export function diffStory(diff: Diff): readonly string[] {
  const { before, after, ratio } = diff.total
  const totals = `total ${valueText(before, diff.unit)} → ${valueText(after, diff.unit)}`
  const first = diff.length === 0 ? null : diff.row(0)
  const isSame = ratio !== null && Math.abs(ratio - 1) < SAME
  if (first === null || (isSame && !isChanged(first))) return [`${totals}, nothing changed`]
  return [`${totals}, ${isSame ? 'about the same' : speedText(diff)}`, causeText(diff, first)]
}

function speedText({ total: { ratio, before, after }, valueTypes }: Diff): string {
  const isTime = valueTypes[0].unit.endsWith('seconds')
  if (ratio === null || before === 0 || after === 0) return after > before ? 'it appeared' : 'it is gone'
  const factor = ratio > 1 ? ratio : 1 / ratio
  const words = isTime ? (ratio > 1 ? 'slower' : 'faster') : ratio > 1 ? 'more' : 'less'
  return factor < 2
    ? `${((factor - 1) * 100).toFixed(1)} % ${words}`
    : `${countText(Number(factor.toPrecision(3)))} times ${words}`
}

function causeText(diff: Diff, row: DiffRow): string {
  const change = `${rowName(diff, row)} ${signed(row.delta, diff.unit)}`
  if (row.status !== 'both') return `${change}, ${row.status}`
  const caller = callerStory(diff, row)
  if (caller !== null) return `${change}; ${caller}`
  const [before, after] = row.calls
  return before === null || after === null || before === after
    ? change
    : `${change}; it was ${calledText(before, after)}`
}

function calledText(before: ExactNumber, after: ExactNumber): string {
  return `called ${countText(before)} ${Number(before) === 1 ? 'time' : 'times'}, now ${countText(after)}`
}

/** What became of the project's function that makes a built-in run: that is where the change was made. */
function callerStory(diff: Diff, row: DiffRow): string | null {
  if (describeFunction(diff.before, row.functionBefore).scope !== 'runtime') return null
  const caller = heaviestProjectCaller(diff.before, row.functionBefore)
  if (caller === null) return null
  for (let index = 0; index < diff.length; index++) {
    const candidate = diff.row(index)
    if (candidate.functionBefore !== caller) continue
    const [before, after] = candidate.calls
    const name = rowName(diff, candidate)
    if (candidate.status === 'gone') {
      return `${name}, which called it, is gone${before === null ? '' : `: ${countText(before)} ${Number(before) === 1 ? 'call' : 'calls'}`}`
    }
    return before === null || after === null || before === after ? null : `${name} was ${calledText(before, after)}`
  }
  return null
}

function heaviestProjectCaller(profile: Profile, callee: FunctionIndex): FunctionIndex | null {
  const graph = callGraph(profile)
  const weights = graph.edges.total[profile.defaultValue] ?? graph.edges.calls
  let heaviest: FunctionIndex | null = null
  let most = 0
  for (const edge of callersOf(graph).of(callee)) {
    const caller = graph.edges.caller[edge]!
    const weight = weights?.values[edge] ?? 0
    if (weight > most && describeFunction(profile, caller).scope === 'project') {
      most = weight
      heaviest = caller
    }
  }
  return heaviest
}

/** Changes of self up to this share of it are what adding in another order does. */
const ROUNDING = 1e-9

/** Whether a row says more than that a number was rounded. */
export function isChanged({ delta, self: [before, after], calls, status }: DiffRow): boolean {
  if (status !== 'both' || calls[0] !== calls[1]) return true
  return Math.abs(delta) > ROUNDING * Math.max(Math.abs(before ?? 0), Math.abs(after ?? 0))
}

/** The name of the function of a row, as it is after the change where it is still there. */
export function rowName(diff: Diff, row: DiffRow): string {
  const isGone = row.functionAfter === NONE
  return briefName(isGone ? shownName(diff.before, row.functionBefore) : shownName(diff.after, row.functionAfter))
}

/** Python's built-ins in fewer characters: `sqlite3.Cursor.execute`, `builtins.len`. */
function briefName(name: string): string {
  const method = /^\{method '(.+)' of '(.+)' objects\}$/.exec(name)
  if (method !== null) return `${method[2]}.${method[1]}`
  return /^\{built-in method (.+)\}$/.exec(name)?.[1] ?? name
}

/** A change with its sign: `+1.20 s`, `-27.50 s`, `0`. */
export function signed(value: number, unit: Diff['unit']): string {
  return value > 0 ? `+${valueText(value, unit)}` : valueText(value, unit)
}
