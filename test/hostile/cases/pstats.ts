import { encodeText } from '../../../src/bytes/text.js'
import { type CaseList, concat, NAMES } from './case.js'
import {
  dict,
  flagged,
  float,
  floatText,
  i32,
  int,
  int64,
  long,
  type Part,
  ref,
  stream,
  tuple,
  unicode,
} from './marshal.js'

const key = (name: string | Uint8Array = 'f', file = 'a.py', line = 1): Uint8Array =>
  tuple(unicode(file), int(line), unicode(name))
const value = (
  calls: Uint8Array = int(1),
  callers: Uint8Array = dict(),
  self = float(1),
  total = float(2),
): Uint8Array => tuple(calls, calls, self, total, callers)
const whole = dict(key(), value())
const one = (calls: Uint8Array): Uint8Array => dict(key(), value(calls))
const times = (self: Uint8Array, total = self): Uint8Array => dict(key(), value(int(1), dict(), self, total))
const costs = tuple(int(1), int(1), float(1), float(1))

/** A function that is called by two of the layer above, 40 times over: 2^40 paths. */
function diamond(): Uint8Array {
  const entries: Uint8Array[] = []
  for (let layer = 0; layer < 40; layer++) {
    const callers = layer === 0 ? dict() : dict(key(`a${layer - 1}`), costs, key(`b${layer - 1}`), costs)
    entries.push(key(`a${layer}`), value(int(2), callers), key(`b${layer}`), value(int(2), callers))
  }
  return dict(...entries)
}

/** References that double what they stand for, 40 times over. */
function doubling(): Uint8Array {
  let items: Part[] = [flagged(tuple(int(1), int(1)))]
  for (let level = 0; level < 40; level++) items = [...items, flagged(tuple(ref(level), ref(level)))]
  return dict(key(), stream([0x5b], i32(items.length), ...items), key('g'), value())
}

function nested(type: string, depth: number): Uint8Array {
  return dict(key(), stream(`${type}\x01\0\0\0`.repeat(depth), 'N'), key('g'), value())
}

