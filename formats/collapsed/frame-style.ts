import { NO_POSITION } from '../../src/model/tables.js'

/** What the text of a frame says. */
export interface FrameParts {
  readonly name: string
  readonly file: string | null
  /** 1-based executing line. */
  readonly line: number
  readonly inlined: boolean
}

/**
 * How a producer puts places into its frames: `place` as `func (file.py:12)` (py-spy, our own), `colons` as
 * `file.py:func:12` (Python 3.15, austin), `plain` not at all. `hasMarks`: names end in `_[j]` and the like.
 */
export interface FrameStyle {
  readonly form: 'place' | 'colons' | 'plain'
  readonly hasMarks: boolean
}

/** Share of the frames that must have a form before we believe in it. */
const BELIEF = 0.95

/** The same in what we wrote: built-ins have no place, and they can be most of the functions. */
const BELIEF_IN_OURS = 0.1

/** Frames that name no function, in files whose other frames do: threads, processes, `<GC>`. */
const NO_FUNCTION = /^(tid:\d+|P\d+|T\d+(:\d+)?|process \d+:.*|thread \(.*|<[^:]*>|\[.*\]|\(.*\))$/

const PLACE = /^(.*) \(([^()]*?)(?::(\d+))?\)$/s
const COLONS = /^(.*(?:\.py[cwx]?|>)):([^:]+):(\d+)$/s

/** A mark of perf's and async-profiler's; a kernel frame keeps its own: it is another function. */
const MARK = /_\[(.)\]$/s
const KNOWN_MARKS = 'kji01'

/** The style of a file's frames, each text counted once. `isOurs`: callcost wrote them. */
export function frameStyle(texts: Iterable<string>, isOurs = false): FrameStyle {
  let functions = 0
  let places = 0
  let colons = 0
  let marked = 0
  let known = 0
  for (const text of texts) {
    const mark = MARK.exec(text)?.[1]
    if (mark !== undefined) {
      marked++
      if (KNOWN_MARKS.includes(mark)) known++
    }
    if (NO_FUNCTION.test(text)) continue
    functions++
    const bare = mark === undefined ? text : text.slice(0, -4)
    if (isPlace(PLACE.exec(bare))) places++
    else if (COLONS.test(bare)) colons++
  }
  const enough = functions * BELIEF
  const enoughPlaces = isOurs ? functions * BELIEF_IN_OURS : enough
  const form = functions === 0 ? 'plain' : places >= enoughPlaces ? 'place' : colons >= enough ? 'colons' : 'plain'
  return { form, hasMarks: marked > 0 && known >= marked * BELIEF }
}

/** A frame's parts in a style. A frame that does not have the form is a name. */
export function frameParts(text: string, { form, hasMarks }: FrameStyle): FrameParts {
  const mark = hasMarks ? MARK.exec(text)?.[1] : undefined
  const isOurs = mark !== undefined && mark !== 'k' && KNOWN_MARKS.includes(mark)
  const bare = isOurs ? text.slice(0, -4) : text
  const inlined = mark === 'i'
  if (form === 'place') {
    const match = PLACE.exec(bare)
    if (isPlace(match)) return { name: match[1]!, file: match[2]!, line: lineOf(match[3]), inlined }
  } else if (form === 'colons') {
    const match = COLONS.exec(bare)
    if (match !== null) return { name: match[2]!, file: match[1]!, line: lineOf(match[3]), inlined }
  }
  return { name: bare, file: null, line: NO_POSITION, inlined }
}

/** What stands in parentheses is a place when it has a line, or looks like the name of a file. */
function isPlace(match: RegExpExecArray | null): match is RegExpExecArray {
  return match !== null && (match[2] ?? '') !== '' && (match[3] !== undefined || /[./\\]/.test(match[2]!))
}

function lineOf(digits: string | undefined): number {
  const line = digits === undefined ? Number.NaN : Number(digits)
  return line <= 0x7fff_ffff ? line : NO_POSITION
}
