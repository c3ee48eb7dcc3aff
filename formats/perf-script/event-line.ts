import { type ExactNumber, narrow } from '../../src/model/numbers.js'

/** The first line of a sample, as far as it says. Numbers that are not printed are null. */
export interface EventLine {
  readonly command: string
  readonly process: number | null
  readonly thread: number | null
  /** Since the machine started. */
  readonly time: { readonly seconds: number; readonly nanoseconds: number } | null
  /** What the sample weighs, in what its event counts. */
  readonly period: ExactNumber | null
  /** `cycles:u`; null when the file names none. */
  readonly event: string | null
  /** What follows on the line: fields of a tracepoint, or the one frame of a sample without stack; often empty. */
  readonly rest: string
}

/**
 * Characters of a line in which its time must stand: commands have 16 at most. Blanks before a number can be matched in
 * as many ways as there are, so more of them would take long.
 */
const LONGEST_HEAD = 256

/** `comm 12/34 [001] d..2. 5330.045113: …`: the command may have blanks, so the numbers before the time hold it fast. */
const TIMED =
  /^\s*(.*?)\s+(?:(-?\d{1,10})\/)?(-?\d{1,10})\s+(?:\[\d+\]\s+)?(?:(?!\d+\s)[\w.]{4,6}\s+)?(\d{1,12})\.(\d{6,9}):/s

/** `1234 cycles:u: …`: what stands behind the time. */
const EVENT = /^(?:(\d{1,20})\s+)?(\S*?[^\s:]):(?:\s+(.*))?$/s

/** The words of `comm 12/34 [001] 1234 cycles:u:`, where the file has no times. */
const EVENT_WORD = /^([A-Za-z_]\S*?[^\s:]):$/
const PERIOD = /^\d{1,20}$/
const CPU = /^\[\d+\]$/
const IDS = /^(?:(-?\d{1,10})\/)?(-?\d{1,10})$/

/** The parts of a sample's first line; null when the line is none. */
export function eventLine(line: string): EventLine | null {
  const timed = TIMED.exec(line.slice(0, LONGEST_HEAD))
  if (timed !== null && (timed[0].length === line.length || isBlank(line, timed[0].length))) {
    const rest = line.slice(timed[0].length).trimStart()
    const event = EVENT.exec(rest)
    return {
      command: timed[1]!,
      process: numberOf(timed[2]),
      thread: numberOf(timed[3]),
      time: { seconds: Number(timed[4]), nanoseconds: Number(timed[5]!.padEnd(9, '0')) },
      period: exactOf(event?.[1]),
      event: event?.[2] ?? null,
      rest: event === null ? rest.trim() : (event[3] ?? '').trim(),
    }
  }
  return untimedLine(line)
}

/** Takes words off the end, since the command, which comes first, may have blanks. */
function untimedLine(line: string): EventLine | null {
  const words = new LastWords(line)
  const event = EVENT_WORD.exec(words.last)
  if (event === null || isBlank(line, 0)) return null
  words.drop()
  if (words.start < 0) return null
  let period: string | undefined
  // One number alone is the thread's.
  if (words.start > 0 && PERIOD.test(words.last)) {
    const before = new LastWords(line, words.start)
    const isPeriod = before.start > 0 ? CPU.test(before.last) || IDS.test(before.last) : false
    if (isPeriod || !IDS.test(words.last)) {
      period = words.last
      words.drop()
    }
  }
  if (words.start > 0 && CPU.test(words.last)) words.drop()
  const ids = words.start > 0 ? IDS.exec(words.last) : null
  if (ids !== null) words.drop()
  return {
    command: line.slice(0, words.end),
    process: numberOf(ids?.[1]),
    thread: numberOf(ids?.[2]),
    time: null,
    period: exactOf(period),
    event: event[1]!,
    rest: '',
  }
}

/** The words of a line from the last one on. */
class LastWords {
  readonly #line: string
  /** Where the last word begins and ends; the start is -1 when there is none. */
  start = -1
  end: number

  constructor(line: string, end = line.length) {
    this.#line = line
    this.end = end
    this.#find()
  }

  get last(): string {
    return this.start < 0 ? '' : this.#line.slice(this.start, this.end)
  }

  drop(): void {
    this.end = Math.max(0, this.start)
    this.#find()
  }

  #find(): void {
    while (this.end > 0 && isBlank(this.#line, this.end - 1)) this.end--
    let at = this.end
    while (at > 0 && !isBlank(this.#line, at - 1)) at--
    this.start = this.end === 0 ? -1 : at
  }
}

function isBlank(line: string, at: number): boolean {
  const character = line[at]
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

/** Whether the line tells of a task or a mapping and is no sample (`--show-task-events` and the like). */
export function isRecordLine({ event, rest }: EventLine): boolean {
  return (event ?? rest).startsWith('PERF_RECORD_') || rest.startsWith('PERF_RECORD_')
}

/** Digits that a double holds whatever they are. */
const SAFE_DIGITS = 15

/** A number of up to 64 bits. */
function exactOf(digits: string | undefined): ExactNumber | null {
  if (digits === undefined) return null
  return digits.length <= SAFE_DIGITS ? Number(digits) : narrow(BigInt(digits))
}

function numberOf(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits)
}
