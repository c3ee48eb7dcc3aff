import { Float64Builder, Int32Builder } from '../bytes/columns.js'
import { type Allocator, limitError } from '../limits.js'
import type { Unit } from '../units.js'
import { FunctionTableBuilder } from './function-table.js'
import { type ExactNumber, NumberBuilder, type NumberColumn } from './numbers.js'
import type { ValueType } from './profile.js'
import { StackIndexer } from './stack-index.js'
import {
  type FrameIndex,
  type FrameTable,
  type FunctionIndex,
  type FunctionTable,
  type LabelSetIndex,
  NO_POSITION,
  NONE,
  type SampleTable,
  type StackIndex,
  type StackTable,
} from './tables.js'
import { TupleIndex } from './tuple-index.js'

/** Which optional columns a source of stacks fills. */
export interface StackShape {
  readonly valueTypes: readonly ValueType[]
  /** Unit of the samples' times; null when samples have none. */
  readonly timeUnit?: Unit | null
  readonly labels?: boolean
  /** The source records spans, so stacks have calls and samples say what continues. */
  readonly spans?: boolean
  /** Nobody asks when samples were or what continues, only what they weigh: neither is kept. */
  readonly weightsOnly?: boolean
  /** Frames have addresses and mappings. */
  readonly addresses?: boolean
  /** Frames can be inlined. */
  readonly inlining?: boolean
}

/**
 * Builds functions, frames, stacks and samples from a source that records stacks. Equal frames and equal stacks get one
 * row: `stack(stack(NONE, main), parse)` twice is the same stack.
 */
export class StackBuilder {
  readonly functions: FunctionTableBuilder
  readonly values: readonly NumberBuilder[]
  readonly calls: NumberBuilder
  readonly #allocator: Allocator
  readonly #shape: StackShape
  // Fields, since every sample asks: Node 20 does not compile a private getter.
  readonly #keepsTimes: boolean
  readonly #keepsSpans: boolean
  readonly #mostSamples: number
  readonly #frameFunction: Int32Builder
  readonly #frameLine: Int32Builder
  readonly #frameColumn: Int32Builder
  readonly #frameInlined: Int32Builder
  readonly #frameMapping: Int32Builder
  /** Low and high half of an address, so that it can be part of the key. */
  readonly #addressLow: Int32Builder
  readonly #addressHigh: Int32Builder
  readonly #frames: TupleIndex
  readonly #frameKey = new Int32Array(7)
  readonly #stacks: StackIndexer
  readonly #depth: Int32Builder
  readonly #sampleStack: Int32Builder
  readonly #time: Float64Builder
  readonly #labels: Int32Builder
  readonly #continued: Int32Builder

