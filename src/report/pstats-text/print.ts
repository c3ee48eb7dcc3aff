import { ByteBuilder } from '../../bytes/columns.js'
import { Allocator } from '../../limits.js'
import { calleesOf, callersOf } from '../../model/adjacency.js'
import type { ExactNumber } from '../../model/numbers.js'
import type { EdgeIndex, FunctionIndex } from '../../model/tables.js'
import { countText, f8, fixed3 } from './python-text.js'
import { type Restriction, restrict } from './restrict.js'
import type { SortedEntries } from './sort.js'
import { appendAscii, type StandardNames } from './standard-names.js'
import { callerCell, callsOf, primitiveCallsOf, type Stats, selfSeconds, topLevel, totalSeconds } from './stats.js'

/** Bytes gathered before they are handed out. */
const PIECE_BYTES = 65_536

const NEWLINE = 0x0a
const BLANK_CELL = ' '.repeat(8)

/** What to print: Stats, their names, the order of the list (null: none asked for, the order of the dict). */
export interface Listing {
  readonly stats: Stats
  readonly names: StandardNames
  readonly order: SortedEntries | null
  readonly restrictions: readonly Restriction[]
}

/** print_stats(). */
export function* printStats(listing: Listing): Generator<Uint8Array> {
  const { stats, names } = listing
  const out = new Pieces()
  for (const line of stats.files) out.bytes(line).end()
  if (stats.files.length > 0) out.end()
  const outermost = topLevel(stats)
  for (let i = 0; i < outermost.length; i++) {
    out.text(' '.repeat(9)).bytes(stats.strings.bytes(stats.functions.name[outermost[i]!]!)).end()
  }
  const { calls, primitiveCalls, time } = stats.totals
  const primitive = calls === primitiveCalls ? '' : `(${countText(primitiveCalls)} primitive calls) `
  out.line(`         ${countText(calls)} function calls ${primitive}in ${fixed3(time)} seconds`).end()

  const entries = printHead(out, listing)
  if (entries === null) return yield* out.rest()
  out.line(
    stats.sampled
      ? ' nsamples  tottime persample cumtime persample filename:lineno(function)'
      : '   ncalls  tottime  percall  cumtime  percall filename:lineno(function)',
  )
  for (let i = 0; i < entries.length; i++) {
    printRow(out, stats, names, entries[i]!)
    if (out.full) yield out.take()
  }
  out.end().end()
  yield* out.rest()
}

/** print_callers(). */
export function* printCallers(listing: Listing): Generator<Uint8Array> {
  yield* printRelated(listing, 'was called by...', '<-', 'caller')
}

/** print_callees(). */
export function* printCallees(listing: Listing): Generator<Uint8Array> {
  yield* printRelated(listing, 'called...', '->', 'callee')
}

/** The lines over a list: its order and what was left out; null when nothing is left, and then Python prints nothing. */
function printHead(out: Pieces, { stats, names, order, restrictions }: Listing): Int32Array | null {
  const all = order === null ? stats.entries : order.entries
  const { entries, messages } = restrict(all, restrictions, names, stats.python2)
  if (entries.length === 0) return null
  out.line(order === null ? '   Random listing order was used' : `   Ordered by: ${order.orderedBy}`)
  for (const message of messages) out.bytes(message).end()
  out.end()
  return entries
}

function printRow(out: Pieces, stats: Stats, names: StandardNames, fn: FunctionIndex): void {
  const calls = callsOf(stats, fn)
  const primitiveCalls = primitiveCallsOf(stats, fn)
  const self = selfSeconds(stats, fn)
  const total = totalSeconds(stats, fn)
  out.text(countsText(calls, primitiveCalls).padStart(9))
  out.text(` ${f8(self)} ${perCall(self, calls)} ${f8(total)} ${perCall(total, primitiveCalls)} `)
  out.name(names, fn).end()
}

function countsText(calls: ExactNumber, primitiveCalls: ExactNumber): string {
  return calls === primitiveCalls ? countText(calls) : `${countText(calls)}/${countText(primitiveCalls)}`
}

function perCall(seconds: number, calls: ExactNumber): string {
  const divisor = Number(calls)
  return divisor === 0 ? BLANK_CELL : f8(seconds / divisor)
}

