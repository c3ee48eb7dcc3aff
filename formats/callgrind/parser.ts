import type { Lines } from '../../src/bytes/lines.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, quote } from '../../src/errors.js'
import type { FunctionTableBuilder } from '../../src/model/function-table.js'
import type { ExactNumber } from '../../src/model/numbers.js'
import { type FunctionIndex, NO_POSITION, NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { type NameKind, NameTable } from './name-table.js'
import { blanksEnd, numberOf, wordEnd } from './numbers.js'

/** Gets what a file says, in its order. Arrays of costs are valid during the call. */
export interface CallgrindSink {
  /** The names of the costs, before the first of them; again for each part. */
  events(names: readonly string[]): void
  /** A new block of a function begins. */
  block(): void
  /** What a function itself cost at a line. */
  cost(func: FunctionIndex, line: number, costs: readonly ExactNumber[]): void
  call(caller: FunctionIndex, callee: FunctionIndex, count: ExactNumber, costs: readonly ExactNumber[]): void
  /** Another run of the program was appended. */
  run(): void
}

/** What stands for "no source file". */
const NO_FILE = new Set(['???', '', 'php:internal'])

/** Names in keys → the field that they set. */
const NAME_KEYS: Readonly<Record<string, { readonly kind: NameKind; readonly field: NameField }>> = {
  ob: { kind: 'object', field: 'object' },
  fl: { kind: 'file', field: 'file' },
  fi: { kind: 'file', field: 'inlinedFile' },
  fe: { kind: 'file', field: 'inlinedFile' },
  fn: { kind: 'function', field: 'function' },
  cob: { kind: 'object', field: 'calledObject' },
  cfl: { kind: 'file', field: 'calledFile' },
  cfi: { kind: 'file', field: 'calledFile' },
  cfn: { kind: 'function', field: 'calledFunction' },
}

type NameField = 'object' | 'file' | 'inlinedFile' | 'function' | 'calledObject' | 'calledFile' | 'calledFunction'

/** Keys of jumps: the position that follows one has no costs. Some of them define a name. */
const JUMP_KEYS: Readonly<Record<string, NameKind | null>> = { jump: null, jcnd: null, jfi: 'file', jfn: 'function' }

/** Longest key; `positions` has 9 characters. */
const LONGEST_KEY = 32

/** "No name was given", where {@link NONE} is a name that is not defined. */
const ABSENT = -2

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
  readonly #functions: FunctionTableBuilder
  readonly #sink: CallgrindSink
  readonly #names: NameTable
  readonly #noFile: ReadonlySet<number>
  readonly #current: Record<NameField, number>
  #events: readonly string[] = []
  #costs: ExactNumber[] = []
  #positions = 1
  /** Which position is the line; -1 when none is. */
  #linePosition = 0
  #line = 0
  /** The current function once it is looked up; {@link ABSENT} before. */
  #func: FunctionIndex = ABSENT
  /** A `calls=` line awaits its costs. */
  #isCall = false
  #callCount: ExactNumber = 0

  constructor(context: ReadContext, functions: FunctionTableBuilder, sink: CallgrindSink) {
    this.#context = context
    this.#functions = functions
    this.#sink = sink
    this.#names = new NameTable(context.allocator, functions.strings)
    this.#noFile = new Set([...NO_FILE].map((text) => functions.strings.internText(text)))
    this.#current = {
      object: ABSENT,
      file: ABSENT,
      inlinedFile: ABSENT,
      function: ABSENT,
      calledObject: ABSENT,
      calledFile: ABSENT,
      calledFunction: ABSENT,
    }
  }

  line(lines: Lines): void {
    const { bytes, start, end } = lines
    const first = bytes[start]!
    if (start === end || first === 35) return
    if (first <= 57 && (first >= 48 || first === 42 || first === 43 || first === 45)) {
      this.#costLine(lines)
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
      this.#costs = this.#events.map(() => 0)
      this.#sink.events(this.#events)
    } else if (key === 'positions') {
      const positions = value.split(/\s+/)
      this.#positions = positions.length
      this.#linePosition = positions.indexOf('line')
      this.hasInstructions = positions.includes('instr')
      if (this.#positions > 8) throw new FormatError(`expected positions, got ${quote(value)}`, lines.place())
    } else if (key === 'totals' || key === 'summary') {
      this.hasTotals = true
    } else if (key === 'desc') {
      if (this.descriptions.length < 100) this.descriptions.push(value)
    } else if (this.fields.size < 100 && !this.fields.has(key)) {
      this.fields.set(key, value)
    }
  }

  #named(key: string, at: number, lines: Lines): void {
    const { bytes, end } = lines
    const named = Object.hasOwn(NAME_KEYS, key) ? NAME_KEYS[key] : undefined
    if (named !== undefined) {
      const { name, id } = this.#names.name(named.kind, bytes, at, end)
      if (name === NONE)
        this.#context.fault(`the ${named.kind} (${id}) is not defined before it is used`, lines.place())
      this.#set(named.field, name)
    } else if (key === 'calls') {
      const to = wordEnd(bytes, at, end)
      const count = numberOf(bytes, at, to)
      if (count === null) this.#context.fault(`expected a count of calls, got ${quoted(lines)}`, lines.place())
      this.#isCall = true
      this.#callCount = count ?? Number.NaN
    } else if (Object.hasOwn(JUMP_KEYS, key)) {
      const kind = JUMP_KEYS[key] ?? null
      if (kind !== null) this.#names.name(kind, bytes, at, end)
    } else {
      this.#context.fault(`expected costs or a key, got ${quoted(lines)}`, lines.place())
    }
  }

  #set(field: NameField, name: number): void {
    const current = this.#current
    current[field] = name
    if (field === 'object' || field === 'file' || field === 'function') this.#func = ABSENT
    if (field === 'file' || field === 'function') current.inlinedFile = ABSENT
    if (field === 'function') this.#sink.block()
  }

  #costLine(lines: Lines): void {
    if (this.#events.length === 0) {
      throw new FormatError('expected an "events:" line before the first costs', lines.place())
    }
    const at = this.#readPositions(lines)
    const isSound = at >= 0 && this.#readCosts(lines, at)
    if (this.#isCall) {
      this.#isCall = false
      const callee = this.#callee()
      const caller = this.#function()
      if (!isSound || Number.isNaN(this.#callCount)) return
      if (caller === ABSENT || callee === ABSENT) this.#missing(lines)
      else if (caller !== NONE && callee !== NONE) this.#sink.call(caller, callee, this.#callCount, this.#costs)
      return
    }
    if (!isSound) return
    const func = this.#function()
    if (func === ABSENT) this.#missing(lines)
    else if (func !== NONE) this.#sink.cost(func, this.#line, this.#costs)
  }

  /** Reads the positions of a line; returns where its costs begin, -1 after a fault. */
  #readPositions(lines: Lines): number {
    const { bytes, end } = lines
    let at = lines.start
    for (let position = 0; position < this.#positions; position++) {
      const to = wordEnd(bytes, at, end)
      if (position === this.#linePosition) {
        const line = this.#lineAt(bytes, at, to)
        if (line === null) {
          this.#context.fault(`expected a line number and costs, got ${quoted(lines)}`, lines.place())
          return -1
        }
        this.#line = line
      }
      at = blanksEnd(bytes, to, end)
    }
    return at
  }

  /** A line number, or how far it is from that of the line before: `+3`, `-3`, `*`. */
  #lineAt(bytes: Uint8Array, start: number, end: number): number | null {
    const sign = bytes[start]
    if (sign === 42) return end === start + 1 ? this.#line : null
    const isRelative = sign === 43 || sign === 45
    const value = numberOf(bytes, isRelative ? start + 1 : start, end)
    if (value === null) return null
    return !isRelative ? Number(value) : sign === 43 ? this.#line + Number(value) : this.#line - Number(value)
  }

  #readCosts(lines: Lines, from: number): boolean {
    const { bytes, end } = lines
    const costs = this.#costs
    let at = from
    for (let event = 0; event < costs.length; event++) {
      const to = wordEnd(bytes, at, end)
      // What is left out at the end is zero.
      const cost = to === at ? 0 : numberOf(bytes, at, to)
      if (cost === null) {
        this.#context.fault(`expected a cost, got ${quote(decodeText(bytes, at, to))}`, lines.place())
        return false
      }
      costs[event] = cost
      at = blanksEnd(bytes, to, end)
    }
    if (at === end) return true
    this.#context.fault(`expected at most ${costs.length} costs, got ${quoted(lines)}`, lines.place())
    return false
  }

  #function(): FunctionIndex {
    const { object, file, function: name } = this.#current
    if (this.#func === ABSENT && name !== ABSENT) this.#func = this.#lookUp(name, file, object)
    return this.#func
  }

  /** The function of the pending call; its file and object are those of the caller unless said otherwise. */
  #callee(): FunctionIndex {
    const current = this.#current
    const { calledFunction, calledFile, calledObject, inlinedFile } = current
    current.calledFunction = current.calledFile = current.calledObject = ABSENT
    if (calledFunction === ABSENT) return ABSENT
    const callerFile = inlinedFile === ABSENT ? current.file : inlinedFile
    return this.#lookUp(
      calledFunction,
      calledFile === ABSENT ? callerFile : calledFile,
      calledObject === ABSENT ? current.object : calledObject,
    )
  }

  /** A function without a source file is told from others by its binary. */
  #lookUp(name: number, file: number, object: number): FunctionIndex {
    if (name === NONE) return NONE
    const hasFile = file >= 0 && !this.#noFile.has(file)
    const place = hasFile ? file : object >= 0 && !this.#noFile.has(object) ? object : NONE
    return hasFile ? this.#placed(name, file) : this.#functions.intern(name, place)
  }

  /** yappi and we write `name file:line`, where the line tells functions of one name and file apart. */
  #placed(name: number, file: number): FunctionIndex {
    const { strings } = this.#functions
    const text = strings.bytes(name)
    const path = strings.bytes(file)
    let colon = text.length - 1
    while (colon > 0 && text[colon]! >= 48 && text[colon]! <= 57) colon--
    const start = colon - path.length
    const fits = text[colon] === 58 && colon < text.length - 1 && start > 1 && text[start - 1] === 32
    for (let at = 0; fits && at < path.length; at++) {
      if (text[start + at] !== path[at]) return this.#functions.intern(name, file)
    }
    const line = fits ? numberOf(text, colon + 1, text.length) : null
    if (line === null || line > 0x7fff_ffff) return this.#functions.intern(name, file)
    return this.#functions.intern(strings.intern(text.slice(0, start - 1)), file, Number(line) || NO_POSITION)
  }

  #missing(lines: Lines): void {
    this.#context.fault('expected fn= before the costs of a function', lines.place())
  }

  #newRun(): void {
    for (const field of Object.keys(this.#current) as NameField[]) this.#current[field] = ABSENT
    this.#func = ABSENT
    this.#isCall = false
    this.#sink.run()
  }
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
