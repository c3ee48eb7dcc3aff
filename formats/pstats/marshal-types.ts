/**
 * The type bytes of Python's marshal format, in versions 0 to 6 (Python/marshal.c). The high bit of a type byte is a
 * flag: the object takes the next index of the reference table, where `r` finds it.
 */
export const TYPE = {
  null: 0x30, // '0'
  none: 0x4e, // 'N'
  stopIteration: 0x53, // 'S'
  ellipsis: 0x2e, // '.'
  false: 0x46, // 'F'
  true: 0x54, // 'T'
  int32: 0x69, // 'i'
  int64: 0x49, // 'I'
  long: 0x6c, // 'l'
  floatText: 0x66, // 'f'
  float: 0x67, // 'g'
  complexText: 0x78, // 'x'
  complex: 0x79, // 'y'
  bytes: 0x73, // 's'; the str of Python 2
  interned: 0x74, // 't'
  stringRef: 0x52, // 'R'; Python 2 only
  unicode: 0x75, // 'u'
  ascii: 0x61, // 'a'
  asciiInterned: 0x41, // 'A'
  shortAscii: 0x7a, // 'z'
  shortAsciiInterned: 0x5a, // 'Z'
  tuple: 0x28, // '('
  smallTuple: 0x29, // ')'
  list: 0x5b, // '['
  set: 0x3c, // '<'
  frozenset: 0x3e, // '>'
  dict: 0x7b, // '{'
  frozendict: 0x7d, // '}'
  slice: 0x3a, // ':'
  code: 0x63, // 'c'
  ref: 0x72, // 'r'
  unknown: 0x3f, // '?'; the writer met something that it could not write
} as const

export const FLAG_REF = 0x80
export const TYPE_MASK = 0x7f

/** What a reader makes of an object that is not a container. */
export const LEAF = { text: 1, integer: 2, float: 3, code: 4, other: 5 } as const

const NOUNS: Readonly<Record<number, string>> = {
  [TYPE.null]: 'the end of a dict',
  [TYPE.none]: 'None',
  [TYPE.stopIteration]: 'StopIteration',
  [TYPE.ellipsis]: 'Ellipsis',
  [TYPE.false]: 'False',
  [TYPE.true]: 'True',
  [TYPE.int32]: 'an integer',
  [TYPE.int64]: 'an integer',
  [TYPE.long]: 'an integer',
  [TYPE.floatText]: 'a float',
  [TYPE.float]: 'a float',
  [TYPE.complexText]: 'a complex number',
  [TYPE.complex]: 'a complex number',
  [TYPE.bytes]: 'bytes',
  [TYPE.interned]: 'a text',
  [TYPE.stringRef]: 'a text',
  [TYPE.unicode]: 'a text',
  [TYPE.ascii]: 'a text',
  [TYPE.asciiInterned]: 'a text',
  [TYPE.shortAscii]: 'a text',
  [TYPE.shortAsciiInterned]: 'a text',
  [TYPE.tuple]: 'a tuple',
  [TYPE.smallTuple]: 'a tuple',
  [TYPE.list]: 'a list',
  [TYPE.set]: 'a set',
  [TYPE.frozenset]: 'a frozenset',
  [TYPE.dict]: 'a dict',
  [TYPE.frozendict]: 'a frozendict',
  [TYPE.slice]: 'a slice',
  [TYPE.code]: 'a code object',
  [TYPE.ref]: 'a reference',
}

/** A type in words, as in "got a list"; null for a byte that is no type. */
export function typeNoun(type: number): string | null {
  return NOUNS[type & TYPE_MASK] ?? null
}
