/** The first line of a sample, as far as it says. Numbers that are not printed are null. */
export interface EventLine {
  readonly command: string
  readonly process: number | null
  readonly thread: number | null
  /** Since the machine started. */
  readonly time: { readonly seconds: number; readonly nanoseconds: number } | null
  /** What the sample weighs, in what its event counts. */
  readonly period: number | null
  /** `cycles:u`; null when the file names none. */
  readonly event: string | null
  /** What follows on the line: fields of a tracepoint, or the one frame of a sample without stack; often empty. */
  readonly rest: string
}

/** `comm 12/34 [001] d..2. 5330.045113: …`: the command may have blanks, so the numbers before the time hold it fast. */
const TIMED =
  /^\s*(.*?)\s+(?:(-?\d{1,10})\/)?(-?\d{1,10})\s+(?:\[\d+\]\s+)?(?:(?!\d+\s)[\w.]{4,6}\s+)?(\d{1,12})\.(\d{6,9}):(?:\s+(.*))?$/s

/** `1234 cycles:u: …`: what stands behind the time. */
const EVENT = /^(?:(\d{1,18})\s+)?(\S*?[^\s:]):(?:\s+(.*))?$/s

/** `comm 12/34 [001] 1234 cycles:u:` where the file has no times. */
const UNTIMED =
  /^(\S.*?)(?:\s+(?:(-?\d{1,10})\/)?(-?\d{1,10}))?(?:\s+\[\d+\])?(?:\s+(\d{1,18}))?\s+([A-Za-z_][^\s]*?[^\s:]):\s*$/s

/** The parts of a sample's first line; null when the line is none. */
export function eventLine(line: string): EventLine | null {
  const timed = TIMED.exec(line)
  if (timed !== null) {
    const rest = timed[6] ?? ''
    const event = EVENT.exec(rest)
    return {
      command: timed[1]!,
      process: numberOf(timed[2]),
      thread: numberOf(timed[3]),
      time: { seconds: Number(timed[4]), nanoseconds: Number(timed[5]!.padEnd(9, '0')) },
      period: numberOf(event?.[1]),
      event: event?.[2] ?? null,
      rest: event === null ? rest.trim() : (event[3] ?? '').trim(),
    }
  }
  const untimed = UNTIMED.exec(line)
  if (untimed === null) return null
  return {
    command: untimed[1]!,
    process: numberOf(untimed[2]),
    thread: numberOf(untimed[3]),
    time: null,
    period: numberOf(untimed[4]),
    event: untimed[5]!,
    rest: '',
  }
}

/** Whether the line tells of a task or a mapping and is no sample (`--show-task-events` and the like). */
export function isRecordLine({ event, rest }: EventLine): boolean {
  return (event ?? rest).startsWith('PERF_RECORD_') || rest.startsWith('PERF_RECORD_')
}

function numberOf(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits)
}
