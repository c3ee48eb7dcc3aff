import { NO_POSITION } from '../../src/model/tables.js'

/** What a line of a stack says. */
export interface FrameLine {
  /** Functions, innermost first: several only where a Java agent lists what was inlined. */
  readonly names: readonly string[]
  /** The binary; null when unknown. */
  readonly object: string | null
  readonly inlined: boolean
}

/** `11e8 leaf+0x18 (/srv/app/hot)`, without the blanks in front. */
const FRAME = /^([0-9a-f]{1,16})(?:\s+(.*))?$/s

const OFFSET = /\+0x[0-9a-f]+$/

/** Symbols that a Java agent made up have their inlined callees in one name, outermost first. */
const JAVA_MAP = /perf-\d+\.map$/

/** The parts of a line of a stack, which has no blanks in front; null when it is none. */
export function frameLine(line: string): FrameLine | null {
  const match = FRAME.exec(line.trimEnd())
  if (match === null) return null
  const { symbol, object } = splitObject(match[2] ?? '')
  if (object === 'inlined') return { names: [symbol.replace(OFFSET, '')], object: null, inlined: true }
  const known = object === null || object === '[unknown]' ? null : object
  const name = symbol.replace(OFFSET, '')
  if (name === '' || name === '[unknown]') return { names: [unknownName(known)], object: known, inlined: false }
  const names = known !== null && JAVA_MAP.test(known) && name.includes('->') ? name.split('->').reverse() : [name]
  return { names, object: known, inlined: false }
}

/** `sym+0x1 (/lib/a.so)` → its two parts. A name may have parentheses, and so may the mark of a deleted file. */
function splitObject(text: string): { readonly symbol: string; readonly object: string | null } {
  if (!text.endsWith(')')) return { symbol: text, object: null }
  const end = text.endsWith(' (deleted))') ? text.length - ' (deleted))'.length : text.length
  const open = text.lastIndexOf('(', end - 1)
  if (open > 0 && text[open - 1] !== ' ') return { symbol: text, object: null }
  if (open < 0) return { symbol: text, object: null }
  return { symbol: text.slice(0, Math.max(0, open - 1)), object: text.slice(open + 1, -1) }
}

/** A function without a symbol goes by its binary, as in the scripts that fold stacks. */
function unknownName(object: string | null): string {
  if (object === null) return '[unknown]'
  const base = object.slice(object.lastIndexOf('/') + 1).replace(/ \(deleted\)$/, '')
  return base.startsWith('[') ? base : `[${base}]`
}

/** Where code was executing, as `-F +srcline` prints it below a frame. */
export interface SourceLine {
  readonly file: string | null
  /** 1-based; NO_POSITION where unknown. */
  readonly line: number
  readonly inlined: boolean
}

const SOURCE = /^(.*?):(\d+|\?)(?: \(discriminator \d+\))?$/s

/** The parts of a line below a frame, trimmed: `hot.c:7 (inlined)`, `??:0`, `libc.so.6[891f4]`. */
export function sourceLine(text: string): SourceLine {
  const inlined = text.endsWith(' (inlined)')
  const match = SOURCE.exec(inlined ? text.slice(0, -' (inlined)'.length) : text)
  const line = match === null ? 0 : Number(match[2])
  if (match === null || match[1] === '??' || !(line > 0 && line <= 0x7fff_ffff)) {
    return { file: null, line: NO_POSITION, inlined }
  }
  return { file: match[1]!, line, inlined }
}
