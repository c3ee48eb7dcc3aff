import { Int32Builder } from '../../src/bytes/columns.js'
import { type Lines, lineBlocks } from '../../src/bytes/lines.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText, encodeText } from '../../src/bytes/text.js'
import { FormatError, quote } from '../../src/errors.js'
import type { ProfileSet } from '../../src/model/profile.js'
import { StringInterner } from '../../src/model/strings.js'
import { NONE } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { assemble } from './assemble.js'
import { type EventLine, eventLine, isRecordLine } from './event-line.js'
import { FileHead } from './file-head.js'
import { type LineIndex, StackFrames } from './stack-frames.js'
import { Threads } from './threads.js'

const TAB = 9
const SPACE = 32
const HASH = 35

/**
 * Reads what `perf script` prints: a sample is a line that says who was seen when, then the lines of its stack, innermost
 * first, then an empty line. Each thread becomes a profile.
 */
export async function readPerfScript(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const reader = new ScriptReader(context)
  for await (const lines of lineBlocks(source, context.allocator)) {
    while (lines.next()) reader.line(lines)
  }
  reader.end()
  if (reader.threads.all.length === 0) {
    throw new FormatError(
      'expected the samples that perf script prints, got none',
      {},
      { hint: 'write the file with perf script -i perf.data > FILE' },
    )
  }
  return assemble(reader, context)
}

/** Each is a value of every sample, so that a file of 1 MB could ask for gigabytes. */
const MOST_EVENTS = 1000

class ScriptReader {
  readonly head = new FileHead()
  readonly frames: StackFrames
  readonly threads: Threads
  readonly events: StringInterner
  readonly #context: ReadContext
  /** The sample whose stack is being read; null between samples. */
  #sample: EventLine | null = null
  /** Entries of `frames`, innermost first. */
  readonly #stack: Int32Builder
  /** The last line of the stack, until it is known whether a place follows it. */
  #pending: LineIndex = NONE

  constructor(context: ReadContext) {
    const { allocator } = context
    this.#context = context
    this.frames = new StackFrames(allocator)
    this.threads = new Threads(allocator)
    this.events = new StringInterner(allocator)
    this.#stack = new Int32Builder(allocator)
  }

  line(lines: Lines): void {
    const { bytes, start, end } = lines
    let from = start
    while (from < end && (bytes[from] === SPACE || bytes[from] === TAB)) from++
    if (from === end) this.end()
    else if (bytes[start] === HASH && this.#sample === null) this.head.add(decodeText(bytes, start + 1, end))
    else if (this.#sample === null || from === start || !this.#stackLine(lines, from)) {
      this.end()
      this.#begin(decodeText(bytes, start, end), lines)
    }
  }

  /** Takes a line below the first one of a sample; false when it is the first line of the next sample. */
  #stackLine(lines: Lines, from: number): boolean {
    const { bytes, start, end } = lines
    // perf itself puts a tab before a frame and two blanks before a place; others make blanks of the tab.
    if (bytes[start] === TAB) this.#frame(lines, from)
    else {
      const text = decodeText(bytes, start, end)
      if (isHeader(text)) return false
      if (isFrame(text)) this.#frame(lines, from)
      else this.#place(lines, from)
    }
    return true
  }

  /** The sample is over. */
  end(): void {
    const sample = this.#sample
    if (sample === null) return
    this.#endFrame(NONE)
    this.#sample = null
    const event = sample.event === null ? NONE : this.events.internText(sample.event)
    if (this.events.length > MOST_EVENTS) throw new FormatError(`expected at most ${MOST_EVENTS} events, got more`)
    this.threads.of(sample).add(sample, event, this.frames, this.#stack)
    this.#stack.length = 0
  }

  #begin(text: string, lines: Lines): void {
    const sample = eventLine(text)
    if (sample === null) {
      this.#context.fault(`expected the first line of a sample, got ${quote(text)}`, lines.place())
      return
    }
    if (isRecordLine(sample)) return
    this.#sample = sample
    // A sample without a stack has its one frame on the same line, and no empty line after it.
    if (!isFrame(sample.rest)) return
    const frame = encodeText(sample.rest)
    this.#pending = this.frames.line(frame, 0, frame.length)
    this.end()
  }

  #frame({ bytes, end }: Lines, from: number): void {
    this.#endFrame(NONE)
    this.#pending = this.frames.line(bytes, from, end)
  }

  #place(lines: Lines, from: number): void {
    if (this.#pending === NONE) return
    this.#endFrame(this.frames.place(lines.bytes, from, lines.end))
  }

  #endFrame(place: number): void {
    if (this.#pending === NONE) return
    const entry = this.frames.entry(this.#pending, place)
    this.#pending = NONE
    if (entry !== -1) this.#stack.push(entry)
  }
}

function isHeader(text: string): boolean {
  return eventLine(text)?.time != null
}

/** An address, then a blank or nothing. */
function isFrame(text: string): boolean {
  return /^\s*[0-9a-f]{1,16}(\s|$)/.test(text)
}
