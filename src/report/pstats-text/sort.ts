import { CallcostError, quote } from '../../errors.js'
import { type ExactNumber, exactAt, type NumberColumn } from '../../model/numbers.js'
import type { FunctionIndex } from '../../model/tables.js'
import type { StandardNames } from './standard-names.js'
import { lineOf, type Stats } from './stats.js'

type Field = 'calls' | 'primitive' | 'self' | 'total' | 'file' | 'line' | 'name' | 'standard'

interface SortKey {
  readonly fields: readonly Field[]
  /** Its words in "Ordered by:". */
  readonly text: string
}

const CALLS: SortKey = { fields: ['calls'], text: 'call count' }
const CUMULATIVE: SortKey = { fields: ['total'], text: 'cumulative time' }
const FILE: SortKey = { fields: ['file'], text: 'file name' }
const TIME: SortKey = { fields: ['self'], text: 'internal time' }

/** The keys of Python 3.7 and newer. */
const KEYS: ReadonlyMap<string, SortKey> = new Map([
  ['calls', CALLS],
  ['ncalls', CALLS],
  ['cumtime', CUMULATIVE],
  ['cumulative', CUMULATIVE],
  ['filename', FILE],
  ['line', { fields: ['line'], text: 'line number' }],
  ['module', FILE],
  ['name', { fields: ['name'], text: 'function name' }],
  ['nfl', { fields: ['name', 'file', 'line'], text: 'name/file/line' }],
  ['pcalls', { fields: ['primitive'], text: 'primitive call count' }],
  ['stdname', { fields: ['standard'], text: 'standard name' }],
  ['time', TIME],
  ['tottime', TIME],
])

export const PSTATS_SORT_KEYS: readonly string[] = [...KEYS.keys()]

/** Functions in an order, and the words for it. */
export interface SortedEntries {
  readonly entries: Int32Array
  /** "cumulative time, function name". */
  readonly orderedBy: string
}

/** sort_stats(): by these keys, abbreviated or not; ties stay in the order of the dict. Throws for an unknown key. */
export function sortEntries(stats: Stats, names: StandardNames, words: readonly string[]): SortedEntries {
  const keys = words.map(sortKey)
  const compares = keys.flatMap(({ fields }) => fields).map((field) => comparison(stats, names, field))
  const [first, ...rest] = compares
  if (first === undefined) throw new CallcostError('internal', 'sorting needs a key')
  const compare =
    rest.length === 0
      ? first
      : (a: FunctionIndex, b: FunctionIndex): number => {
          for (const one of compares) {
            const order = one(a, b)
            if (order !== 0) return order
          }
          return 0
        }
  return { entries: sorted(stats, compare), orderedBy: keys.map(({ text }) => text).join(', ') }
}

/** The key that a word means: itself, or the only one it begins. */
function sortKey(word: string): SortKey {
  const found = abbreviations().get(word)
  if (found !== undefined) return found
  const meant = word === '' ? [] : PSTATS_SORT_KEYS.filter((key) => key.startsWith(word))
  const what =
    meant.length > 1 ? `sort key ${quote(word)} can be ${meant.join(' or ')}` : `there is no sort key ${quote(word)}`
  throw new CallcostError('usage', what, { hint: `the keys of pstats are ${PSTATS_SORT_KEYS.join(', ')}` })
}

/**
 * Python's table of abbreviations, with its accidents: of `cumtime` and `cumulative` only the longest common beginning
 * becomes ambiguous, so `cum` is refused and `cu` means cumulative time.
 */
function abbreviations(): Map<string, SortKey> {
  const table = new Map<string, SortKey>()
  const ambiguous = new Set<string>()
  for (const [word, key] of KEYS) {
    for (let length = word.length; length > 0; length--) {
      const fragment = word.slice(0, length)
      if (table.has(fragment)) {
        ambiguous.add(fragment)
        break
      }
      table.set(fragment, key)
    }
  }
  for (const fragment of ambiguous) table.delete(fragment)
  return table
}

type Compare = (a: FunctionIndex, b: FunctionIndex) => number

function comparison(stats: Stats, names: StandardNames, field: Field): Compare {
  const { graph, value } = stats
  switch (field) {
    case 'calls':
      return descending(graph.calls)
    case 'primitive':
      return descending(graph.primitiveCalls ?? graph.calls)
    case 'self':
      return descending(graph.self[value]!)
    case 'total':
      return descending(graph.total[value]!)
    case 'file':
      return (a, b) => names.compareFiles(a, b)
    case 'line':
      return (a, b) => lineOf(stats, a) - lineOf(stats, b)
    case 'name':
      return (a, b) => names.compareNames(a, b)
    case 'standard':
      return (a, b) => names.compare(a, b)
  }
}

function descending(column: NumberColumn | null): Compare {
  if (column === null) return () => 0
  const { values, exact } = column
  if (exact === null) return (a, b) => order(values[b]!, values[a]!)
  return (a, b) => order(exactAt(column, b), exactAt(column, a))
}

/** NaN is neither less nor more than anything, which for Python makes it equal to everything. */
function order(a: ExactNumber, b: ExactNumber): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sorted(stats: Stats, compare: Compare): Int32Array {
  const { graph, value, entries } = stats
  const columns = [graph.calls, graph.primitiveCalls, graph.self[value]!, graph.total[value]!]
  const numbers = columns.every((column) => column === null || !column.values.some(Number.isNaN))
  // With a number that compares equal to everything the result depends on the algorithm. Only the sort of plain arrays
  // takes the steps of Python's (3.11 and newer merge in another order from 64 rows on); otherwise the typed one gives
  // the same, in less memory.
  return numbers ? entries.slice().sort(compare) : Int32Array.from(Array.from(entries).sort(compare))
}
