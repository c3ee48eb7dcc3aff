import type { Diff } from '../../analysis/diff/diff.js'
import type { DiffRow } from '../../analysis/diff/diff-row.js'
import { countText, percentText, valueText } from '../../render/value-text.js'
import { causeText } from './cause-text.js'
import { nameOfRow, signed } from './row-name.js'

/** Changes smaller than this share of the total are not worth the headline. */
const SAME = 0.005

/** Causes that a report for people shows. */
const CAUSES = 3
/** Shifts that it shows, and the share of the total that has to have moved. */
const SHIFTS = 2
const WORTH_A_WORD = 0.01

/** What happened to the total: `total 1.42 s → 1.91 s, 34.5 % slower`. */
export function headlineText(diff: Diff): string {
  const { before, after, ratio } = diff.total
  const totals = `total ${valueText(before, diff.unit)} → ${valueText(after, diff.unit)}`
  const isSame = before === after || (ratio !== null && Math.abs(ratio - 1) < SAME)
  if (isSame && !hasChanges(diff)) return `${totals}, nothing changed`
  return `${totals}, ${isSame ? 'about the same' : speedText(diff)}`
}

/** How far the numbers can be trusted; null when nothing changed. */
export function trustText(diff: Diff): string | null {
  const { judgement, runs } = diff
  if (!hasChanges(diff)) return null
  const { verdict, basis, program, samples } = judgement
  if (basis === 'runs' || runs[0] + runs[1] > 2) {
    const ci =
      program.ci === null ? '' : `, 95 % sure between ${changeText(program.ci[0])} and ${changeText(program.ci[1])}`
    const more = program.runsNeeded === null ? '' : `; about ${program.runsNeeded} runs a side would tell`
    return `${verdict} (${runs[0]} and ${runs[1]} runs${ci}${more})`
  }
  if (samples !== null) {
    const source = samples.assumed ? 'the number of samples' : 'the samples and their order'
    return `${verdict} (one profile a side, sampling error from ${source})`
  }
  const counts = diff.graph.calls === null ? 'calls are not counted, times' : 'calls are certain, times'
  return `${verdict} (one run a side: ${counts} only indicate)`
}

function changeText(ratio: number): string {
  return `${ratio >= 1 ? '+' : '-'}${percentText(Math.abs(ratio - 1))}`
}

/** Rows are in the order of their change, so the first one answers unless only calls changed, or nothing did. */
function hasChanges(diff: Diff): boolean {
  for (let index = 0; index < diff.length; index++) if (isChanged(diff.row(index))) return true
  return false
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

/** The causes that are worth a line: at least 1 % of the change, or of the total where that is about the same. */
export function mainCauses(diff: Diff): Diff['causes']['list'] {
  const least = 0.01 * Math.max(Math.abs(diff.total.delta), 0.05 * Math.max(diff.total.before, diff.total.after))
  return diff.causes.list.filter(({ delta }) => Math.abs(delta) >= least).slice(0, CAUSES)
}

/** One line a cause, most important first: `+229.36 ms  94.7 %  render calls fetch once per call, before …`. */
export function causeLines(diff: Diff): string[] {
  const texts = mainCauses(diff).map((cause) => causeText(diff, cause))
  const effects = Math.max(0, ...texts.map(({ effect }) => effect.length))
  const shares = Math.max(0, ...texts.map(({ share }) => share.length))
  return texts.map(({ effect, share, what, counts }) => {
    const tail = counts === '' ? what : `${what} (${counts})`
    return `${effect.padStart(effects)}  ${share.padStart(shares)}  ${tail}`
  })
}

/** Code that moved without a change of cost, a line each; not what is too little to matter. */
export function shiftLines(diff: Diff): string[] {
  const least = WORTH_A_WORD * Math.max(diff.total.before, diff.total.after)
  const lines = diff.shifts
    .filter(({ isNeutral, from }) => isNeutral && movedSelf(diff, from) >= least)
    .map(({ from, to, net }) => {
      const names = (rows: Int32Array): string =>
        Array.from(rows.subarray(0, 3), (row) => nameOfRow(diff, row)).join(' + ')
      return `moved: ${names(from)} → ${names(to)}, net ${signed(net, diff.unit)} (neutral)`
    })
  const more = lines.length - SHIFTS
  return more > 0 ? [...lines.slice(0, SHIFTS), `moved: ${more} more`] : lines
}

/** Where to look, for profiles that count no calls: the way from the top down to the change. */
export function descentText(diff: Diff): string | null {
  const { descent } = diff
  if (descent === null || descent.rows.length < 2) return null
  const names = Array.from(descent.rows, (row) => nameOfRow(diff, row))
  const way = names.length > 5 ? [...names.slice(0, 2), '…', ...names.slice(-2)] : names
  const end =
    descent.label === 'spread'
      ? `spread over ${descent.callees} callees`
      : descent.label === 'self'
        ? 'own code'
        : descent.label
  return `${way.join(' → ')} (${end})`
}

/** What rows cost less than before. */
function movedSelf({ graph: { self } }: Diff, from: Int32Array): number {
  let sum = 0
  for (const row of from) sum += self[0][row]! - self[1][row]!
  return sum
}

/** Changes of self up to this share of it are what adding in another order does. */
const ROUNDING = 1e-9

/** Whether a row says more than that a number was rounded. */
export function isChanged({ delta, self: [before, after], calls, status }: DiffRow): boolean {
  if (status !== 'both' || calls[0] !== calls[1]) return true
  return Math.abs(delta) > ROUNDING * Math.max(Math.abs(before ?? 0), Math.abs(after ?? 0))
}