export const PSTATS: CaseList = [
  ['empty', ''],
  ['one byte', '{'],
  ['a NUL', concat([0])],
  ['only a dict', dict()],
  ['a tuple of 2^31 - 1 items', stream('{(', [0xff, 0xff, 0xff, 0x7f], 'N')],
  ['a tuple of -1 items', stream('{(', [0xff, 0xff, 0xff, 0xff], 'N')],
  ['a list of 2^31 - 1 items as value', dict(key(), stream('[', [0xff, 0xff, 0xff, 0x7f]))],
  ['a text of 2^31 - 1 bytes', dict(tuple(stream('u', [0xff, 0xff, 0xff, 0x7f], 'x')))],
  ['a text of -2 bytes', dict(tuple(stream('u', i32(-2), 'x'), int(1), unicode('f')), value())],
  ['a long of 2^31 - 1 digits', one(stream('l', [0xff, 0xff, 0xff, 0x7f]))],
  ['a long of -2^31 digits', one(stream('l', [0, 0, 0, 0x80]))],
  ['a set of more items than bytes', dict(key(), stream('<', i32(1000), 'N'))],
  ['a list that is part of itself', stream([0xdb], i32(1), ref(0))],
  ['a value that is part of itself', dict(key(), stream([0xa9, 5], ref(0), int(1), float(1), float(1), dict()))],
  ['a set that holds itself and None', stream([0xa8], i32(2), 'N<', i32(1), ref(0))],
  ['callers that are part of themselves', dict(key(), value(int(1), stream([0xfb], key('g'), ref(0), '0')))],
  ['a reference to nothing', dict(key(), ref(0))],
  ['a reference to object -1', dict(ref(-1), value())],
  [
    'a reference to a text as key',
    dict(tuple(flagged(unicode('a.py')), int(1), unicode('f')), value(), ref(0), value()),
  ],
  ['a string reference of Python 2 to nothing', dict(tuple(stream('R', i32(3)), int(1), unicode('f')), value())],
  ['references that double 40 times', doubling()],
  ['2^40 paths', diamond()],
  ['tuples 64 deep', nested('(', 63)],
  ['tuples 65 deep', nested('(', 66)],
  ['lists 100,000 deep', nested('[', 100_000)],
  ['dicts 100,000 deep', dict(key(), stream('{'.repeat(100_000)))],
  ['a key in a key', dict(tuple(tuple(unicode('a.py')), int(1), unicode('f')), value())],
  ['a list', stream('[', i32(0))],
  ['a dict of dicts', dict(dict(), value())],
  ['None as key', dict(stream('N'), value())],
  ['a key of two items', dict(tuple(unicode('a.py'), int(1)), value())],
  ['a key of 255 items', dict(tuple(...Array.from({ length: 255 }, () => int(1))), value())],
  ['a file that is a number', dict(tuple(int(1), int(1), unicode('f')), value())],
  ['a line that is a text', dict(tuple(unicode('a.py'), unicode('1'), unicode('f')), value())],
  ['a line of 2^31', dict(tuple(unicode('a.py'), int64(2n ** 31n), unicode('f')), value())],
  ['a line of -2^31', dict(tuple(unicode('a.py'), int64(-(2n ** 31n)), unicode('f')), value())],
  ['a line of 2^70', dict(tuple(unicode('a.py'), long(2n ** 70n), unicode('f')), value())],
  ['a line that is a float', dict(tuple(unicode('a.py'), float(1), unicode('f')), value())],
  ['a name that is None', dict(tuple(unicode('a.py'), int(1), stream('N')), value())],
  ['a value of four items', dict(key(), tuple(int(1), int(1), float(1), float(2)))],
  ['a value of six items', dict(key(), tuple(int(1), int(1), float(1), float(2), dict(), int(1)))],
  ['a value that is a list', dict(key(), stream('[', i32(1), int(1)))],
  ['a value that is a code object cut off', dict(key(), stream('c', i32(1)))],
  ['callers that are a list', dict(key(), value(int(1), stream('[', i32(0))))],
  ['callers that are None', dict(key(), value(int(1), stream('N')))],
  ['a caller of three numbers', dict(key(), value(int(1), dict(key('g'), tuple(int(1), int(1), float(1)))))],
  ['a caller of five numbers', dict(key(), value(int(1), dict(key('g'), value())))],
  ['a caller that is a text', dict(key(), value(int(1), dict(key('g'), unicode('x'))))],
  ['a caller without an entry', dict(key(), value(int(1), dict(key('ghost'), costs)))],
  ['a function that calls itself', dict(key(), value(int(2), dict(key(), costs)))],
  [
    'two functions that call each other',
    dict(key(), value(int(2), dict(key('g'), costs)), key('g'), value(int(2), dict(key(), costs))),
  ],
  ['an entry twice', dict(key(), value(), key(), value(int(5)))],
  ['a caller twice', dict(key(), value(int(1), dict(key('g'), costs, key('g'), costs)))],
  ['the marker of sampled files alone', dict(tuple(unicode('__sampled__')), stream('T'))],
  ['the marker as caller', dict(key(), value(int(1), dict(tuple(unicode('__sampled__')), costs)))],
  ['True as calls', one(stream('T'))],
  ['None as calls', one(stream('N'))],
  ['a text as calls', one(unicode('1'))],
  ['a complex number as calls', one(stream('y', float(1).subarray(1), float(1).subarray(1)))],
  ['-1 calls', one(int(-1))],
  ['2^53 + 1 calls', one(int64(2n ** 53n + 1n))],
  ['2^63 - 1 calls, twice', dict(key(), value(int64(2n ** 63n - 1n)), key('g'), value(int64(2n ** 63n - 1n)))],
  ['-2^63 calls', one(int64(-(2n ** 63n)))],
  ['2^70 calls', one(long(2n ** 70n))],
  ['2^1023 calls', one(long(2n ** 1023n))],
  ['2^1100 calls', one(long(2n ** 1100n))],
  ['a long of zeros', one(stream('l', i32(3), [0, 0, 0, 0, 0, 0]))],
  ['a digit past 2^15', one(stream('l', i32(1), [0xff, 0xff]))],
  ['calls that are a float', one(float(1.5))],
  ['NaN seconds', times(float(Number.NaN))],
  ['infinite seconds', times(float(Number.POSITIVE_INFINITY))],
  [
    'infinite seconds and as many less than none',
    dict(key(), value(int(1), dict(), float(1 / 0)), key('g'), value(int(1), dict(), float(-1 / 0))),
  ],
  ['-0 seconds', times(float(-0))],
  ['negative seconds', times(float(-1))],
  ['5e-324 seconds', times(float(5e-324))],
  [
    '1.7e308 seconds, twice',
    dict(key(), value(int(1), dict(), float(1.7e308)), key('g'), value(int(1), dict(), float(1.7e308))),
  ],
  ['less in total than itself', times(float(2), float(1))],
  ['seconds as text: nan', times(floatText('nan'))],
  ['seconds as text: 1e999', times(floatText('1e999'))],
  ['seconds as text: 0x1p3', times(floatText('0x1p3'))],
  ['seconds as text: 1_000', times(floatText('1_000'))],
  ['seconds as text: -inf', times(floatText('-inf'))],
  ['the dict ends after a key', stream('{', key(), '0')],
  ['the callers end after a key', dict(key(), value(int(1), stream('{', key('g'), '0')))],
  ['an unknown type', dict(key(), stream('q'))],
  ['the type of what could not be written', dict(key(), stream('?'))],
  ['an end of a dict in a tuple', dict(key(), stream('(', i32(2), 'N0'))],
  ['no end', whole.slice(0, -1)],
  ['cut in a float', whole.slice(0, -7)],
  ['followed by text', concat(whole, 'rest')],
  ['followed by itself', concat(whole, whole)],
  ['a byte order mark before it', concat([0xef, 0xbb, 0xbf], whole)],
  ['JSON', '{"a":1}'],
  ['a pickle', concat([0x80, 4, 0x7d, 0x2e])],
  ['a name of bytes that are not UTF-8', dict(key(Uint8Array.of(0xff, 0xfe, 0xc0, 0xaf)), value())],
  ['a name with half a pair', dict(key(Uint8Array.of(0xed, 0xa0, 0x80)), value())],
  [
    'a name of Latin-1 in a text of ASCII',
    dict(tuple(unicode('a.py'), int(1), stream('z', [3], [0x67, 0xf6, 0xdf])), value()),
  ],
  ['a name of 1.1 MB', dict(key('x'.repeat(1_100_000)), value())],
  ...NAMES.map((name): [string, Uint8Array] => [
    `the name ${JSON.stringify(name)}`,
    dict(key(encodeText(name)), value()),
  ]),
]
