import { Int32Builder } from '../../src/bytes/columns.js'
import { FormatError } from '../../src/errors.js'
import type { Allocator } from '../../src/limits.js'
import type { StackBuilder } from '../../src/model/stack-builder.js'
import type { StringIndex, StringInterner } from '../../src/model/strings.js'
import { type FrameIndex, NO_POSITION, NONE, type StackIndex } from '../../src/model/tables.js'
import type { Tables } from './document.js'
import { parseLocation } from './location.js'

/** The type of resources that are binaries. */
const LIBRARY = 1

/** What to mind in the files of one producer. */
export interface Quirks {
  /** Lines of functions are those of their definitions. Python's profiler writes those that were executing first. */
  readonly hasFunctionLines: boolean
  /** Resources of the type "library" are binaries. Python's profiler has its source files there. */
  readonly hasBinaries: boolean
  /** What is added to columns so that they count from 1. */
  readonly columnShift: number
}

/**
 * Turns stacks of the file into stacks of a thread's profile. Tables that threads share are resolved for each thread
 * anew, but only as far as its samples go.
 */
export class StackResolver {
  readonly #strings: StringInterner
  readonly #quirks: Quirks
  readonly #shared: Tables
  readonly #tables: Tables
  readonly #stackFrame: Float64Array
  readonly #prefix: Float64Array | null
  readonly #prefixOffset: Float64Array | null
  readonly #frameCount: number
  /** stack of the file → stack of the builder; NONE until it is needed. */
  readonly #stackOf: Int32Array
  readonly #frameOf: Int32Array
  /** What was resolved for the current builder. */
  readonly #stacksDone: Int32Builder
  readonly #framesDone: Int32Builder
  readonly #path: Int32Builder
  #builder: StackBuilder | null = null

  constructor(tables: Tables, shared: Tables, strings: StringInterner, quirks: Quirks, allocator: Allocator) {
    this.#strings = strings
    this.#quirks = quirks
    this.#shared = shared
    this.#tables = tables
    const stacks = tables.stacks.column('frame') === null ? shared.stacks : tables.stacks
    this.#stackFrame = stacks.column('frame') ?? new Float64Array(0)
    this.#prefix = sameLength(stacks.column('prefix'), this.#stackFrame, 'prefixes')
    this.#prefixOffset = sameLength(stacks.column('prefixOffset'), this.#stackFrame, 'prefixes')
    this.#frameCount = (this.#frames.column('func') ?? this.#frames.column('location'))?.length ?? 0
    this.#stackOf = allocator.int32(this.#stackFrame.length).fill(NONE)
    this.#frameOf = allocator.int32(this.#frameCount).fill(NONE)
    this.#stacksDone = new Int32Builder(allocator)
    this.#framesDone = new Int32Builder(allocator)
    this.#path = new Int32Builder(allocator)
  }

