import { quote } from '../../errors.js'
import { checkKinds } from './check-kinds.js'
import type { Aggregate, Arithmetic, Assertion, Comparator, Condition, Metric, Target, Term } from './expression.js'
import { Scanner } from './scanner.js'
import { takeSelector } from './selector.js'

/** Parentheses inside of each other. */
const MAX_DEPTH = 50

/** The names of metrics, other words for them included. */
const METRICS: ReadonlyMap<string, Metric> = new Map([
  ['calls', 'calls'],
  ['primitive', 'primitive'],
  ['self', 'self'],
  ['total', 'total'],
  ['cum', 'total'],
  ['percall', 'percall'],
  ['totalpercall', 'totalpercall'],
  ['selfpct', 'selfpct'],
  ['totalpct', 'totalpct'],
  ['cumpct', 'totalpct'],
  ['callers', 'callers'],
  ['callees', 'callees'],
])

/** What can be said of edges, as `calls(a->b)` or `edge(a->b).calls`. */
const EDGE_METRICS: readonly Metric[] = ['calls', 'self', 'total', 'percall', 'totalpercall']

const AGGREGATES: readonly Aggregate[] = ['min', 'max', 'median', 'mean']
const COMPARED = ['base', 'delta', 'pct'] as const
const WHOLES = ['program', 'gc', 'idle'] as const

const EDGE_HINT = `of an edge there are ${EDGE_METRICS.map((metric) => `.${metric}`).join(', ')}`

const EXAMPLES = 'as in calls(load_rows) <= 12 or total(db.py:fetch_*) < 20ms'

/**
 * Reads an assertion:
 *
 *     condition := both ("or" both)*          both := part ("and" part)*          part := "not" part | comparison
 *     comparison := sum (("<=" | "<" | ">=" | ">" | "==" | "!=") sum)?
 *     sum     := product (("+" | "-") product)*          product := term (("*" | "/") term)*
 *     term    := number unit? | "-" term | "(" condition ")" | "exists" "(" target ")" | ("any" | "all") "(" condition ")"
 *              | metric "(" target ")" | "edge" "(" selector "->" selector ")" "." metric
 *              | "program" | "total" | "gc" | "idle" | "ratio" "(" selector "," selector ")"
 *              | ("min" | "max" | "median" | "mean") "(" sum ")" | ("base" | "delta" | "pct") "(" sum ")"
 *     target  := selector | selector "->" selector
 *
 * What is true or false cannot stand where a number must, and the other way round. Throws a usage error with the column.
 */
export function parseAssertion(text: string): Assertion {
  const scanner = new Scanner(text)
  const condition = new Parser(scanner).whole()
  checkKinds({ text, condition })
  return { text, condition }
}

type Part = Term | Condition

/** Recursive, because the depth is bounded here and the length by the scanner. */
class Parser {
  readonly #scanner: Scanner
  #depth = 0

  constructor(scanner: Scanner) {
    this.#scanner = scanner
  }

  whole(): Condition {
    const part = this.#either()
    if (!this.#scanner.isAtEnd) this.#scanner.expected('and, or or the end')
    return this.#asCondition(part)
  }

  #either(): Part {
    return this.#joined('or', () => this.#joined('and', () => this.#part()))
  }

  #joined(kind: 'and' | 'or', part: () => Part): Part {
    const first = part()
    if (!this.#scanner.isWord(kind)) return first
    const parts = [this.#asCondition(first)]
    do parts.push(this.#asCondition(part()))
    while (this.#scanner.isWord(kind))
    return { kind, parts, start: first.start, end: this.#scanner.end }
  }

  #part(): Part {
    const scanner: Scanner = this.#scanner
    const start = scanner.at
    if (!scanner.isWord('not')) return this.#comparison()
    const of = this.#asCondition(this.#nested(() => this.#part()))
    return { kind: 'not', of, start, end: scanner.end }
  }

  #comparison(): Part {
    const scanner: Scanner = this.#scanner
    const left = this.#sum()
    const operator = this.#operator<Comparator>(['<=', '<', '>=', '>', '==', '!='])
    if (operator === null) return left
    const right = this.#asTerm(this.#sum())
    return { kind: 'comparison', operator, left: this.#asTerm(left), right, start: left.start, end: scanner.end }
  }

  #sum(): Part {
    return this.#chain<Arithmetic>(['+', '-'], () => this.#chain<Arithmetic>(['*', '/'], () => this.#term()))
  }

  #chain<T extends Arithmetic>(operators: readonly T[], operand: () => Part): Part {
    let left = operand()
    for (let operator = this.#operator(operators); operator !== null; operator = this.#operator(operators)) {
      const right = this.#asTerm(operand())
      left = {
        kind: 'arithmetic',
        operator,
        left: this.#asTerm(left),
        right,
        start: left.start,
        end: this.#scanner.end,
      }
    }
    return left
  }

  #operator<T extends string>(operators: readonly T[]): T | null {
    return this.#scanner.symbol(...operators) as T | null
  }

