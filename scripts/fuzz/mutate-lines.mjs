import { splice } from './splice.mjs'

const NUMBERS = [
  '0',
  '-1',
  '+1',
  '1',
  '*',
  '+0',
  '0x10',
  '0x1p3',
  '1e9',
  '1e999',
  '0.1',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  '',
]
const WORDS = [
  ...[
    'fn=(1) a',
    'fn=(1)',
    'cfn=(2)',
    'calls=1 1',
    'fl=(1) /etc/passwd',
    'fi=(1)',
    'fe=(1)',
    'cob=(1)',
    'jump=1 1',
    'jcnd=1/1 1',
  ],
  ...[
    'events: Ir',
    'positions: instr line',
    'positions: line',
    'summary: 1',
    'totals: 5',
    'version: 1',
    'part: 1',
    'thread: 2',
  ],
  ...[
    'main;f;g 1',
    '; 1',
    'a;;b 2',
    ' ;',
    '\t',
    '\r',
    '\0',
    '_[k]',
    '_[i]',
    '[unknown]',
    '--',
    '# ',
    ':',
    '(',
    ')',
    '=>',
    '+0x1f',
  ],
  ...['    7f0000001000 f+0x10 (/bin/x)', 'a 1 [000] 1.5: 1 cycles:', 'ffffffff81000000 [unknown] ([kernel.kallsyms])'],
]

/** One change that knows lines, words in them and numbers. */
export function mutateLines(bytes, other, random) {
  const [at, end] = lineAt(bytes, random(bytes.length + 1))
  switch (random(10)) {
    case 0:
      return splice(bytes, at, end - at, [])
    case 1:
      return splice(bytes, at, 0, repeated(bytes.subarray(at, end), 1 + random(4)))
    case 2: {
      const source = random(2) === 0 ? other : bytes
      const [from, to] = lineAt(source, random(source.length + 1))
      return splice(bytes, at, random(2) * (end - at), source.subarray(from, to))
    }
    case 3: {
      const [second, secondEnd] = lineAt(bytes, end + random(bytes.length - end + 1))
      if (second < end) return bytes
      const parts = [bytes.subarray(second, secondEnd), bytes.subarray(end, second), bytes.subarray(at, end)]
      return splice(bytes, at, secondEnd - at, Buffer.concat(parts))
    }
    case 4:
    case 5: {
      const word = wordIn(bytes, at, end, random, isDigit)
      if (word === null) return bytes
      const near = Number(bytes.toString('latin1', word[0], word[1])) + random(3) - 1
      const number = random(2) === 0 ? `${near}` : NUMBERS[random(NUMBERS.length)]
      return splice(bytes, word[0], word[1] - word[0], Buffer.from(number))
    }
    case 6: {
      // A frame, field or piece of whitespace over and over.
      const word = wordIn(bytes, at, end, random, isInWord)
      if (word === null) return bytes
      const piece = bytes.subarray(Math.max(at, word[0] - 1), word[1])
      return splice(bytes, word[0], 0, repeated(piece, 1 << random(8)))
    }
    case 7:
      return splice(bytes, at, 0, Buffer.from(`${WORDS[random(WORDS.length)]}\n`))
    case 8: {
      const word = wordIn(bytes, at, end, random, isInWord)
      if (word === null) return bytes
      return splice(bytes, word[0], random(2) * (word[1] - word[0]), Buffer.from(WORDS[random(WORDS.length)]))
    }
    default:
      return bytes.subarray(0, random(2) === 0 ? at : Math.max(0, end - 1))
  }
}

/** The line around `at`, with its end. */
function lineAt(bytes, at) {
  const start = bytes.lastIndexOf(0x0a, at - 1) + 1
  const end = bytes.indexOf(0x0a, at)
  return [Math.min(at, at === 0 ? 0 : start), end < 0 ? bytes.length : end + 1]
}

function wordIn(bytes, at, end, random, isPart) {
  for (let start = at + random(end - at + 1); start < end; start++) {
    if (!isPart(bytes[start])) continue
    let first = start
    while (first > at && isPart(bytes[first - 1])) first--
    let last = start + 1
    while (last < end && isPart(bytes[last])) last++
    return [first, last]
  }
  return null
}

function isDigit(byte) {
  return byte >= 0x30 && byte <= 0x39
}

function isInWord(byte) {
  return byte > 0x20 && byte !== 0x3b && byte !== 0x3d
}

function repeated(bytes, count) {
  return Buffer.concat(Array.from({ length: count }, () => bytes))
}