function* printRelated(
  listing: Listing,
  title: string,
  arrow: string,
  related: 'caller' | 'callee',
): Generator<Uint8Array> {
  const { stats, names } = listing
  const out = new Pieces()
  const entries = printHead(out, listing)
  if (entries === null) return yield* out.rest()
  const width = 2 + widest(names, entries)
  out.line('Function '.padEnd(width) + title)
  if (hasTimes(stats)) out.line(`${' '.repeat(width)}    ncalls  tottime  cumtime`)

  const edgesOf = related === 'caller' ? callersOf(stats.graph) : calleesOf(stats.graph)
  const other = stats.graph.edges[related]
  for (let i = 0; i < entries.length; i++) {
    const fn = entries[i]!
    out
      .name(names, fn)
      .text(' '.repeat(Math.max(0, width - names.width(fn))))
      .text(arrow)
    // A callee without an entry is none: Python finds callees through the callers of entries.
    const edges = edgesOf.of(fn).filter((edge) => related === 'caller' || stats.isEntry[other[edge]!] === 1)
    if (edges.length === 0) out.text(stats.python2 ? '' : ' ').end()
    edges.sort((a, b) => names.compareKeys(other[a]!, other[b]!))
    for (let at = 0; at < edges.length; at++) {
      printItem(out, stats, names, { edge: edges[at]!, fn: other[edges[at]!]!, first: at === 0, width })
    }
    if (out.full) yield out.take()
  }
  out.end().end()
  yield* out.rest()
}

interface Item {
  readonly edge: EdgeIndex
  /** The caller or callee. */
  readonly fn: FunctionIndex
  /** It stands behind the arrow; others on lines of their own. */
  readonly first: boolean
  /** Width of the names on the left. */
  readonly width: number
}

function printItem(out: Pieces, stats: Stats, names: StandardNames, { edge, fn, first, width }: Item): void {
  const { calls, times } = callerCell(stats, edge)
  if (times !== null) {
    out.text(first ? ' ' : ' '.repeat(width + 1))
    out.text(countsText(calls, times.primitiveCalls).padStart(first ? 7 : 9))
    out
      .text(` ${f8(times.self)} ${f8(times.total)}  `)
      .name(names, fn)
      .end()
    return
  }
  // The old style shows the total of the whole related function. Python fails when that has no entry; we leave a blank.
  const total = stats.isEntry[fn] === 1 ? f8(totalSeconds(stats, fn)) : BLANK_CELL
  out
    .text(first ? ' ' : ' '.repeat(width + 3))
    .name(names, fn)
    .text(`(${countRepr(calls, stats.python2)}) ${total}`)
    .end()
}

/** `repr(count)`: Python 2.7 marks integers that do not fit the machine's. */
function countRepr(count: ExactNumber, python2: boolean): string {
  const text = countText(count)
  return python2 && BigInt.asIntN(64, BigInt(text)).toString() !== text ? `${text}L` : text
}

function widest(names: StandardNames, entries: Int32Array): number {
  let width = 0
  for (let i = 0; i < entries.length; i++) width = Math.max(width, names.width(entries[i]!))
  return width
}

/** Whether the first function that has callers knows their times; then a second line of titles is shown. */
function hasTimes(stats: Stats): boolean {
  const callers = callersOf(stats.graph)
  for (let i = 0; i < stats.entries.length; i++) {
    const edges = callers.of(stats.entries[i]!)
    if (edges.length > 0) return callerCell(stats, edges[0]!).times !== null
  }
  return false
}

/** Gathers output and hands it out in pieces. */
class Pieces {
  #builder = new ByteBuilder(new Allocator(), PIECE_BYTES)

  get full(): boolean {
    return this.#builder.length >= PIECE_BYTES
  }

  text(text: string): this {
    appendAscii(this.#builder, text)
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.#builder.append(bytes)
    return this
  }

  name(names: StandardNames, fn: FunctionIndex): this {
    names.append(this.#builder, fn)
    return this
  }

  end(): this {
    this.#builder.push(NEWLINE)
    return this
  }

  line(text: string): this {
    return this.text(text).end()
  }

  take(): Uint8Array {
    const bytes = this.#builder.finish()
    this.#builder = new ByteBuilder(new Allocator(), PIECE_BYTES)
    return bytes
  }

  *rest(): Generator<Uint8Array> {
    if (this.#builder.length > 0) yield this.#builder.finish()
  }
}
