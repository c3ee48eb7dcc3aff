import { encodeText } from '../../../src/bytes/text.js'
import { NASTY_NAMES } from '../../support/nasty-list.js'

/** An input that somebody might make to hurt, and what it is read as. */
export interface HostileCase {
  readonly name: string
  readonly bytes: Uint8Array
}

export type CaseList = readonly (readonly [name: string, content: string | Uint8Array])[]

export function casesOf(list: CaseList): HostileCase[] {
  return list.map(([name, content]) => ({ name, bytes: typeof content === 'string' ? encodeText(content) : content }))
}

export function concat(...parts: readonly (string | readonly number[] | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? encodeText(part) : Uint8Array.from(part)))),
  )
}

/** Each byte of the text, as the character of the same number. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** Names that a reader must keep as they are, few enough to be read in a golden. */
export const NAMES: readonly string[] = NASTY_NAMES.filter((name) => name.length < 40 && name !== '')

/** Numbers at the edges of what formats and doubles hold, as JSON writes them. */
export const EDGE_NUMBERS: readonly string[] = [
  '-0',
  '5e-324',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '1e308',
  '1e309',
  '-1',
  '0.1',
]
