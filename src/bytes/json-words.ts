import { quote } from '../errors.js'
import { READ_EITHER, READ_NUMBER, REFUSE_ARRAY, REFUSE_NUMBER, REFUSE_OBJECT, type ShapeNode } from './json-program.js'
import { encodeText } from './text.js'

/** Path segments that are shown at the beginning and at the end of a path that is longer than both. */
const FIRST_SEGMENTS = 4
const LAST_SEGMENTS = 8

/** The words of the grammar, by their first letters. */
export const LITERALS = { t: encodeText('true'), f: encodeText('false'), n: encodeText('null') }

/** What a node takes: `a number or null`. */
export function expectedWords(node: ShapeNode): string {
  const words: string[] = []
  if (node.numberMode !== REFUSE_NUMBER) {
    words.push(node.numberMode === READ_NUMBER || node.numberMode === READ_EITHER ? 'a number' : 'an integer')
  }
  if (node.takesText) words.push('a string')
  if (node.takesBoolean) words.push('true or false')
  if (node.objectMode !== REFUSE_OBJECT) words.push('an object')
  if (node.arrayMode !== REFUSE_ARRAY) words.push('an array')
  if (node.takesNull) words.push('null')
  return words.join(' or ')
}

/** The value that begins with this byte; null when none does. */
export function valueWords(byte: number): string | null {
  if (byte === 0x22) return 'a string'
  if (byte === 0x7b) return 'an object'
  if (byte === 0x5b) return 'an array'
  if (byte === 0x74) return 'true'
  if (byte === 0x66) return 'false'
  if (byte === 0x6e) return 'null'
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? 'a number' : null
}

export function byteWords(byte: number): string {
  if (byte === 0x22) return 'a quote'
  if (byte > 0x20 && byte < 0x7f) return quote(String.fromCharCode(byte))
  return `the byte 0x${byte.toString(16).padStart(2, '0')}`
}

/** `nodes[3].callFrame`; the middle of a long path is left out. `segment` gives a key or an index, by depth. */
export function pathWords(depth: number, segment: (depth: number) => string | number): string {
  let path = ''
  for (let at = 0; at < depth; at++) {
    if (at === FIRST_SEGMENTS && depth > FIRST_SEGMENTS + LAST_SEGMENTS) {
      at = depth - LAST_SEGMENTS
      path += '…'
    }
    const name = segment(at)
    if (typeof name === 'number') path += `[${name}]`
    else if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name)) path += `[${quote(name)}]`
    else path += path === '' ? name : `.${name}`
  }
  return path
}
