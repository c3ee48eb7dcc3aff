import { splice } from './splice.mjs'

const LENGTHS = [0, 1, 2, 3, 4, 5, 255, 0x7fffffff, -1, -2147483648, 0x10000]
const OBJECTS = [
  ...['N', 'T', 'F', 'S', '.', '0', 'i\x00\x00\x00\x00', 'i\xff\xff\xff\xff', 'g\x00\x00\x00\x00\x00\x00\xf8\x7f'],
  ...[
    'g\x00\x00\x00\x00\x00\x00\xf0\x7f',
    'f\x031.5',
    'I\xff\xff\xff\xff\xff\xff\xff\x7f',
    'l\x03\x00\x00\x00\xff\x7f\xff\x7f\x01\x00',
  ],
  ...[
    'z\x01a',
    'Z\x01a',
    'u\x01\x00\x00\x00\xff',
    '(\x00\x00\x00\x00',
    ')\x03z\x01ai\x01\x00\x00\x00z\x01b',
    ')\x00',
    '{0',
    '[\x00\x00\x00\x00',
  ],
  ...['r\x00\x00\x00\x00', 'R\x00\x00\x00\x00', 's\x00\x00\x00\x00', '<\x00\x00\x00\x00', '>\x00\x00\x00\x00'],
].map((text) => Buffer.from(text, 'latin1'))

/** Bytes after the type of an object that has a fixed size. */
const FIXED = { i: 4, I: 8, g: 8, r: 4, R: 4, N: 0, T: 0, F: 0, S: 0, '.': 0, 0: 0, '{': 0 }
const COUNTED_BYTES = 'sutaA'
const SHORT_BYTES = 'zZf'
const COUNTED_OBJECTS = '([<>'

/** One change that knows marshal: lengths, references, whole objects, nesting. */
export function mutateMarshal(bytes, other, random) {
  const objects = objectsOf(bytes)
  if (objects.length === 0) return OBJECTS[random(OBJECTS.length)]
  const object = objects[random(objects.length)]
  const { at, end } = object
  switch (random(9)) {
    case 0:
      return splice(bytes, at, end - at, OBJECTS[random(OBJECTS.length)])
    case 1: {
      const type = String.fromCharCode(bytes[at] & 0x7f)
      if (!(type in FIXED) && !COUNTED_OBJECTS.includes(type) && !COUNTED_BYTES.includes(type))
        return splice(bytes, at, end - at, [])
      return withInt(bytes, at + 1, random(2) === 0 ? LENGTHS[random(LENGTHS.length)] : null, random)
    }
    case 2:
      return splice(bytes, at, end - at, [])
    case 3: {
      const copies = Array.from({ length: 1 + random(4) }, () => bytes.subarray(at, end))
      return splice(bytes, at, 0, Buffer.concat(copies))
    }
    case 4: {
      const source = random(3) === 0 ? other : bytes
      const choices = source === bytes ? objects : objectsOf(source)
      if (choices.length === 0) return bytes
      const taken = choices[random(choices.length)]
      return splice(bytes, at, random(3) === 0 ? 0 : end - at, source.subarray(taken.at, taken.end))
    }
    case 5: {
      const wraps = ['(\x01\x00\x00\x00', ')\x01', '[\x01\x00\x00\x00', '{', '<\x01\x00\x00\x00'].map((text) =>
        Buffer.from(text, 'latin1'),
      )
      const wrap = wraps[random(wraps.length)]
      return splice(bytes, at, 0, Buffer.concat(Array.from({ length: 1 << random(8) }, () => wrap)))
    }
    case 6: {
      // With the mark that it can be referred to, or without.
      const copy = Buffer.from(bytes)
      copy[at] ^= 0x80
      return copy
    }
    case 7: {
      const second = objects[random(objects.length)]
      if (second.at < end) return bytes
      const parts = [bytes.subarray(second.at, second.end), bytes.subarray(end, second.at), bytes.subarray(at, end)]
      return splice(bytes, at, second.end - at, Buffer.concat(parts))
    }
    default:
      return bytes.subarray(0, random(2) === 0 ? at : end)
  }
}

function withInt(bytes, at, value, random) {
  if (at + 4 > bytes.length) return bytes
  const copy = Buffer.from(bytes)
  copy.writeInt32LE(value ?? (copy.readInt32LE(at) + random(5) - 2) | 0, at)
  return copy
}

/** Objects one after the other, containers only by their head: an end of a tuple is that of its first bytes. */
function objectsOf(bytes) {
  const found = []
  for (let at = 0; at < bytes.length; ) {
    const type = String.fromCharCode(bytes[at] & 0x7f)
    let end = at + 1
    if (type in FIXED) end += FIXED[type]
    else if (COUNTED_OBJECTS.includes(type)) end += 4
    else if (type === ')') end += 1
    else if (SHORT_BYTES.includes(type)) end += 1 + (bytes[at + 1] ?? 0)
    else if (COUNTED_BYTES.includes(type) && at + 5 <= bytes.length) end += 4 + Math.max(0, bytes.readInt32LE(at + 1))
    if (end > bytes.length) break
    found.push({ at, end })
    at = end
  }
  return found
}
