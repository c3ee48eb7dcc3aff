import { splice } from './splice.mjs'

const NUMBERS = [
  ...[
    '0',
    '1',
    '-1',
    '2',
    '-0',
    '0.5',
    '1e999',
    '-1e999',
    '1e-999',
    '1e308',
    '2147483647',
    '2147483648',
    '-2147483648',
  ],
  ...['4294967296', '9007199254740991', '9007199254740993', '9223372036854775807', '18446744073709551616', '1E+2'],
]
const VALUES = [
  ...NUMBERS,
  'null',
  'true',
  '""',
  '"x"',
  '[]',
  '{}',
  '[[]]',
  '{"":0}',
  '"__proto__"',
  '"\\ud800"',
  '"\\u0000"',
]

/** One change that knows what JSON looks like: values, elements, keys, nesting. */
export function mutateJson(bytes, other, random) {
  const token = anyToken(bytes, random)
  if (token === null) return Buffer.from(VALUES[random(VALUES.length)])
  const { at, end } = token
  const text = bytes.subarray(at, end)
  switch (random(9)) {
    case 0:
      return splice(bytes, at, end - at, Buffer.from(VALUES[random(VALUES.length)]))
    case 1: {
      if (!isNumber(text[0])) return splice(bytes, at, end - at, Buffer.from(VALUES[random(VALUES.length)]))
      const near = Number(text.toString('latin1')) + random(5) - 2
      return splice(bytes, at, end - at, Buffer.from(random(2) === 0 ? NUMBERS[random(NUMBERS.length)] : `${near}`))
    }
    case 2: {
      const source = random(3) === 0 ? other : bytes
      const taken = anyToken(source, random)
      return taken === null ? bytes : splice(bytes, at, end - at, source.subarray(taken.at, taken.end))
    }
    case 3:
      return splice(bytes, at, 0, repeated(Buffer.concat([text, Buffer.from(',')]), 1 + random(4)))
    case 4: {
      // With the comma before or after it.
      const before = bytes[at - 1] === 0x2c ? 1 : 0
      const after = before === 0 && bytes[end] === 0x2c ? 1 : 0
      return splice(bytes, at - before, end - at + before + after, [])
    }
    case 5: {
      const depth = 1 << random(9)
      const [open, close] = random(3) === 0 ? ['{"children":[', ']}'] : random(2) === 0 ? ['[', ']'] : ['{"a":', '}']
      return splice(
        bytes,
        at,
        end - at,
        Buffer.concat([repeated(Buffer.from(open), depth), text, repeated(Buffer.from(close), depth)]),
      )
    }
    case 6: {
      const second = anyToken(bytes, random)
      if (second === null || second.at < end) return bytes
      const between = bytes.subarray(end, second.at)
      const swapped = [bytes.subarray(second.at, second.end), between, text]
      return splice(bytes, at, second.end - at, Buffer.concat(swapped))
    }
    case 7: {
      const members = /"(?:[^"\\]|\\.){0,40}"\s*:/y
      const key = keyAt(bytes, members, random)
      return key === null ? bytes : splice(bytes, at, 0, Buffer.concat([key, Buffer.from('0,')]))
    }
    default:
      return bytes.subarray(0, random(2) === 0 ? at : end)
  }
}

/** Where a value, a key or a whole array or object begins and ends; found from a random place on. */
function anyToken(bytes, random) {
  const start = random(bytes.length + 1)
  for (let at = start; at < Math.min(bytes.length, start + 400); at++) {
    const byte = bytes[at]
    if (byte === 0x22) return { at, end: stringEnd(bytes, at) }
    if (isNumber(byte)) return { at, end: wordEnd(bytes, at) }
    if (byte === 0x5b || byte === 0x7b) return { at, end: nestEnd(bytes, at) }
  }
  return null
}

function isNumber(byte) {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39)
}

function wordEnd(bytes, at) {
  let end = at + 1
  while (end < bytes.length && (isNumber(bytes[end]) || bytes[end] === 0x2e || (bytes[end] | 0x20) === 0x65)) end++
  return end
}

function stringEnd(bytes, at) {
  for (let end = at + 1; end < bytes.length; end++) {
    if (bytes[end] === 0x5c) end++
    else if (bytes[end] === 0x22) return end + 1
  }
  return bytes.length
}

function nestEnd(bytes, at) {
  let depth = 0
  for (let end = at; end < bytes.length; end++) {
    const byte = bytes[end]
    if (byte === 0x22) end = stringEnd(bytes, end) - 1
    else if (byte === 0x5b || byte === 0x7b) depth++
    else if ((byte === 0x5d || byte === 0x7d) && --depth === 0) return end + 1
  }
  return bytes.length
}

function keyAt(bytes, pattern, random) {
  const start = random(bytes.length + 1)
  const text = bytes.toString('latin1', start, start + 400)
  for (let at = 0; at < text.length; at++) {
    pattern.lastIndex = at
    const match = text[at] === '"' ? pattern.exec(text) : null
    if (match !== null) return Buffer.from(match[0], 'latin1')
  }
  return null
}

function repeated(bytes, count) {
  return Buffer.concat(Array.from({ length: count }, () => bytes))
}
