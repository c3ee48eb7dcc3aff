import { Int32Builder } from '../../src/bytes/columns.js'
import { type Lines, lineBlocks } from '../../src/bytes/lines.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, quote } from '../../src/errors.js'
import { limitError } from '../../src/limits.js'
import { makeProfile } from '../../src/model/make-profile.js'
import { NumberBuilder } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { StringInterner } from '../../src/model/strings.js'
import { NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'
import { PairIndex } from '../../src/model/tuple-index.js'
import type { ReadContext } from '../codec.js'
import { FileHead } from './file-head.js'
import { framesOf } from './frames.js'
import { endsInInteger, splitLine } from './split-line.js'

const HASH = 35
const SEMICOLON = 59
const BLANKS_AND_HASH = [9, 32, HASH]

/**
 * Reads folded stacks: a line is the frames of a stack, outermost first, with `;` between them, then blanks and what the
 * stack weighs. What a frame's text means is decided at the end, when all of them have been seen.
 */
export async function readCollapsed(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const stacks = new FoldedStacks(context)
  const head = new FileHead()
  /** Whether all lines so far end in two integers. */
  let isDifferential = true
  for await (const lines of lineBlocks(source, context.allocator)) {
    stacks.forgetLine()
    while (lines.next()) {
      const { bytes, start, end } = lines
      if (isComment(bytes, start, end)) {
        if (end > start) head.add(decodeText(bytes, start + 1, end))
        continue
      }
      const split = splitLine(bytes, start, end)
      if (split === null) {
        if (isBlank(bytes, start, end)) continue
        context.fault(`expected a stack and what it weighs, got ${quotedLine(lines)}`, lines.place())
        continue
      }
      if (split.weight < 0) {
        context.fault(`expected a weight of 0 or more, got ${split.weight}`, lines.place())
        continue
      }
      if (isDifferential) isDifferential = endsInInteger(bytes, start, split.stackEnd)
      stacks.add(bytes, start, split.stackEnd)
      stacks.weights.push(split.weight)
    }
  }
  if (stacks.weights.length === 0) {
    throw new FormatError('expected lines such as "main;work 12", got none', { offset: 0 })
  }
  if (isDifferential) {
    throw new FormatError(
      'every line ends in two numbers: these are the differences between two profiles',
      { line: 1 },
      {
        hint:
          'callcost diff BEFORE AFTER reads the two files that this was made from; ' +
          "sed -E 's/[[:space:]]+[0-9]+$//' FILE leaves the first number alone",
      },
    )
  }
  return { profiles: [profileOf(stacks, head, context)], active: 0 }
}

function profileOf(stacks: FoldedStacks, head: FileHead, context: ReadContext): Profile {
  const { functions, strings, frames, style } = framesOf(stacks.texts, head.isOurs, context.allocator)
  return makeProfile({
    source: {
      format: 'collapsed',
      producer: head.producer,
      method: 'sampled',
      language: style.form === 'colons' ? 'python' : null,
      intervalNs: head.intervalNs,
      stacks: head.isInferred ? 'inferred' : 'recorded',
    },
    valueTypes: [head.valueType],
    strings,
    functions,
    frames,
    ...stacks.finish(),
  })
}

/** Stacks over the texts of their frames, and one sample a line. */
class FoldedStacks {
  /** The distinct texts of frames. */
  readonly texts: StringInterner
  readonly weights: NumberBuilder
  readonly #context: ReadContext
  readonly #stacks: PairIndex
  readonly #sampleStack: Int32Builder
  /** The line before: neighbours mostly begin with the same frames, which need not be looked up again. */
  #before: Uint8Array = new Uint8Array(0)
  #beforeStart = 0
  #beforeEnd = 0
  /** Depth in the stack of the line before → where the frame ends, from the line's start, and its stack. */
  readonly #ends: Int32Builder
  readonly #path: Int32Builder

  constructor(context: ReadContext) {
    const { allocator } = context
    this.#context = context
    this.texts = new StringInterner(allocator)
    this.weights = new NumberBuilder(allocator)
    this.#stacks = new PairIndex(allocator)
    this.#sampleStack = new Int32Builder(allocator)
    this.#ends = new Int32Builder(allocator)
    this.#path = new Int32Builder(allocator)
  }

  /** The bytes of the line before are about to change. */
  forgetLine(): void {
    this.#beforeEnd = this.#beforeStart
    this.#ends.length = this.#path.length = 0
  }

  /** Adds a sample of the stack `bytes[start..end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const { allocator } = this.#context
    allocator.check('samples', this.#sampleStack.length + 1)
    // py-spy writes a weight without a stack for a thread that has none.
    if (start === end) {
      this.#sampleStack.push(NONE)
      return
    }
    const depthLimit = allocator.limits['stack-depth']
    this.#keepShared(bytes, start, end)
    let depth = this.#ends.length
    let stack = depth === 0 ? NONE : this.#path.values[depth - 1]!
    let at = depth === 0 ? start : start + this.#ends.values[depth - 1]! + 1
    while (at <= end) {
      let next = at
      while (next < end && bytes[next] !== SEMICOLON) next++
      if (++depth > depthLimit) throw limitError('stack-depth', depthLimit, `a stack of more than ${depthLimit} frames`)
      const known = this.#stacks.length
      stack = this.#stacks.intern(stack, this.texts.intern(bytes, at, next))
      if (stack === known) allocator.check('stacks', known + 1)
      this.#ends.push(next - start)
      this.#path.push(stack)
      at = next + 1
    }
    this.#before = bytes
    this.#beforeStart = start
    this.#beforeEnd = end
    this.#sampleStack.push(stack)
  }

  finish(): { readonly stacks: StackTable; readonly samples: SampleTable } {
    return {
      stacks: {
        length: this.#stacks.length,
        parent: this.#stacks.first.finish(),
        frame: this.#stacks.second.finish(),
        calls: null,
        hits: null,
        deoptReason: null,
        positionTicks: null,
      },
      samples: {
        length: this.#sampleStack.length,
        stack: this.#sampleStack.finish(),
        values: [this.weights.finish()],
        time: null,
        timeUnit: 'none',
        duration: null,
        labels: null,
        continued: null,
      },
    }
  }

  /** Keeps the frames of the line before that this line begins with. */
  #keepShared(bytes: Uint8Array, start: number, end: number): void {
    const before = this.#before
    const from = this.#beforeStart
    const limit = Math.min(this.#beforeEnd - from, end - start)
    let same = 0
    while (same < limit && before[from + same] === bytes[start + same]) same++
    let depth = 0
    // A frame is shared when it ends inside what is the same, or where both stacks end or go on.
    while (depth < this.#ends.length) {
      const frameEnd = this.#ends.values[depth]!
      if (frameEnd > same || (start + frameEnd < end && bytes[start + frameEnd] !== SEMICOLON)) break
      depth++
    }
    this.#ends.length = this.#path.length = depth
  }
}

/** `# interval: 100`, but not `#private;work 12`. */
function isComment(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== HASH || end === start) return end === start
  return end === start + 1 || BLANKS_AND_HASH.includes(bytes[start + 1]!)
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 32 && bytes[at] !== 9) return false
  return true
}

function quotedLine({ bytes, start, end }: Lines): string {
  return quote(decodeText(bytes, start, Math.min(end, start + 300)))
}
