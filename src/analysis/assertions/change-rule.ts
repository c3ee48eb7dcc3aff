import type { Unit } from '../../units.js'
import { type Kind, kindText } from './quantity.js'
import { Scanner } from './scanner.js'
import { type Selector, takeSelector } from './selector.js'

/** What a rule about a change looks at. */
export type ChangeMetric =
  /** The profile total. */
  | 'program'
  | 'calls'
  | 'self'
  | 'total'
  /** Self by calls. */
  | 'percall'
  /** What one cause of the change explains of it. */
  | 'blame'
  /** What functions that were not there before cost, all together. */
  | 'new'

/** How much worse something may get, as in `self(db.*)>10%`. */
export interface ChangeRule {
  readonly text: string
  readonly metric: ChangeMetric
  /** Null: of any function, and each by itself. */
  readonly functions: Selector | null
  readonly operator: '>' | '>='
  /** A share of what it was before (0.1 for 10 %), or a number with what it measures. */
  readonly limit: ChangeLimit
}

export interface ChangeLimit {
  readonly value: number
  /** `share` for percent. */
  readonly kind: Kind
  /** Of a time; `bytes` or `none` otherwise. `value` is in it. */
  readonly unit: Unit
}

const METRICS: ReadonlyMap<string, ChangeMetric> = new Map([
  ['program', 'program'],
  ['calls', 'calls'],
  ['self', 'self'],
  ['total', 'total'],
  ['cum', 'total'],
  ['percall', 'percall'],
  ['blame', 'blame'],
  ['new', 'new'],
])

const EXAMPLES = "as in 'program>5%', 'calls(db.*)>0' or 'total(render)>20ms'"

/**
 * Reads a rule about a change: `metric ["(" selector ")"] (">" | ">=") number unit?`. A selector is that of assertions.
 * Throws a usage error with the column.
 */
export function parseChangeRule(text: string): ChangeRule {
  const scanner: Scanner = new Scanner(text)
  const start = scanner.at
  const word = scanner.word()
  const metric = word === null ? undefined : METRICS.get(word)
  if (metric === undefined) {
    const hint = `rules are about ${[...METRICS.keys()].join(', ')}, ${EXAMPLES}`
    if (word === null) scanner.expected('what must not get worse', hint)
    scanner.fail(`there is no rule about ${word}`, start, hint)
  }
  const functions = takeFunctions(scanner, metric)
  const operator = scanner.symbol('>', '>=')
  if (operator === null) scanner.expected('> or >= and a limit', EXAMPLES)
  const numberStart = scanner.at
  const number = scanner.number()
  if (number === null) scanner.expected('a number', EXAMPLES)
  if (!scanner.isAtEnd) scanner.expected('the end', EXAMPLES)
  const { value, unit } = number
  const kind = unit?.kind ?? 'number'
  if (metric === 'calls' ? kind !== 'number' && kind !== 'share' : kind === 'number' && value !== 0) {
    const hint = metric === 'calls' ? 'calls are counted: calls>0, calls>10%' : 'write its unit: 5%, 20ms, 1.5s, 2MB'
    scanner.fail(`the limit of ${metric} cannot be ${kindText(kind)}`, numberStart, hint)
  }
  return {
    text,
    metric,
    functions,
    operator: operator as '>' | '>=',
    limit: { value: kind === 'share' ? value / 100 : value * (unit?.factor ?? 1), kind, unit: unit?.unit ?? 'none' },
  }
}

function takeFunctions(scanner: Scanner, metric: ChangeMetric): Selector | null {
  const at = scanner.at
  if (scanner.symbol('(') === null) return null
  if (metric === 'program') scanner.fail('program is about no function', at, 'total(NAME) is the total of one')
  const functions = takeSelector(scanner)
  if (scanner.symbol('->') !== null) {
    scanner.fail(
      'a rule about a change is about functions, not about calls between two',
      at,
      'callcost check has edge()',
    )
  }
  if (scanner.symbol(')') === null) scanner.expected(')')
  return functions
}