  constructor(allocator: Allocator, shape: StackShape, functions = new FunctionTableBuilder(allocator)) {
    const ints = (): Int32Builder => new Int32Builder(allocator)
    this.#allocator = allocator
    this.#shape = shape
    this.#keepsTimes = !shape.weightsOnly && (shape.timeUnit ?? null) !== null
    this.#keepsSpans = !shape.weightsOnly && shape.spans === true
    this.#mostSamples = allocator.limits.samples
    this.functions = functions
    this.values = shape.valueTypes.map(() => new NumberBuilder(allocator))
    this.calls = new NumberBuilder(allocator)
    this.#frameFunction = ints()
    this.#frameLine = ints()
    this.#frameColumn = ints()
    this.#frameInlined = ints()
    this.#frameMapping = ints()
    this.#addressLow = ints()
    this.#addressHigh = ints()
    const key = [this.#frameFunction, this.#frameLine, this.#frameColumn]
    if (shape.inlining || shape.addresses) key.push(this.#frameInlined)
    if (shape.addresses) key.push(this.#frameMapping, this.#addressLow, this.#addressHigh)
    this.#frames = new TupleIndex(allocator, key)
    this.#stacks = new StackIndexer(allocator)
    this.#depth = ints()
    this.#sampleStack = ints()
    this.#time = new Float64Builder(allocator)
    this.#labels = ints()
    this.#continued = ints()
  }

  get sampleCount(): number {
    return this.#sampleStack.length
  }

  get stackCount(): number {
    return this.#stacks.length
  }

  /** A frame: a function at an executing line and column (1-based). */
  frame(
    functionIndex: FunctionIndex,
    line = NO_POSITION,
    column = NO_POSITION,
    more: FrameExtras = NO_EXTRAS,
  ): FrameIndex {
    const key = this.#frameKey
    key[0] = functionIndex
    key[1] = line
    key[2] = column
    key[3] = more.inlined ? 1 : 0
    key[4] = more.mapping ?? NONE
    key[5] = more.addressLow ?? 0
    key[6] = more.addressHigh ?? 0
    const frame = this.#frames.intern(key)
    if (frame === this.#frameFunction.length - 1) this.#allocator.check('frames', frame + 1)
    return frame
  }

  /** The stack that is `parent` plus `frame`; {@link NONE} as parent begins one. */
  stack(parent: StackIndex, frame: FrameIndex): StackIndex {
    const stack = this.#stacks.intern(parent, frame)
    if (stack === this.#depth.length) {
      const depth = parent === NONE ? 1 : this.#depth.values[parent]! + 1
      const limits = this.#allocator.limits
      if (depth > limits['stack-depth']) {
        throw limitError('stack-depth', limits['stack-depth'], `a stack of more than ${limits['stack-depth']} frames`)
      }
      this.#allocator.check('stacks', stack + 1)
      this.#depth.push(depth)
      if (this.#shape.spans) this.calls.push(0)
    }
    return stack
  }

  /** The last frame of a stack. */
  frameOf(stack: StackIndex): FrameIndex {
    return this.#stacks.frame.values[stack]!
  }

  /** Appends a sample; `values` in the order of the value types. */
  sample(stack: StackIndex, values: ArrayLike<ExactNumber>, more: SampleExtras = NO_EXTRAS): void {
    if (this.#sampleStack.length >= this.#mostSamples) this.#allocator.check('samples', this.#sampleStack.length + 1)
    this.#sampleStack.push(stack)
    for (let value = 0; value < this.values.length; value++) this.values[value]!.push(values[value]!)
    if (this.#keepsTimes) this.#time.push(more.time ?? Number.NaN)
    if (this.#shape.labels) this.#labels.push(more.labels ?? 0)
    if (this.#keepsSpans) this.#continued.push(more.continued ?? 0)
  }

  /** `duration`: how long recording went on, in the shape's `timeUnit`. */
  finish(duration: number | null = null): {
    readonly functions: FunctionTable
    readonly frames: FrameTable
    readonly stacks: StackTable
    readonly samples: SampleTable
  } {
    const shape = this.#shape
    const timeUnit = shape.timeUnit ?? null
    return {
      functions: this.functions.finish(),
      frames: {
        length: this.#frameFunction.length,
        function: this.#frameFunction.finish(),
        line: this.#frameLine.finish(),
        column: this.#frameColumn.finish(),
        inlined: shape.inlining ? Uint8Array.from(this.#frameInlined.finish()) : null,
        address: shape.addresses ? this.#addresses() : null,
        mapping: shape.addresses ? this.#frameMapping.finish() : null,
      },
      stacks: {
        ...this.#stacks.finish(),
        calls: shape.spans ? this.calls.finish() : null,
        hits: null,
        deoptReason: null,
        positionTicks: null,
      },
      samples: {
        length: this.#sampleStack.length,
        stack: this.#sampleStack.finish(),
        values: this.values.map((column) => column.finish()),
        time: this.#keepsTimes ? this.#time.finish() : null,
        timeUnit: timeUnit ?? 'none',
        duration,
        labels: shape.labels ? this.#labels.finish() : null,
        continued: this.#keepsSpans ? this.#continued.finish() : null,
      },
    }
  }

  #addresses(): NumberColumn {
    const column = new NumberBuilder(this.#allocator)
    const low = this.#addressLow.values
    const high = this.#addressHigh.values
    for (let frame = 0; frame < this.#addressLow.length; frame++) {
      const wide = (high[frame]! >>> 0) * 2 ** 32 + (low[frame]! >>> 0)
      column.push(Number.isSafeInteger(wide) ? wide : (BigInt(high[frame]! >>> 0) << 32n) | BigInt(low[frame]! >>> 0))
    }
    return column.finish()
  }
}

export interface FrameExtras {
  readonly inlined?: boolean
  readonly mapping?: number
  /** The halves of an address of 64 bits, as integers of 32 bits. */
  readonly addressLow?: number
  readonly addressHigh?: number
}

export interface SampleExtras {
  /** In the shape's `timeUnit`. */
  readonly time?: number
  readonly labels?: LabelSetIndex
  readonly continued?: number
}

const NO_EXTRAS = {}
