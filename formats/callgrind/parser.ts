import type { Lines } from '../../src/bytes/lines.js'
import { decodeText, encodeText } from '../../src/bytes/text.js'
import { FormatError, type Place, quote } from '../../src/errors.js'
import type { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import { type FunctionIndex, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { CostLine, isCostLine } from './cost-line.js'
import {
  ABSENT,
  CALLED_FILE,
  CALLED_FUNCTION,
  CALLED_OBJECT,
  CurrentNames,
  FILE,
  FUNCTION,
  INLINED_FILE,
  OBJECT,
} from './current-names.js'
import { type NameKind, NameTable } from './name-table.js'
import { blanksEnd, numberOf, wordEnd } from './numbers.js'
import { PlainLines } from './plain-lines.js'

/** Gets what a file says, in its order. Arrays of costs are valid during the call. */
export interface CallgrindSink {
  /** The names of the costs, before the first of them; again for each part. */
  events(names: readonly string[], place: Place): void
  /** A new block of a function begins. */
  block(): void
  /** What a function itself cost at a line; or at several, then `line` is the first of them above 0. */
  cost(func: FunctionIndex, line: number, costs: ArrayLike<ExactNumber>): void
  call(caller: FunctionIndex, callee: FunctionIndex, count: ExactNumber, costs: ArrayLike<ExactNumber>): void
  /** Another run of the program was appended. */
  run(): void
}

const EQUALS = 61

/** A key that gives a name: what is named, and which current name it becomes; null where it only defines one. */
interface NamingKey {
  readonly kind: NameKind
  readonly field: number | null
}

const NAMING_KEYS: Readonly<Record<string, NamingKey>> = {
  ob: { kind: 'object', field: OBJECT },
  fl: { kind: 'file', field: FILE },
  fi: { kind: 'file', field: INLINED_FILE },
  fe: { kind: 'file', field: INLINED_FILE },
  fn: { kind: 'function', field: FUNCTION },
  cob: { kind: 'object', field: CALLED_OBJECT },
  cfl: { kind: 'file', field: CALLED_FILE },
  cfi: { kind: 'file', field: CALLED_FILE },
  cfn: { kind: 'function', field: CALLED_FUNCTION },
  // Jumps to other functions: the position that follows has no costs.
  jfi: { kind: 'file', field: null },
  jfn: { kind: 'function', field: null },
}

/** The same by the bytes of the key with its `=`. */
const BY_BYTES = new Map(
  Object.entries(NAMING_KEYS).map(([key, naming]) => [keyCode(encodeText(`${key}=`), 0), naming]),
)

/** Keys of jumps inside a function. */
const JUMP_KEYS = new Set(['jump', 'jcnd'])

const CALLS = encodeText('calls=')

/** Longest key; `positions` has 9 characters. */
const LONGEST_KEY = 32

/** Understands the lines of a callgrind file one by one. */
export class CallgrindParser {
  /** The head's fields: `creator`, `cmd`, `pid`. The first of each. */
  readonly fields = new Map<string, string>()
  /** The head's `desc:` lines. */
  readonly descriptions: string[] = []
  /** The file says its sum, which writers do at its end or after it. */
  hasTotals = false
  hasInstructions = false
  readonly #context: ReadContext
  readonly #sink: CallgrindSink
  readonly #names: NameTable
  readonly #current: CurrentNames
  #events: readonly string[] = []
  readonly #costs: CostLine
  readonly #plain: PlainLines
  /** A `calls=` line awaits its costs. */
  #isCall = false
  #callCount: ExactNumber = 0

  constructor(context: ReadContext, functions: FunctionTableBuilder, sink: CallgrindSink) {
    this.#context = context
    this.#sink = sink
    this.#costs = new CostLine(context)
    this.#names = new NameTable(context.allocator, functions.strings)
    this.#current = new CurrentNames(context.allocator, functions)
    this.#plain = new PlainLines(context.allocator, {
      names: this.#names,
      current: this.#current,
      costs: this.#costs,
      sink,
    })
  }

  /** The lines of a block. */
  block(lines: Lines): void {
    while (lines.next()) {
      this.#line(lines)
      // Costs that are awaited may be missing; and without events there is nothing to read them by.
      if (!this.#isCall && this.#events.length > 0) this.#plain.read(lines)
    }
  }

  #line(lines: Lines): void {
    const { bytes, start, end } = lines
    const first = bytes[start]!
    if (start === end || first === 35) return
    if (isCostLine(first)) {
      this.#costLine(lines)
      return
    }
    const naming = end - start > 3 ? BY_BYTES.get(keyCode(bytes, start)) : undefined
    if (naming !== undefined) {
      this.#name(naming, bytes[start + 2] === EQUALS ? start + 3 : start + 4, lines)
      return
    }
    if (isCalls(bytes, start, end)) {
      this.#calls(start + CALLS.length, lines)
      return
    }
    const keyEnd = keyEndOf(bytes, start, end)
    if (keyEnd < 0) {
      if (blanksEnd(bytes, start, end) === end) return
      if (first === 61) this.#newRun()
      else this.#context.fault(`expected costs or a key, got ${quoted(lines)}`, lines.place())
      return
    }
    const key = decodeText(bytes, start, keyEnd)
    if (bytes[keyEnd] === 58) this.#field(key, decodeText(bytes, keyEnd + 1, end).trim(), lines)
    else this.#named(key, keyEnd + 1, lines)
  }

  /** After the last line. */
  end(lines: Lines | null): void {
    if (this.#isCall) this.#context.fault('the file ends after calls=, before their costs', lines?.place() ?? {})
  }

  #field(key: string, value: string, lines: Lines): void {
    if (key === 'events') {
      this.#events = value === '' ? [] : value.split(/\s+/)
      this.#costs.events = this.#events.length
      this.#sink.events(this.#events, lines.place())
    } else if (key === 'positions') {
      const positions = value.split(/\s+/)
      this.#costs.positions = positions.length
      this.#costs.linePosition = positions.indexOf('line')
      this.hasInstructions = positions.includes('instr')
      if (positions.length > 8) throw new FormatError(`expected positions, got ${quote(value)}`, lines.place())
    } else if (key === 'totals' || key === 'summary') {
      this.hasTotals = true
    } else if (key === 'desc') {
      if (this.descriptions.length < 100) this.descriptions.push(value)
    } else if (this.fields.size < 100 && !this.fields.has(key)) {
      this.fields.set(key, value)
    }
  }

  #named(key: string, at: number, lines: Lines): void {
    const naming = Object.hasOwn(NAMING_KEYS, key) ? NAMING_KEYS[key] : undefined
    if (naming !== undefined) this.#name(naming, at, lines)
    else if (!JUMP_KEYS.has(key)) this.#context.fault(`expected costs or a key, got ${quoted(lines)}`, lines.place())
  }

  #name({ kind, field }: NamingKey, at: number, lines: Lines): void {
    const names = this.#names
    const name = names.name(kind, lines.bytes, at, lines.end)
    if (field === null) return
    if (name === NONE) {
      this.#context.fault(`the ${kind} (${names.id}) is not defined before it is used`, lines.place())
    }
    this.#current.set(field, name)
    if (field === FUNCTION) this.#sink.block()
  }

  #calls(at: number, lines: Lines): void {
    const { bytes, end } = lines
    const count = numberOf(bytes, at, wordEnd(bytes, at, end))
    if (count === null) this.#context.fault(`expected a count of calls, got ${quoted(lines)}`, lines.place())
    this.#isCall = true
    this.#callCount = count ?? Number.NaN
  }

  #costLine(lines: Lines): void {
    if (this.#events.length === 0) {
      throw new FormatError('expected an "events:" line before the first costs', lines.place())
    }
    const costs = this.#costs
    const isSound = costs.read(lines)
    if (this.#isCall) {
      this.#isCall = false
      const callee = this.#current.callee()
      const caller = this.#current.func()
      if (!isSound || Number.isNaN(this.#callCount)) return
      if (caller === ABSENT || callee === ABSENT) this.#missing(lines)
      else if (caller !== NONE && callee !== NONE) this.#sink.call(caller, callee, this.#callCount, costs.costs)
      return
    }
    // Looked up also when the line is at fault, as PlainLines does: that numbers the functions.
    const func = this.#current.func()
    if (!isSound) return
    if (func === ABSENT) this.#missing(lines)
    else if (func !== NONE) this.#sink.cost(func, costs.line, costs.costs)
  }

  #missing(lines: Lines): void {
    this.#context.fault('expected fn= before the costs of a function', lines.place())
  }

  #newRun(): void {
    this.#current.clear()
    this.#isCall = false
    this.#sink.run()
  }
}

/** The bytes of a key of two or three letters and the `=` behind it, as one number; 0 when it is longer. */
function keyCode(bytes: Uint8Array, at: number): number {
  const code = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  if (bytes[at + 2] === EQUALS) return code
  return bytes[at + 3] === EQUALS ? code | (EQUALS << 24) : 0
}

function isCalls(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < CALLS.length) return false
  for (let at = 0; at < CALLS.length; at++) if (bytes[start + at] !== CALLS[at]) return false
  return true
}

/** Where the key of a line ends, at its `=` or `:`; -1 when it has none. */
function keyEndOf(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + LONGEST_KEY)
  for (let at = start; at < last; at++) {
    const byte = bytes[at]!
    if (byte === 61 || byte === 58) return at > start ? at : -1
    const isLetter = (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 45 || byte === 95
    if (!isLetter) return -1
  }
  return -1
}

function quoted({ bytes, start, end }: Lines): string {
  return quote(decodeText(bytes, start, Math.min(end, start + 300)))
}
