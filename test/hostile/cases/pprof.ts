import { encodeText } from '../../../src/bytes/text.js'
import { type CaseList, concat, NAMES } from './case.js'

type Field = Uint8Array

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.of(...bytes, Number(rest))
}

const number = (field: number, value: number | bigint): Field => concat(varint(field << 3), varint(value))
const bytes = (field: number, content: Uint8Array | string): Field => {
  const own = typeof content === 'string' ? encodeText(content) : content
  return concat(varint((field << 3) | 2), varint(own.length), own)
}
const message = (field: number, ...fields: readonly Field[]): Field => bytes(field, concat(...fields))
const packed = (field: number, ...values: readonly (number | bigint)[]): Field =>
  bytes(field, concat(...values.map(varint)))

const TEXTS = ['', 'cpu', 'nanoseconds', 'main', 'work', 'app.go']

/** The parts of a sound profile, by name, so that a case says only what is wrong in it. */
const PARTS = {
  type: message(1, number(1, 1), number(2, 2)),
  sample: message(2, packed(1, 2, 1), packed(2, 10)),
  mapping: message(3, number(1, 1), number(2, 4096), number(3, 8192), number(5, 5)),
  locations: concat(
    message(4, number(1, 1), number(2, 1), number(3, 4096), message(4, number(1, 1), number(2, 7))),
    message(4, number(1, 2), number(2, 1), number(3, 4112), message(4, number(1, 2), number(2, 9))),
  ),
  functions: concat(
    message(5, number(1, 1), number(2, 3), number(3, 3), number(4, 5), number(5, 6)),
    message(5, number(1, 2), number(2, 4), number(3, 4), number(4, 5), number(5, 8)),
  ),
  texts: concat(...TEXTS.map((text) => bytes(6, text))),
  rest: concat(number(9, 1_700_000_000_000_000_000n), number(10, 10), number(12, 1)),
}

function profile(changes: Partial<Record<keyof typeof PARTS, Uint8Array>> = {}): Uint8Array {
  return concat(...Object.values({ ...PARTS, ...changes }))
}

const sample = (...fields: readonly Field[]): Uint8Array => profile({ sample: message(2, ...fields) })
const valued = (...values: readonly (number | bigint)[]): Uint8Array =>
  profile({ sample: concat(...values.map((value) => message(2, packed(1, 2, 1), packed(2, value)))) })
const named = (name: Uint8Array | string): Uint8Array =>
  profile({ texts: concat(...TEXTS.map((text) => bytes(6, text === 'work' ? name : text))) })
const label = (...fields: readonly Field[]): Uint8Array => sample(packed(1, 2, 1), packed(2, 10), message(3, ...fields))

const whole = profile()

