import { CallcostError } from '../../errors.js'
import type { ExactNumber } from '../../model/numbers.js'
import { dimension, type Unit, unitFactor } from '../../units.js'
import { AGGREGATES, ARITHMETIC, holdsFor, isWorse, medianOf, zip } from './arithmetic.js'
import { kindOf } from './check-kinds.js'
import {
  type Assertion,
  type Comparator,
  type Comparison,
  type Condition,
  isConstant,
  type Term,
} from './expression.js'
import { commonKind, type Kind } from './quantity.js'
import type { RunValues } from './run-values.js'

/** Where the values of an assertion come from. */
export interface ValueSources {
  /** Runs of one program; at least one. */
  readonly runs: readonly RunValues[]
  /** What base(), delta() and pct() compare with. */
  readonly base: RunValues | null
  /** Of times, in all runs. */
  readonly unit: Unit
}

/** What one comparison came to. */
export interface Compared {
  readonly comparison: Comparison
  readonly holds: boolean
  /** What was asserted of, and what bounds it: turned round where the text has the limit on the left. */
  readonly subject: Term
  readonly value: ExactNumber
  readonly limit: ExactNumber
  /** As the value stands to the limit. */
  readonly operator: Comparator
  readonly limitTerm: Term
  readonly kind: Kind
  /** The run that the value is of, when it is of one of several. */
  readonly run: RunValues | null
  /** Whether the value is the median of several runs. */
  readonly isMedian: boolean
}

export interface Outcome {
  readonly holds: boolean
  /** The comparison that decided; null for an assertion of what exists. */
  readonly decisive: Compared | null
  /** Comparisons that all must hold for the assertion to hold. */
  readonly required: readonly Compared[]
}

/** Whether an assertion holds. Counts must hold in every run; of times, sizes and shares the median over the runs. */
export function evaluate({ text, condition }: Assertion, sources: ValueSources): Outcome {
  const cost = costKind(sources.runs[0]!.measure.type.unit)
  return new Evaluation(text, cost, sources).condition(condition)
}

/** What the value type of a profile measures, among the kinds of numbers. */
export function costKind(unit: Unit): Kind {
  const kind = dimension(unit)
  return kind === 'none' ? 'number' : kind
}

class Evaluation {
  readonly #text: string
  readonly #cost: Kind
  readonly #sources: ValueSources

  constructor(text: string, cost: Kind, sources: ValueSources) {
    this.#text = text
    this.#cost = cost
    this.#sources = sources
  }

  condition(condition: Condition): Outcome {
    switch (condition.kind) {
      case 'comparison':
        return this.#compare(condition)
      case 'and': {
        const parts = condition.parts.map((part) => this.condition(part))
        const failed = parts.find(({ holds }) => !holds)
        const { decisive } = failed ?? parts.find((part) => part.decisive !== null) ?? parts[0]!
        return { holds: failed === undefined, decisive, required: parts.flatMap(({ required }) => required) }
      }
      case 'or': {
        const parts = condition.parts.map((part) => this.condition(part))
        const held = parts.find(({ holds }) => holds)
        return { holds: held !== undefined, decisive: (held ?? parts[0]!).decisive, required: [] }
      }
      case 'not': {
        const { holds, decisive } = this.condition(condition.of)
        return { holds: !holds, decisive, required: [] }
      }
      case 'exists': {
        const holds = this.#sources.runs.some((run) => run.has(condition.target))
        return { holds, decisive: null, required: [] }
      }
      case 'any':
      case 'all': {
        const each = this.#sources.runs.map((run) =>
          new Evaluation(this.#text, this.#cost, { ...this.#sources, runs: [run] }).condition(condition.of),
        )
        const wanted = condition.kind === 'any'
        const deciding = each.find(({ holds }) => holds === wanted)
        return {
          holds: (deciding !== undefined) === wanted,
          decisive: (deciding ?? each[0]!).decisive,
          required: [],
        }
      }
    }
  }

