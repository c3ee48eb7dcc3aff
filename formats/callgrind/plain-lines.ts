import type { Lines } from '../../src/bytes/lines.js'
import { wordOf } from '../../src/bytes/words.js'
import type { Allocator } from '../../src/limits.js'
import { NONE } from '../../src/model/tables.js'
import { type CostLine, isCostLine, MOST_LINES } from './cost-line.js'
import {
  CALLED_FILE,
  CALLED_FUNCTION,
  CALLED_OBJECT,
  type CurrentNames,
  FILE,
  FUNCTION,
  INLINED_FILE,
  OBJECT,
} from './current-names.js'
import type { NameKind, NameTable } from './name-table.js'
import type { CallgrindSink } from './parser.js'

const LF = 10
const CR = 13
const SPACE = 32
const OPEN = 40
const CLOSE = 41
const ZERO = 48
const EQUALS = 61
const S = 115

/** Bytes after `calls=` and its count: the position of the callee, which nobody needs. */
const MOST_POSITION = 32

/** Bytes of a name that is given to a number. */
const MOST_NAME = 100

/** Longer than any line that is read here, unless it is one of costs: see {@link CostLine.longestShort}. */
const MOST_BYTES = 128

/** The first four bytes of a line. */
const FL = wordOf('fl=(')
const FN = wordOf('fn=(')
const FI = wordOf('fi=(')
const FE = wordOf('fe=(')
const OB = wordOf('ob=(')
const CFN = wordOf('cfn=')
const CFI = wordOf('cfi=')
const CFL = wordOf('cfl=')
const COB = wordOf('cob=')
const CALL = wordOf('call')

interface Parts {
  readonly names: NameTable
  readonly current: CurrentNames
  readonly costs: CostLine
  readonly sink: CallgrindSink
}

/**
 * Reads the lines that make up nearly all of a file, many at a time and four bytes at a time: short costs, names by
 * numbers that are known, calls with their costs. At the first that is anything else it leaves off: CallgrindParser
 * reads every line there is, to the same effect.
 */
export class PlainLines {
  readonly #names: NameTable
  readonly #current: CurrentNames
  readonly #costs: CostLine
  readonly #sink: CallgrindSink
  /** Bytes that a line may have at most. */
  readonly #longest: number
  /** Lines that {@link #call} and {@link #own} read last. */
  #read = 0
  /** Where the number ends that {@link #short} read last. */
  #end = 0

  constructor(allocator: Allocator, { names, current, costs, sink }: Parts) {
    this.#names = names
    this.#current = current
    this.#costs = costs
    this.#sink = sink
    this.#longest = allocator.limits.text
  }

  /** Reads lines after the one that `lines` is at, and goes past them. No call may await its costs. */
  read(lines: Lines): void {
    const { bytes, words, nextStart, blockEnd } = lines
    const most = Math.max(MOST_BYTES, this.#costs.longestShort)
    // So far from its end that no line read here gets there.
    const last = Math.min(blockEnd, words.byteLength) - 2 * most
    let at = nextStart
    let count = 0
    while (at < last) {
      const first = bytes[at]!
      let next = NONE
      this.#read = 1
      if (isCostLine(first)) next = this.#own(lines, at, last)
      else if (first === LF) next = at + 1
      else if (this.#longest >= most) {
        const word = words.getInt32(at, true)
        next = word === CALL ? this.#call(bytes, words, at, last) : this.#name(bytes, word, at)
      }
      if (next < 0) break
      count += this.#read
      at = next
    }
    if (count > 0) lines.skip(count, at)
  }

  /** The costs of the current function from `at` on. Returns where the line after them begins, -1: not read. */
  #own({ bytes, words, blockEnd }: Lines, at: number, last: number): number {
    const costs = this.#costs
    const func = this.#current.func()
    if (func < 0) return NONE
    let next = at
    if (costs.hasShort && this.#longest >= costs.longestShort) next = costs.readShortRun(words, at, last, MOST_LINES)
    if (next === at) next = costs.readRun(bytes, at, blockEnd, this.#longest)
    if (next === at) return NONE
    this.#sink.cost(func, costs.firstLine, costs.sums)
    this.#read = costs.lineCount
    return next
  }

  #name(bytes: Uint8Array, word: number, at: number): number {
    switch (word) {
      case FN:
        return this.#known(bytes, at + 3, 'function', FUNCTION)
      case FL:
        return this.#known(bytes, at + 3, 'file', FILE)
      case FI:
      case FE:
        return this.#known(bytes, at + 3, 'file', INLINED_FILE)
      case OB:
        return this.#known(bytes, at + 3, 'object', OBJECT)
      case CFN:
        return this.#known(bytes, at + 4, 'function', CALLED_FUNCTION)
      case CFI:
      case CFL:
        return this.#known(bytes, at + 4, 'file', CALLED_FILE)
      case COB:
        return this.#known(bytes, at + 4, 'object', CALLED_OBJECT)
      default:
        return NONE
    }
  }

  /** A name by its number between parentheses, the first of which is at `open`, or one that is given to a number. */
  #known(bytes: Uint8Array, open: number, kind: NameKind, field: number): number {
    if (bytes[open] !== OPEN) return NONE
    const id = this.#short(bytes, open + 1)
    let end = this.#end
    if (id < 0 || bytes[end] !== CLOSE) return NONE
    let name = NONE
    if (bytes[++end] === LF) name = this.#names.known(kind, id)
    else if (bytes[end] === SPACE) {
      end = lineEnd(bytes, end)
      if (end >= 0) name = this.#names.name(kind, bytes, open, end)
    }
    if (name === NONE) return NONE
    this.#current.set(field, name)
    if (field === FUNCTION) this.#sink.block()
    return end + 1
  }

  /** `calls=COUNT POSITION` and the line of costs after it. */
  #call(bytes: Uint8Array, words: DataView, start: number, last: number): number {
    const costs = this.#costs
    const current = this.#current
    if (bytes[start + 4] !== S || bytes[start + 5] !== EQUALS || !costs.hasShort || !current.hasCall) return NONE
    const count = this.#short(bytes, start + 6)
    let at = this.#end
    if (count < 0 || bytes[at] !== SPACE) return NONE
    const most = at + MOST_POSITION
    while (at < most && bytes[at] !== LF) at++
    if (at === most || at + 1 >= last) return NONE
    const next = costs.readShortRun(words, at + 1, last, 1)
    if (next === at + 1) return NONE
    // In the order in which CallgrindParser looks them up, which numbers the functions.
    const callee = current.callee()
    this.#sink.call(current.func(), callee, count, costs.sums)
    this.#read = 2
    return next
  }

  /** The number of one to eight digits at `start`; -1 where there is none, or a longer one. It ends at `#end`. */
  #short(bytes: Uint8Array, start: number): number {
    let value = 0
    let at = start
    for (let digit = bytes[at]! ^ ZERO; digit <= 9; digit = bytes[++at]! ^ ZERO)
      value = (Math.imul(value, 10) + digit) | 0
    this.#end = at
    return at === start || at - start > 8 ? -1 : value
  }
}

/** Where the line ends that `at` is in; -1 when that is far, or it ends in two bytes. */
function lineEnd(bytes: Uint8Array, at: number): number {
  const most = at + MOST_NAME
  while (at < most && bytes[at] !== LF) at++
  return at < most && bytes[at - 1] !== CR ? at : NONE
}
