import { NO_POSITION } from '../../src/model/tables.js'

/** What a frame of a session says. */
export interface FrameInfo {
  readonly name: string
  readonly file: string | null
  /** 1-based line of the definition; NO_POSITION where unknown. */
  readonly line: number
  /** 1-based executing line; NO_POSITION where unknown. */
  readonly executing: number
}

/**
 * The parts of `name\0file\0line`, with `\x01` before each attribute: `l` the executing line, `c` the class of `self`,
 * `h` hidden. The class is left out: one method has as many of them as there are subclasses. Frames that pyinstrument
 * makes up (`[await]`) are a name alone.
 */
export function frameInfo(text: string): FrameInfo {
  const [identifier = '', ...attributes] = text.split('\x01')
  const [name = '', file = '', line = ''] = identifier.split('\0')
  const executing = attributes.find((attribute) => attribute.startsWith('l'))?.slice(1)
  return { name, file: file === '' ? null : file, line: lineOf(Number(line)), executing: lineOf(Number(executing)) }
}

/** A line as the model has it. */
export function lineOf(line: number): number {
  return Number.isInteger(line) && line >= 1 && line <= 0x7fff_ffff ? line : NO_POSITION
}
