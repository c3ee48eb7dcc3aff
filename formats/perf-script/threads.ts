import { Float64Builder, Int32Builder } from '../../src/bytes/columns.js'
import { type Allocator, limitError } from '../../src/limits.js'
import { NumberBuilder } from '../../src/model/numbers.js'
import { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import { PairIndex, TupleIndex } from '../../src/model/tuple-index.js'
import type { EventLine } from './event-line.js'
import type { StackFrames } from './stack-frames.js'

/** The samples of one thread as they come in. */
export class Thread {
  /** The last one that the thread had: a process begins under the name of the one that started it. */
  command: string
  readonly process: number | null
  readonly thread: number | null
  /** (stack above, frame) → stack. */
  readonly stacks: PairIndex
  readonly sampleStack: Int32Builder
  readonly event: Int32Builder
  /** In what the event counts; NaN where the file has no periods. */
  readonly period: NumberBuilder
  /** In nanoseconds since the machine started: whole seconds and the rest apart. NaN where the file has no times. */
  readonly seconds: Float64Builder
  readonly nanoseconds: Float64Builder
  readonly #allocator: Allocator

  constructor(allocator: Allocator, { command, process, thread }: EventLine) {
    this.#allocator = allocator
    this.command = command
    this.process = process
    this.thread = thread
    this.stacks = new PairIndex(allocator)
    this.sampleStack = new Int32Builder(allocator)
    this.event = new Int32Builder(allocator)
    this.period = new NumberBuilder(allocator)
    this.seconds = new Float64Builder(allocator)
    this.nanoseconds = new Float64Builder(allocator)
  }

  /** A sample: its entries of `frames`, `entries.values[0..length)`, innermost first. */
  add(line: EventLine, event: number, frames: StackFrames, entries: Int32Builder): void {
    const limit = this.#allocator.limits['stack-depth']
    if (entries.length > limit) throw limitError('stack-depth', limit, `a stack of ${entries.length} frames`)
    let stack = NONE
    for (let at = entries.length - 1; at >= 0; at--) stack = frames.stackOf(entries.values[at]!, stack, this.stacks)
    this.#allocator.check('stacks', this.stacks.length)
    this.sampleStack.push(stack)
    this.event.push(event)
    this.period.push(line.period ?? Number.NaN)
    this.seconds.push(line.time?.seconds ?? Number.NaN)
    this.nanoseconds.push(line.time?.nanoseconds ?? Number.NaN)
    this.command = line.command
  }
}

/** The threads of a file, in the order of their first samples. */
export class Threads {
  readonly all: Thread[] = []
  readonly #allocator: Allocator
  readonly #commands: StringInterner
  readonly #index: TupleIndex
  readonly #key = new Int32Array(3)

  constructor(allocator: Allocator) {
    this.#allocator = allocator
    this.#commands = new StringInterner(allocator)
    this.#index = new TupleIndex(allocator, [
      new Int32Builder(allocator),
      new Int32Builder(allocator),
      new Int32Builder(allocator),
    ])
  }

  /** The thread of a sample: by its number, or by its command where the file has no numbers. */
  of(line: EventLine): Thread {
    this.#key[0] = line.process ?? NONE
    this.#key[1] = line.thread ?? NONE
    this.#key[2] = line.thread === null ? this.#commands.internText(line.command) : NONE
    const index = this.#index.intern(this.#key)
    if (index === this.all.length) this.all.push(new Thread(this.#allocator, line))
    return this.all[index]!
  }
}
