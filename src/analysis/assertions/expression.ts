import type { UnitWord } from './quantity.js'
import type { Selector } from './selector.js'

/** Where a part of an expression stands in its text: offsets in UTF-16 units, 0-based, `end` excluded. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What can be asked of functions; of several at once it is their sum, or their number of callers. */
export type Metric =
  | 'calls'
  | 'primitive'
  | 'self'
  | 'total'
  /** Self by calls. */
  | 'percall'
  /** Total by primitive calls. */
  | 'totalpercall'
  | 'selfpct'
  | 'totalpct'
  | 'callers'
  | 'callees'

/** Which functions, or which calls from some to others. */
export type Target =
  | { readonly kind: 'functions'; readonly functions: Selector }
  | { readonly kind: 'edges'; readonly callers: Selector; readonly callees: Selector }

export type Arithmetic = '+' | '-' | '*' | '/'
export type Aggregate = 'min' | 'max' | 'median' | 'mean'
export type Comparator = '<=' | '<' | '>=' | '>' | '==' | '!='

/** A part of an expression that is a number, one for each run unless it is constant. */
export type Term = Span &
  (
    | { readonly kind: 'number'; readonly value: number; readonly unit: UnitWord | null }
    | { readonly kind: 'metric'; readonly metric: Metric; readonly target: Target }
    /** `program`: the profile total. `gc`, `idle`: the time of these rows. */
    | { readonly kind: 'whole'; readonly whole: 'program' | 'gc' | 'idle' }
    /** Calls of the one by calls of the other. */
    | { readonly kind: 'ratio'; readonly of: Selector; readonly by: Selector }
    | { readonly kind: 'negative'; readonly of: Term }
    | { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Term; readonly right: Term }
    /** Over the runs. */
    | { readonly kind: 'aggregate'; readonly aggregate: Aggregate; readonly of: Term }
    /** The value in the base; the difference to it; the difference by it. */
    | { readonly kind: 'base' | 'delta' | 'pct'; readonly of: Term }
  )

export type Comparison = Span & {
  readonly kind: 'comparison'
  readonly operator: Comparator
  readonly left: Term
  readonly right: Term
}

/** A part of an expression that is true or false. */
export type Condition =
  | Comparison
  | (Span &
      (
        | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
        | { readonly kind: 'not'; readonly of: Condition }
        | { readonly kind: 'exists'; readonly target: Target }
        /** Whether it holds in some run, in each run. */
        | { readonly kind: 'any' | 'all'; readonly of: Condition }
      ))

/** A sentence about a profile that holds or does not. */
export interface Assertion {
  readonly text: string
  readonly condition: Condition
}

/** Whether a term is the same whatever the profile is. */
export function isConstant(term: Term): boolean {
  switch (term.kind) {
    case 'number':
      return true
    case 'metric':
    case 'whole':
    case 'ratio':
      return false
    case 'arithmetic':
      return isConstant(term.left) && isConstant(term.right)
    default:
      return isConstant(term.of)
  }
}
