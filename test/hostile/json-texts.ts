import { encodeText } from '../../src/bytes/text.js'
import { concat } from './cases/case.js'

/** What RFC 8259 says of a text: it is JSON, it is none, or it leaves open what a reader does; then what we do. */
export type Verdict = 'yes' | 'no' | 'open: yes' | 'open: no'

export interface JsonText {
  readonly name: string
  readonly verdict: Verdict
  readonly bytes: Uint8Array
}

const texts = (verdict: Verdict, list: readonly string[]): JsonText[] =>
  list.map((text) => ({ name: text.length > 60 ? `${text.slice(0, 60)}…` : text, verdict, bytes: encodeText(text) }))

const bytes = (verdict: Verdict, list: readonly (readonly [string, Uint8Array])[]): JsonText[] =>
  list.map(([name, content]) => ({ name, verdict, bytes: content }))

const quoted = (...content: readonly number[]): Uint8Array => concat('"', content, '"')
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const NUMBERS = ['0', '-0', '1', '-1', '10', '123456789', '0.5', '-0.5', '1.25', '10.01', '1e1', '1E1', '1e+1', '1e-1']
const MORE_NUMBERS = [
  '0e0',
  '0e+1',
  '0E-1',
  '-0e1',
  '1.5e300',
  '1.5e-300',
  '5e-324',
  '1e-999',
  '0.1e1',
  '20e1',
  '123e65',
]
const WIDE_NUMBERS = ['9007199254740993', '-9223372036854775808', '18446744073709551616', `1${'0'.repeat(300)}`]
const NO_NUMBERS = ['+1', '.5', '1.', '-', '--1', '01', '-01', '00', '1e', '1e+', '1E-', '1.e1', '0x10', '0b1', '1_000']
const NO_MORE_NUMBERS = [
  '1,5',
  '1 000',
  'Infinity',
  '-Infinity',
  'NaN',
  'inf',
  '1e1.5',
  '1ee1',
  '1.2.3',
  '-.5',
  '1a',
  '٣',
]
const ESCAPES = [
  '\\"',
  '\\\\',
  '\\/',
  '\\b',
  '\\f',
  '\\n',
  '\\r',
  '\\t',
  '\\u0041',
  '\\u00e9',
  '\\u20AC',
  '\\ud83d\\ude00',
]
const NO_ESCAPES = [
  '\\',
  '\\x41',
  '\\a',
  '\\v',
  '\\0',
  "\\'",
  '\\u',
  '\\u1',
  '\\u12',
  '\\u123',
  '\\u123g',
  '\\U0041',
  '\\ ',
]
const WORDS = ['true', 'false', 'null']
const NO_WORDS = [
  'True',
  'FALSE',
  'nul',
  'nulll',
  'tru',
  'truee',
  'undefined',
  'none',
  'yes',
  "'a'",
  '`a`',
  'a',
  '#',
  '~',
]
const SPACES = [' ', '\t', '\n', '\r', '\r\n', ' \t\n\r ']
const NO_SPACES = ['\f', '\v', '\u00a0', '\u2003', '\u2028', '\u200b', '\u3000', '\0', '\x1f', '\x7f']
const OPEN_ENDED = ['[', '{', '[1', '[1,', '{"a"', '{"a":', '{"a":1', '{"a":1,', '"', '"a', '"\\', '"\\u00', 'tr']
const MISPLACED = [
  ']',
  '}',
  ',',
  ':',
  '[]]',
  '[}',
  '{]',
  '[1}',
  '{"a":1]',
  '[,]',
  '[,1]',
  '[1,]',
  '[1,,2]',
  '[1 2]',
  '[1:2]',
]
const NO_OBJECTS = [
  '{,}',
  '{"a"}',
  '{"a":}',
  '{:1}',
  '{1:1}',
  '{a:1}',
  "{'a':1}",
  '{"a":1,}',
  '{"a":1,,"b":2}',
  '{"a" 1}',
  '{"a"::1}',
  '{"a":1 "b":2}',
  '{null:1}',
  '{[]:1}',
  '{"a","b"}',
  '{"a":1;"b":2}',
  '{"a"=1}',
]
const TWO = ['1 2', '[] []', '{}{}', 'null,', '[];', '""""', 'true false', '[] x', '1]', '{}}']
const COMMENTS = ['// a\n1', '1 // a', '/* a */1', '[/**/]', '{/**/}', '# a\n1', '<!-- a -->1', '[1,//\n2]', '/**/']