  #compare(comparison: Comparison): Outcome {
    const isTurned = isConstant(comparison.left) && !isConstant(comparison.right)
    const [subject, limitTerm] = isTurned ? [comparison.right, comparison.left] : [comparison.left, comparison.right]
    const operator = isTurned ? TURNED[comparison.operator] : comparison.operator
    const kinds = [kindOf(this.#text, subject, this.#cost), kindOf(this.#text, limitTerm, this.#cost)] as const
    const kind = commonKind(...kinds) ?? kinds[0]
    let values = this.#values(subject)
    let limits = this.#values(limitTerm)
    const isMedian = kind !== 'count' && values.length > 1
    if (kind !== 'count') {
      values = [medianOf(values)]
      limits = [medianOf(limits)]
    }
    // Of counts, the run that is worst off is shown.
    let worst = 0
    const count = Math.max(values.length, limits.length)
    const at = (list: readonly ExactNumber[], run: number): ExactNumber => list[list.length === 1 ? 0 : run]!
    for (let run = 1; run < count; run++) {
      if (isWorse(operator, at(values, run), at(limits, run), at(values, worst), at(limits, worst))) worst = run
    }
    const value = at(values, worst)
    const limit = at(limits, worst)
    const holds = holdsFor(operator, value, limit)
    const run = count > 1 ? (this.#sources.runs[worst] ?? null) : null
    const compared = { comparison, holds, subject, value, limit, operator, limitTerm, kind, run, isMedian }
    return { holds, decisive: compared, required: [compared] }
  }

  /** One value for each run; a single one when it is the same for all. */
  #values(term: Term): readonly ExactNumber[] {
    const { runs, base, unit } = this.#sources
    switch (term.kind) {
      case 'number':
        return [literalValue(term, unit)]
      case 'metric':
        return runs.map((run) => inRun(run, () => run.metric(term.metric, term.target)))
      case 'whole':
        return runs.map((run) => inRun(run, () => run.whole(term.whole)))
      case 'ratio':
        return runs.map((run) => inRun(run, () => this.#ratio(run, term)))
      case 'negative':
        return this.#values(term.of).map((value) => -value)
      case 'arithmetic':
        return zip(this.#values(term.left), this.#values(term.right), ARITHMETIC[term.operator])
      case 'aggregate':
        return [AGGREGATES[term.aggregate](this.#values(term.of))]
      case 'base':
      case 'delta':
      case 'pct': {
        if (base === null) throw new CallcostError('usage', `${term.kind}() needs --base FILE to compare with`)
        const before = new Evaluation(this.#text, this.#cost, { runs: [base], base, unit }).#values(term.of)
        if (term.kind === 'base') return before
        const change = zip(this.#values(term.of), before, ARITHMETIC['-'])
        return term.kind === 'delta' ? change : zip(change, before, ARITHMETIC['/'])
      }
    }
  }

  #ratio(run: RunValues, { of, by }: Term & { readonly kind: 'ratio' }): ExactNumber {
    const [calls, others] = [of, by].map((functions) => run.metric('calls', { kind: 'functions', functions }))
    return ARITHMETIC['/'](calls!, others!)
  }
}

/** The value of a number as it is written. */
export function literalValue(term: Term & { readonly kind: 'number' }, unit: Unit): number {
  if (term.unit === null) return term.value
  const factor = term.unit.kind === 'time' ? (unitFactor(term.unit.unit, unit) ?? 1) : term.unit.factor
  // 0.07 is nearer to 7 % than 7 * 0.01 is.
  return factor < 1 ? term.value / Math.round(1 / factor) : term.value * factor
}

const TURNED: Readonly<Record<Comparator, Comparator>> = {
  '<=': '>=',
  '<': '>',
  '>=': '<=',
  '>': '<',
  '==': '==',
  '!=': '!=',
}

function inRun<T>(run: RunValues, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (error instanceof CallcostError) error.source ??= run.name
    throw error
  }
}