  #term(): Part {
    const scanner: Scanner = this.#scanner
    const start = scanner.at
    const number = scanner.number()
    if (number !== null) return { kind: 'number', ...number, start, end: scanner.end }
    if (scanner.symbol('-') !== null) {
      const of = this.#asTerm(this.#nested(() => this.#term()))
      return { kind: 'negative', of, start, end: scanner.end }
    }
    if (scanner.isNext('(')) return { ...this.#inParentheses(() => this.#either()), start, end: scanner.end }
    const word = scanner.word()
    if (word === null) scanner.expected('a number or a metric', EXAMPLES)
    return this.#named(word, start)
  }

  #named(word: string, start: number): Part {
    const scanner: Scanner = this.#scanner
    const metric = METRICS.get(word)
    const aggregate = AGGREGATES.find((name) => name === word)
    const compared = COMPARED.find((name) => name === word)
    if (word === 'exists') {
      const target = this.#inParentheses(() => this.#target())
      return { kind: 'exists', target, start, end: scanner.end }
    }
    if (word === 'any' || word === 'all') {
      const of = this.#inParentheses(() => this.#asCondition(this.#either()))
      return { kind: word, of, start, end: scanner.end }
    }
    if (word === 'edge') return this.#edge(start)
    if (word === 'ratio') return this.#ratio(start)
    const whole = WHOLES.find((name) => name === word) ?? (word === 'total' ? 'program' : undefined)
    if (whole !== undefined && !(metric !== undefined && scanner.isNext('('))) {
      return { kind: 'whole', whole, start, end: scanner.end }
    }
    if (metric !== undefined) {
      const target = this.#inParentheses(() => this.#target())
      if (target.kind === 'edges' && !EDGE_METRICS.includes(metric)) {
        scanner.fail(`calls from one function to another have no ${word}`, start, EDGE_HINT)
      }
      return { kind: 'metric', metric, target, start, end: scanner.end }
    }
    if (aggregate !== undefined || compared !== undefined) {
      const of = this.#inParentheses(() => this.#asTerm(this.#either()))
      const end = scanner.end
      return compared !== undefined
        ? { kind: compared, of, start, end }
        : { kind: 'aggregate', aggregate: aggregate!, of, start, end }
    }
    const known = [...METRICS.keys(), 'edge', 'ratio', ...WHOLES, 'exists', 'any', 'all', ...AGGREGATES, ...COMPARED]
    return scanner.fail(
      `there is no ${quote(word)}`,
      start,
      scanner.isNext('(')
        ? `there is ${known.join(', ')}`
        : `a function goes inside of what is asked of it: calls(${word}), self(${word}), total(${word})`,
    )
  }

  #ratio(start: number): Term {
    const scanner: Scanner = this.#scanner
    const [of, by] = this.#inParentheses(() => {
      const dividend = takeSelector(scanner, true)
      if (scanner.symbol(',') === null) scanner.expected('a comma', 'as in ratio(fetch_row, handle_request) <= 3')
      return [dividend, takeSelector(scanner)] as const
    })
    return { kind: 'ratio', of, by, start, end: scanner.end }
  }

  #edge(start: number): Term {
    const scanner: Scanner = this.#scanner
    const target = this.#inParentheses(() => this.#target())
    if (target.kind !== 'edges') scanner.fail('expected an edge, as in edge(render->fetch).calls', start)
    if (scanner.symbol('.') === null) scanner.expected('a dot and what of the edge is meant', EDGE_HINT)
    const at = scanner.at
    const metric = METRICS.get(scanner.word() ?? '')
    if (metric === undefined || !EDGE_METRICS.includes(metric)) {
      scanner.fail('expected what of the edge is meant', at, EDGE_HINT)
    }
    return { kind: 'metric', metric, target, start, end: scanner.end }
  }

  #target(): Target {
    const scanner: Scanner = this.#scanner
    const first = takeSelector(scanner)
    if (scanner.symbol('->') === null) return { kind: 'functions', functions: first }
    return { kind: 'edges', callers: first, callees: takeSelector(scanner) }
  }

  #inParentheses<T>(inner: () => T): T {
    const scanner: Scanner = this.#scanner
    if (scanner.symbol('(') === null) scanner.expected('(')
    const result = this.#nested(inner)
    if (scanner.symbol(')') === null) scanner.expected(')')
    return result
  }

  #nested<T>(inner: () => T): T {
    if (this.#depth === MAX_DEPTH) this.#scanner.fail(`more than ${MAX_DEPTH} levels`, this.#scanner.at)
    this.#depth++
    const result = inner()
    this.#depth--
    return result
  }

  #asCondition(part: Part): Condition {
    if (isCondition(part)) return part
    const { text } = this.#scanner
    return this.#scanner.fail(`${text.slice(part.start, part.end)} is compared with nothing`, part.start, EXAMPLES)
  }

  #asTerm(part: Part): Term {
    if (!isCondition(part)) return part
    return this.#scanner.fail('expected a number, got what is true or false', part.start)
  }
}

function isCondition(part: Part): part is Condition {
  switch (part.kind) {
    case 'comparison':
    case 'and':
    case 'or':
    case 'not':
    case 'exists':
    case 'any':
    case 'all':
      return true
    default:
      return false
  }
}