/** Texts of our own making: whether they are JSON, by the rule of the grammar that each list is about. */
export const JSON_TEXTS: readonly JsonText[] = [
  ...texts('yes', [...NUMBERS, ...MORE_NUMBERS, ...WIDE_NUMBERS, ...WORDS]),
  ...texts(
    'yes',
    [...NUMBERS, ...WIDE_NUMBERS].map((number) => `[${number},${number}]`),
  ),
  ...texts(
    'yes',
    [...ESCAPES].map((sequence) => `"a${sequence}b"`),
  ),
  ...texts(
    'yes',
    [...ESCAPES].map((sequence) => `{"a${sequence}b":1}`),
  ),
  ...texts(
    'yes',
    SPACES.flatMap((space) => [`${space}[${space}1${space},${space}2${space}]${space}`]),
  ),
  ...texts(
    'yes',
    SPACES.flatMap((space) => [`${space}{${space}"a"${space}:${space}1${space}}${space}`]),
  ),
  ...texts('yes', [
    '""',
    '[]',
    '{}',
    '[[]]',
    '[{}]',
    '{"":{}}',
    '{"a":[1,{"b":null}]}',
    '[null,true,false,"",0,[],{}]',
  ]),
  ...texts('yes', [
    '"/"',
    '"\x7f"',
    '"\u2028\u2029"',
    '"\u00e9\u20ac\ud83d\ude00"',
    '"\ufeff"',
    '"\uffff"',
    '"{}[]:,"',
  ]),
  ...texts('yes', [nested(100), nested(10_000), `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`]),
  ...texts('yes', ['{"__proto__":1}', '{"constructor":{"prototype":1}}', '{"toString":1,"hasOwnProperty":2}']),
  ...texts('no', [...NO_NUMBERS, ...NO_MORE_NUMBERS]),
  ...texts(
    'no',
    [...NO_NUMBERS, ...NO_MORE_NUMBERS].filter((text) => text !== '1,5').map((number) => `[${number}]`),
  ),
  ...texts(
    'no',
    NO_ESCAPES.map((sequence) => `"a${sequence}"`),
  ),
  ...texts(
    'no',
    NO_ESCAPES.map((sequence) => `{"a${sequence}":1}`),
  ),
  ...texts('no', [...NO_WORDS, ...NO_WORDS.map((word) => `[${word}]`), ...NO_WORDS.map((word) => `{"a":${word}}`)]),
  ...texts(
    'no',
    NO_SPACES.flatMap((space) => [`[${space}1]`, `{"a"${space}:1}`, `[]${space}`]),
  ),
  ...texts('no', [...OPEN_ENDED, ...MISPLACED, ...NO_OBJECTS, ...TWO, ...COMMENTS]),
  ...texts('no', ['', ' ', '\n\t', ...SPACES.map((space) => `"a${space}b"`).filter((text) => text !== '"a b"')]),
  ...texts('no', ['"\0"', '"\x01"', '"\x1f"', '{"\n":1}', '{"a\tb":1}', '["new\nline"]']),
  ...texts('no', ['['.repeat(10_000), `${nested(10_000)}]`, '{"a":'.repeat(1000)]),
  ...bytes('no', [
    ['a byte that begins nothing', Uint8Array.of(0x80)],
    ['Latin-1 outside of a string', concat('[', [0xe9], ']')],
    ['half a byte order mark', concat([0xef, 0xbb], '1')],
    ['two byte order marks', concat([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], '1')],
    ['a byte order mark inside', concat('[', [0xef, 0xbb, 0xbf], ']')],
    ['a byte order mark and nothing', Uint8Array.of(0xef, 0xbb, 0xbf)],
  ]),
  // "Implementations MAY ignore the presence of a byte order mark rather than treating it as an error."
  ...bytes('open: yes', [['a byte order mark', concat([0xef, 0xbb, 0xbf], '[1]')]]),
  // "MUST be encoded using UTF-8" between systems: UTF-16 is answered with advice.
  ...bytes('open: no', [
    ['UTF-16, little end first', new Uint8Array(Buffer.from('\ufeff[1]', 'utf16le'))],
    ['UTF-16, big end first', new Uint8Array(Buffer.from('\ufeff[1]', 'utf16le').swap16())],
    ['UTF-16 without a mark', new Uint8Array(Buffer.from('[1]', 'utf16le'))],
  ]),
  // Names of functions come from anywhere: their bytes are kept, whatever they are.
  ...bytes('open: yes', [
    ['Latin-1 in a string', quoted(0x67, 0xf6)],
    ['an overlong slash', quoted(0xc0, 0xaf)],
    ['a surrogate in three bytes', quoted(0xed, 0xa0, 0x80)],
    ['a code point past the last', quoted(0xf4, 0x90, 0x80, 0x80)],
    ['half a character', quoted(0xe2, 0x82)],
    ['a continuation byte alone', quoted(0xbf)],
    ['0xff', quoted(0xff, 0xfe)],
    ['Latin-1 in a key', concat('{"', [0xe9], '":1}')],
  ]),
  // The behaviour for lone surrogates and for names that come twice "is unpredictable".
  ...texts('open: yes', [
    '"\\ud800"',
    '"\\udc00"',
    '"\\udc00\\ud800"',
    '"\\ud800\\ud800"',
    '"\\ud800x"',
    '"\\ud800\\n"',
  ]),
  ...texts('open: yes', ['{"\\ud800":1}', '{"a":1,"a":2}', '{"a":1,"a":1}', '{"a":{},"\\u0061":[]}', '{"":1,"":2}']),
  // "An implementation may set limits on the range and precision of numbers" and on depth.
  ...texts('open: no', [
    '1e309',
    '-1e309',
    '1e999999999',
    `1${'0'.repeat(400)}`,
    '[1e400]',
    '{"a":-1e400}',
    '123123e100000',
  ]),
  ...texts('open: no', [nested(30_000), `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`]),
]
