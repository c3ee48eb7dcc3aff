import { encodeText } from '../../src/bytes/text.js'
import { FormatError } from '../../src/errors.js'
import type { StringIndex } from '../../src/model/strings.js'
import type { MarshalReader } from './marshal-reader.js'
import { LEAF, TYPE } from './marshal-types.js'

/**
 * The address that stands in the name of a code object, where Python shows one that is not in the file. As long as the
 * addresses of 64-bit Linux are, because columns are as wide as their longest name.
 */
export const CODE_ADDRESS = '0x000000000000'

/** One part of a code object: an object of this sort, or the number of its first line. */
export type CodeField = 'bytes' | 'tuple' | 'text' | 'file' | 'name' | 'line'

/** How a version of Python writes a code object: 4-byte integers, then fields. Nothing in the stream says which. */
export interface CodeLayout {
  readonly integers: number
  readonly fields: readonly CodeField[]
  /** Characters of the name and the file that repr() shows; Python 2 cuts them. */
  readonly shown: { readonly name: number; readonly file: number }
}

const OLD_FIELDS: readonly CodeField[] = [
  'bytes', // byte code
  'tuple', // constants
  'tuple', // names
  'tuple', // variables
  'tuple', // free variables
  'tuple', // cell variables
  'file',
  'name',
  'line',
  'bytes', // line numbers
]

const WHOLE = { name: Number.POSITIVE_INFINITY, file: Number.POSITIVE_INFINITY }

/**
 * All layouts, in the order in which they are tried; the first that fits is kept for the rest of the file. Looking
 * ahead for the type byte of the byte code would not do, because the flags before it can hold the same byte.
 */
export const CODE_LAYOUTS: readonly CodeLayout[] = [
  { integers: 6, fields: OLD_FIELDS, shown: WHOLE }, // 3.8 to 3.10
  {
    integers: 5, // 3.11 and newer
    fields: [
      'bytes', // byte code
      'tuple', // constants
      'tuple', // names
      'tuple', // names of all variables
      'bytes', // kinds of all variables
      'file',
      'name',
      'text', // qualified name
      'line',
      'bytes', // line numbers
      'bytes', // exception table
    ],
    shown: WHOLE,
  },
  { integers: 5, fields: OLD_FIELDS, shown: WHOLE }, // 3.0 to 3.7
  { integers: 4, fields: OLD_FIELDS, shown: { name: 100, file: 300 } }, // 2.x
]

/** Where the parts of a code object that its name is made of stand, and its first line. */
export interface CodeParts {
  file: number
  name: number
  line: number
  layout: CodeLayout
}

/** Whether an object of this type can be that part of a code object. */
export function fitsField(field: CodeField, type: number): boolean {
  // Texts that are referred to count as `t`: which sort they were is not kept.
  const isBytes = type === TYPE.bytes || type === TYPE.interned || type === TYPE.stringRef
  if (field === 'bytes') return isBytes
  if (field === 'tuple') return type === TYPE.tuple || type === TYPE.smallTuple
  return (
    isBytes ||
    type === TYPE.unicode ||
    type === TYPE.ascii ||
    type === TYPE.asciiInterned ||
    type === TYPE.shortAscii ||
    type === TYPE.shortAsciiInterned
  )
}

/** The text that Python shows for a code object: `<code object main at 0x…, file "a.py", line 3>`. */
export function codeText(reader: MarshalReader, parts: CodeParts): StringIndex {
  const { shown } = parts.layout
  const name = textAt(reader, parts.name)
  const file = textAt(reader, parts.file)
  return reader.strings.intern(
    Buffer.concat([
      encodeText('<code object '),
      name.subarray(0, shown.name),
      encodeText(` at ${CODE_ADDRESS}, file "`),
      file.subarray(0, shown.file),
      encodeText(`", line ${parts.line}>`),
    ]),
  )
}

function textAt(reader: MarshalReader, offset: number): Uint8Array {
  reader.cursor.offset = offset
  if (reader.leaf() !== LEAF.text) throw new FormatError('expected a text in a code object', { offset })
  // A copy: the table that it lies in may move when the next text is added.
  return reader.strings.bytes(reader.text).slice()
}
