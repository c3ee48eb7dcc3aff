import { CallcostError, quote } from '../../errors.js'
import { type Assertion, type Condition, isConstant, type Metric, type Span, type Term } from './expression.js'
import { commonKind, type Kind, kindText, productKind, quotientKind } from './quantity.js'

/** What metrics measure. */
const METRIC_KINDS: Readonly<Record<Metric, Kind>> = {
  calls: 'count',
  primitive: 'count',
  self: 'cost',
  total: 'cost',
  percall: 'cost',
  totalpercall: 'cost',
  selfpct: 'share',
  totalpct: 'share',
  callers: 'count',
  callees: 'count',
}

/**
 * Throws when an assertion compares or adds what does not measure the same: a usage error, or a data error when that
 * depends on the profile. `cost` is what the value type of the profile measures; without a profile anything may do.
 */
export function checkKinds({ text, condition }: Assertion, cost: Kind = 'cost'): void {
  new KindCheck(text, cost).condition(condition)
}

/** What a term measures; the assertion that it is of was checked. */
export function kindOf(text: string, term: Term, cost: Kind): Kind {
  return new KindCheck(text, cost).term(term)
}

class KindCheck {
  readonly #text: string
  readonly #cost: Kind

  constructor(text: string, cost: Kind) {
    this.#text = text
    this.#cost = cost
  }

  condition(condition: Condition): void {
    switch (condition.kind) {
      case 'and':
      case 'or':
        for (const part of condition.parts) this.condition(part)
        return
      case 'not':
      case 'any':
      case 'all':
        this.condition(condition.of)
        return
      case 'exists':
        return
      case 'comparison':
        if (isConstant(condition.left) && isConstant(condition.right)) {
          const written = quote(this.#text.slice(condition.start, condition.end))
          throw new CallcostError('usage', `${written} asks nothing of a profile`)
        }
        this.#common(condition, condition.left, condition.right, 'compares')
    }
  }

  term(term: Term): Kind {
    switch (term.kind) {
      case 'number':
        return term.unit?.kind ?? 'number'
      case 'metric':
        return METRIC_KINDS[term.metric] === 'cost' ? this.#cost : METRIC_KINDS[term.metric]
      case 'whole':
        return this.#cost
      case 'ratio':
        return 'ratio'
      case 'pct':
        this.term(term.of)
        return 'share'
      case 'negative':
      case 'aggregate':
      case 'base':
      case 'delta':
        return this.term(term.of)
      case 'arithmetic':
        return this.#arithmetic(term)
    }
  }

  #arithmetic(term: Term & { readonly kind: 'arithmetic' }): Kind {
    const { operator, left, right } = term
    if (operator === '+' || operator === '-')
      return this.#common(term, left, right, operator === '+' ? 'adds' : 'takes')
    const [a, b] = [this.term(left), this.term(right)]
    const kind = operator === '*' ? productKind(a, b) : quotientKind(a, b)
    const verb = operator === '*' ? 'multiplies' : 'divides'
    return kind ?? this.#fail(term, `it ${verb} ${kindText(a)} by ${kindText(b)}`, a, b)
  }

  #common(span: Span, left: Term, right: Term, verb: 'compares' | 'adds' | 'takes'): Kind {
    const [a, b] = [this.term(left), this.term(right)]
    const kind = commonKind(a, b) ?? zeroKind(left, b) ?? zeroKind(right, a)
    const words = [kindText(a), kindText(b)]
    const what =
      verb === 'takes' ? `takes ${words[1]} from ${words[0]}` : `${verb} ${words[0]} ${WITH[verb]} ${words[1]}`
    return kind ?? this.#fail(span, `it ${what}`, a, b)
  }

  #fail({ start, end }: Span, message: string, a: Kind, b: Kind): never {
    const kinds = [a, b]
    const hint = !kinds.includes('number')
      ? undefined
      : kinds.includes('share')
        ? 'write a share in percent: 2 is 200 %'
        : kinds.includes('time')
          ? 'write a time with its unit: 80us, 20ms, 1.5s'
          : kinds.includes('bytes')
            ? 'write a size with its unit: 512KiB, 20MB'
            : undefined
    const kind = this.#cost === 'cost' ? 'usage' : 'data'
    throw new CallcostError(kind, `${quote(this.#text.slice(start, end))} cannot be: ${message}`, { hint })
  }
}

const WITH = { compares: 'with', adds: 'and' } as const

/** Nothing is nothing in every unit. */
function zeroKind(term: Term, other: Kind): Kind | null {
  return term.kind === 'number' && term.unit === null && term.value === 0 ? other : null
}
