import { CallcostError, quote } from '../../errors.js'
import { closestNames } from '../closest-names.js'
import type { Assertion, Condition, Target, Term } from './expression.js'
import type { RunValues } from './run-values.js'
import type { Selector } from './selector.js'

/** What a term asks something of, in the order of the text. */
export function targetsOf(term: Term): Target[] {
  switch (term.kind) {
    case 'number':
    case 'whole':
      return []
    case 'metric':
      return [term.target]
    case 'ratio':
      return [term.of, term.by].map((functions) => ({ kind: 'functions', functions }))
    case 'arithmetic':
      return [...targetsOf(term.left), ...targetsOf(term.right)]
    default:
      return targetsOf(term.of)
  }
}

/**
 * Throws a data error when a name of an assertion matches nothing in any of the runs: a function that was renamed must
 * not make a gate pass. What only exists() or base() asks for may be missing, that of base() if the base has it.
 */
export function refuseMissing(assertion: Assertion, runs: readonly RunValues[], base: RunValues | null): void {
  for (const { selector, inBase } of selectorsOf(assertion.condition)) {
    const candidates = inBase && base !== null ? [...runs, base] : runs
    if (candidates.some((run) => run.functions(selector).length > 0)) continue
    const { text } = selector
    const names = selector.kind === 'name' ? closestNames(runs[0]!.measure.profile, text, 3) : []
    const close = names.length === 0 ? '' : `close to it: ${names.map((name) => quote(name)).join(', ')}; `
    const where = assertion.text === text ? '' : ` in ${quote(assertion.text)}`
    throw new CallcostError('data', `no function matches ${quote(text)}${where}`, {
      hint: `${close}what may be missing goes with exists() or --allow-missing`,
    })
  }
}

interface Wanted {
  readonly selector: Selector
  readonly inBase: boolean
}

function selectorsOf(condition: Condition): Wanted[] {
  switch (condition.kind) {
    case 'exists':
      return []
    case 'and':
    case 'or':
      return condition.parts.flatMap(selectorsOf)
    case 'comparison':
      return [...selectorsIn(condition.left, false), ...selectorsIn(condition.right, false)]
    default:
      return selectorsOf(condition.of)
  }
}

function selectorsIn(term: Term, inBase: boolean): Wanted[] {
  switch (term.kind) {
    case 'arithmetic':
      return [...selectorsIn(term.left, inBase), ...selectorsIn(term.right, inBase)]
    case 'base':
      return selectorsIn(term.of, true)
    case 'negative':
    case 'aggregate':
    case 'delta':
    case 'pct':
      return selectorsIn(term.of, inBase)
    default:
      return targetsOf(term).flatMap((target) =>
        target.kind === 'functions'
          ? [{ selector: target.functions, inBase }]
          : [
              { selector: target.callers, inBase },
              { selector: target.callees, inBase },
            ],
      )
  }
}
