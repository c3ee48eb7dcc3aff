import type { CauseTerm } from '../../analysis/diff/blame/cause-term.js'
import type { Cause } from '../../analysis/diff/blame/causes.js'
import type { Diff } from '../../analysis/diff/diff.js'
import type { Pair } from '../../analysis/diff/side.js'
import { countText, percentText, UNKNOWN, valueText } from '../../render/value-text.js'
import { nameOfRow, signed } from './row-name.js'

/** What one cause did to the total, in pieces for a line or a row of a table. */
export interface CauseText {
  /** `+229.4 ms`, with `±` from several runs. */
  readonly effect: string
  /** `94.7 %` of the change; empty when there is none. */
  readonly share: string
  /** `render → fetch_category: 0.02 → 1 calls per call` */
  readonly what: string
  /** `12 → 500`; empty where nothing is counted. */
  readonly counts: string
  /** `0.9 ms each`: what one call more costs; empty where no calls came or went. */
  readonly each: string
}

export function causeText(diff: Diff, cause: Cause): CauseText {
  const [term] = cause.terms
  const error = cause.error === null || cause.error === 0 ? '' : ` ± ${valueText(1.96 * cause.error, diff.unit)}`
  const more = cause.terms.length > 1 && Math.abs(term!.delta) < 0.9 * Math.abs(cause.delta)
  return {
    effect: `${signed(cause.delta, diff.unit)}${error}`,
    share: cause.share === null ? '' : percentText(cause.share),
    what: `${termText(diff, cause.row, term!)}${more ? ', and more' : ''}`,
    counts: countsText(term!),
    each: eachText(diff, term!),
  }
}

function termText(diff: Diff, row: number, { kind, callee, calls, perCall }: CauseTerm): string {
  const name = nameOfRow(diff, row)
  const other = callee < 0 ? '' : nameOfRow(diff, callee)
  switch (kind) {
    case 'self':
      return `${name} ${costs(diff, row, perCall)}`
    case 'context':
      return perCall[0] === null || perCall[1] === null
        ? `${name} → ${other}: it costs another amount there`
        : `${name} → ${other}: ${valueText(perCall[0], diff.unit)} → ${valueText(perCall[1], diff.unit)} of its own per call`
    case 'entry':
      return `${name}: entered from outside ${rates(calls)} times`
    case 'edge':
      if (!calls[0]) return `${name} → ${other}: new`
      if (!calls[1]) return `${name} → ${other}: gone`
      return `${name} → ${other}: ${rates(perCall)} calls per call`
    case 'recursion':
      return `${name} → ${other}: ${rates(perCall)} calls per entry of the cycle`
  }
}

/** A change of self, by its own numbers. */
function costs({ graph, unit }: Diff, row: number, perCall: Pair<number | null>): string {
  const [before, after] = [graph.self[0][row]!, graph.self[1][row]!]
  if (after === 0 && before > 0) return 'is gone'
  if (before === 0 && after > 0) return 'is new'
  return perCall[0] === null || perCall[1] === null
    ? `itself: ${valueText(before, unit)} → ${valueText(after, unit)}`
    : `itself: ${valueText(perCall[0], unit)} → ${valueText(perCall[1], unit)} per call`
}

/** `0.02 → 1` */
function rates([before, after]: Pair<number | null>): string {
  return `${rateText(before)} → ${rateText(after)}`
}

function rateText(rate: number | null): string {
  if (rate === null) return UNKNOWN
  const rounded = Number(rate.toPrecision(rate >= 1000 ? 6 : rate >= 1 ? 3 : 2))
  return rounded < 1 ? String(rounded) : countText(rounded)
}

function countsText({ kind, calls: [before, after] }: CauseTerm): string {
  if (before === null || after === null) return ''
  if (before === after) return `${countText(after)} ${after === 1 ? 'call' : 'calls'}`
  const counts = `${countText(before)} → ${countText(after)}`
  return kind === 'edge' ? counts : `${counts} calls`
}

function eachText({ unit }: Diff, { kind, calls: [before, after], delta }: CauseTerm): string {
  if (kind !== 'edge' || before === null || after === null || before === after) return ''
  return `${valueText(Math.abs(delta / (after - before)), unit)} each`
}