export const PPROF: CaseList = [
  ['empty', ''],
  ['one byte', concat([0x0a])],
  ['a length of 2^32 - 1', concat([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f])],
  ['a length of 2^63', concat([0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
  ['a length of 2^64 - 1', concat([0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])],
  ['a varint of 11 bytes', concat([0x48, ...Array(10).fill(0x80), 0x01])],
  ['a varint without an end', concat([0x48, 0xff, 0xff])],
  ['a tag of 11 bytes', concat([...Array(10).fill(0x88), 0x01])],
  ['field 0', concat(whole, [0x00, 0x01])],
  ['field 2^29 - 1', concat(whole, number(0x1fff_ffff, 1))],
  ['a group', concat(whole, [0x83, 0x01, 0x84, 0x01])],
  [
    'groups 100,000 deep',
    concat(
      whole,
      Uint8Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? 0x83 : 0x01)),
    ),
  ],
  ['the end of a group', concat(whole, [0x84, 0x01])],
  ['wire type 6', concat(whole, [0x86, 0x01])],
  ['wire type 7', concat(whole, [0x87, 0x01])],
  ['a fixed64 that is cut', concat(whole, [0x81, 0x01, 1, 2, 3])],
  ['a fixed32 that is cut', concat(whole, [0x85, 0x01, 1])],
  [
    'unknown fields of all types',
    concat(whole, number(99, 1), bytes(98, 'x'), [0xe9, 0x05, 1, 2, 3, 4, 5, 6, 7, 8], [0xed, 0x05, 1, 2, 3, 4]),
  ],
  ['a sample that is a varint', profile({ sample: number(2, 1) })],
  ['a text that is a varint', profile({ texts: number(6, 1) })],
  ['a time that is a text', concat(profile({ rest: new Uint8Array(0) }), bytes(9, 'now'))],
  ['no texts', profile({ texts: new Uint8Array(0) })],
  ['a first text that is not empty', profile({ texts: concat(bytes(6, 'x'), PARTS.texts) })],
  ['no types', profile({ type: new Uint8Array(0) })],
  ['1,001 types', profile({ type: concat(...Array.from({ length: 1001 }, () => PARTS.type)) })],
  ['a type of no text', profile({ type: message(1, number(1, 99), number(2, 2)) })],
  ['a type of text -1', profile({ type: message(1, number(1, -1), number(2, 2)) })],
  ['a type of text 2^32', profile({ type: message(1, number(1, 2n ** 32n), number(2, 2)) })],
  ['an empty type', profile({ type: message(1) })],
  ['a type in a type', profile({ type: message(1, message(1, number(1, 1))) })],
  ['no samples', profile({ sample: new Uint8Array(0) })],
  ['a sample of no location', sample(packed(1, 9), packed(2, 10))],
  ['a sample of location 0', sample(packed(1, 0), packed(2, 10))],
  ['a sample of location 2^64 - 1', sample(packed(1, -1), packed(2, 10))],
  ['a sample of no stack', sample(packed(2, 10))],
  ['a sample of no values', sample(packed(1, 2, 1))],
  ['a sample of three values', sample(packed(1, 2, 1), packed(2, 1, 2, 3))],
  ['an empty sample', sample()],
  ['ids that end in a number', sample(bytes(1, concat([0x82])), packed(2, 10))],
  ['ids that are longer than the sample', profile({ sample: concat([0x12, 0x04, 0x0a, 0x7f, 1, 2]) })],
  [
    'a stack that is one location a thousand times',
    sample(packed(1, ...Array.from({ length: 1000 }, () => 1)), packed(2, 10)),
  ],
  ['ids and values one by one', sample(number(1, 2), number(1, 1), number(2, 10))],
  ['two locations of one id', profile({ locations: concat(PARTS.locations, message(4, number(1, 2))) })],
  ['a location of id 0', profile({ locations: concat(PARTS.locations, message(4, number(1, 0))) })],
  [
    'a location of id 2^64 - 1',
    profile({
      sample: message(2, packed(1, -1), packed(2, 1)),
      locations: message(4, number(1, -1), message(4, number(1, 1))),
    }),
  ],
  [
    'a location of no function',
    profile({
      locations: message(4, number(1, 1), message(4, number(1, 9))),
      sample: message(2, packed(1, 1), packed(2, 1)),
    }),
  ],
  ['a location of no mapping', profile({ locations: concat(PARTS.locations, message(4, number(1, 3), number(2, 9))) })],
  [
    'a location without lines',
    profile({ locations: message(4, number(1, 1), number(3, 4096)), sample: message(2, packed(1, 1), packed(2, 1)) }),
  ],
  [
    'a thousand lines at one location',
    profile({
      locations: message(4, number(1, 1), ...Array.from({ length: 1000 }, () => message(4, number(1, 1)))),
      sample: message(2, packed(1, 1), packed(2, 1)),
    }),
  ],
  ['two functions of one id', profile({ functions: concat(PARTS.functions, message(5, number(1, 2), number(2, 3))) })],
  ['a function of id 0', profile({ functions: concat(PARTS.functions, message(5, number(2, 3))) })],
  [
    'a function of no name',
    profile({ functions: concat(message(5, number(1, 1), number(2, 77)), message(5, number(1, 2), number(2, 4))) }),
  ],
  [
    'a function with a line of -1',
    profile({
      functions: concat(message(5, number(1, 1), number(2, 3), number(5, -1)), message(5, number(1, 2), number(2, 4))),
    }),
  ],
  [
    'a function with a line of 2^40',
    profile({
      functions: concat(
        message(5, number(1, 1), number(2, 3), number(5, 2n ** 40n)),
        message(5, number(1, 2), number(2, 4)),
      ),
    }),
  ],
  ['two mappings of one id', profile({ mapping: concat(PARTS.mapping, PARTS.mapping) })],
  ['a mapping of id 0', profile({ mapping: message(3, number(2, 1)) })],
  [
    'a mapping that ends before it begins',
    profile({ mapping: message(3, number(1, 1), number(2, 8192), number(3, 4096)) }),
  ],
  ['a label of no key', label(number(1, 99), number(2, 3))],
  ['a label of text -1', label(number(1, 3), number(2, -1))],
  ['a label of 2^63 - 1', label(number(1, 3), number(3, 2n ** 63n - 1n))],
  ['a label with a text and a number', label(number(1, 3), number(2, 4), number(3, 5))],
  ['an empty label', label()],
  ['a default type that is no text', concat(whole, number(14, 9999))],
  ['a default type that is no type', concat(whole, number(14, 4))],
  ['drop_frames of no text', concat(whole, number(7, 999))],
  ['a comment of no text', concat(whole, number(13, 999))],
  ['a comment of text 2^63', concat(whole, number(13, 2n ** 63n))],
  ['a value of 2^53 + 1', valued(2n ** 53n + 1n)],
  ['a value of 2^63 - 1, twice', valued(2n ** 63n - 1n, 2n ** 63n - 1n)],
  ['a value of -2^63', valued(-(2n ** 63n))],
  ['values that are as much less as more', valued(5, -5)],
  ['a value of -1', valued(-1)],
  ['a value of 0', valued(0)],
  ['a period of -1', concat(whole, number(12, -1))],
  ['a duration of -2^63', concat(whole, number(10, -(2n ** 63n)))],
  ['a time of -1', concat(profile({ rest: new Uint8Array(0) }), number(9, -1))],
  ['followed by itself', concat(whole, whole)],
  ['followed by text', concat(whole, 'rest')],
  ['followed by NULs', concat(whole, new Uint8Array(64))],
  ['cut in the middle', whole.slice(0, whole.length >> 1)],
  ['cut before the last byte', whole.slice(0, -1)],
  ['a name of bytes that are not UTF-8', named(Uint8Array.of(0xff, 0xfe, 0xc0, 0xaf))],
  ['an empty name', named('')],
  ['a name of 1.1 MB', named('x'.repeat(1_100_000))],
  ...NAMES.slice(0, 16).map((name): [string, Uint8Array] => [`the name ${JSON.stringify(name)}`, named(name)]),
]