  /** What is resolved from now on goes to this builder. */
  begin(builder: StackBuilder): void {
    this.#builder = builder
    for (let at = 0; at < this.#stacksDone.length; at++) this.#stackOf[this.#stacksDone.values[at]!] = NONE
    for (let at = 0; at < this.#framesDone.length; at++) this.#frameOf[this.#framesDone.values[at]!] = NONE
    this.#stacksDone.length = this.#framesDone.length = 0
  }

  /** The stack of the builder for one of the file; NaN is an empty one. */
  stack(index: number): StackIndex {
    if (Number.isNaN(index)) return NONE
    let row = checked(index, this.#stackFrame.length, 'stack', 'samples.stack')
    this.#path.length = 0
    while (row !== NONE && this.#stackOf[row] === NONE) {
      this.#path.push(row)
      row = this.#parent(row)
    }
    let stack = row === NONE ? NONE : this.#stackOf[row]!
    while (this.#path.length > 0) {
      const at = this.#path.values[--this.#path.length]!
      stack = this.#builder!.stack(
        stack,
        this.#frame(checked(this.#stackFrame[at]!, this.#frameCount, 'frame', `stackTable.frame[${at}]`)),
      )
      this.#stackOf[at] = stack
      this.#stacksDone.push(at)
    }
    return stack
  }

  /** Since version 66 a distance to the row of the parent, 0 for none. Parents come first in either form. */
  #parent(row: number): number {
    let parent = NONE
    if (this.#prefixOffset !== null) parent = this.#prefixOffset[row] === 0 ? NONE : row - this.#prefixOffset[row]!
    else if (this.#prefix !== null && !Number.isNaN(this.#prefix[row]!)) parent = this.#prefix[row]!
    if (parent === NONE || (Number.isInteger(parent) && parent >= 0 && parent < row)) return parent
    throw new FormatError(`expected stack ${row} to continue one before it, got ${parent}`, { path: 'stackTable' })
  }

  #frame(row: number): FrameIndex {
    const known = this.#frameOf[row]!
    if (known !== NONE) return known
    const line = position(this.#frames.column('line')?.[row])
    const column = position(this.#frames.column('column')?.[row], this.#quirks.columnShift)
    const isInlined = (this.#frames.column('inlineDepth')?.[row] ?? 0) > 0
    const frame = this.#builder!.frame(this.#function(row), line, column, { inlined: isInlined })
    this.#frameOf[row] = frame
    this.#framesDone.push(row)
    return frame
  }

  #function(frame: number): number {
    const { functions } = this.#builder!
    const locations = this.#frames.column('location')
    if (locations !== null) {
      const text = this.#text(locations[frame]!, `frameTable.location[${frame}]`)
      const { name, file, line, column } = parseLocation(this.#strings.text(text))
      const fileText = file === null ? NONE : this.#strings.internText(file)
      const isWhole = file === null && line === null
      return functions.intern(
        isWhole ? text : this.#strings.internText(name),
        fileText,
        position(line ?? undefined),
        position(column ?? undefined),
      )
    }
    const funcs = this.#tables.funcs.column('name') === null ? this.#shared.funcs : this.#tables.funcs
    const names = funcs.column('name') ?? new Float64Array(0)
    const func = checked(this.#frames.column('func')![frame]!, names.length, 'function', `frameTable.func[${frame}]`)
    const hasLines = this.#quirks.hasFunctionLines
    return functions.intern(
      this.#text(names[func]!, `funcTable.name[${func}]`),
      this.#fileOf(func, funcs),
      hasLines ? position(funcs.column('lineNumber')?.[func]) : NO_POSITION,
      hasLines ? position(funcs.column('columnNumber')?.[func]) : NO_POSITION,
    )
  }

  /** The source file; where that is not known, the binary. */
  #fileOf(func: number, funcs: Tables['funcs']): StringIndex {
    const fileName = funcs.column('fileName')?.[func] ?? Number.NaN
    if (!Number.isNaN(fileName)) return this.#text(fileName, `funcTable.fileName[${func}]`)
    const source = funcs.column('source')?.[func] ?? Number.NaN
    if (!Number.isNaN(source)) {
      const ownFiles = this.#tables.sources.column('filename')
      const files = ownFiles ?? this.#shared.sources.column('filename') ?? new Float64Array(0)
      const row = checked(source, files.length, 'source', `funcTable.source[${func}]`)
      return this.#text(files[row]!, `sources.filename[${row}]`)
    }
    const resource = this.#quirks.hasBinaries ? (funcs.column('resource')?.[func] ?? NONE) : NONE
    if (Number.isNaN(resource) || resource < 0) return NONE
    const own = this.#tables.resources
    const resources = own.column('name') === null ? this.#shared.resources : own
    const names = resources.column('name') ?? new Float64Array(0)
    const row = checked(resource, names.length, 'resource', `funcTable.resource[${func}]`)
    return resources.column('type')?.[row] === LIBRARY ? this.#text(names[row]!, `resourceTable.name[${row}]`) : NONE
  }

  get #frames(): Tables['frames'] {
    const { frames } = this.#tables
    return frames.column('func') === null && frames.column('location') === null ? this.#shared.frames : frames
  }

  #text(index: number, path: string): StringIndex {
    const own = this.#tables.strings
    const strings = own.length === 0 ? this.#shared.strings : own
    return strings.values[checked(index, strings.length, 'string', path)]!
  }
}

/** Lines and columns count from 1; 0 and null are "unknown". */
function position(value: number | undefined, shift = 0): number {
  if (value === undefined || Number.isNaN(value)) return NO_POSITION
  const shifted = value + shift
  return Number.isInteger(shifted) && shifted > 0 && shifted < 0x7fff_ffff ? shifted : NO_POSITION
}

function checked(index: number, count: number, noun: string, path: string): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index
  const got = Number.isNaN(index) ? 'none' : `${noun} ${index}`
  throw new FormatError(`expected one of ${count} ${noun}s, got ${got}`, { path })
}

function sameLength(column: Float64Array | null, other: Float64Array, noun: string): Float64Array | null {
  if (column === null || column.length === other.length) return column
  throw new FormatError(`expected as many ${noun} as frames of stacks, got ${column.length} and ${other.length}`, {
    path: 'stackTable',
  })
}
