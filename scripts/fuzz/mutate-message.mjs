import { splice } from './splice.mjs'

const VALUES = [
  0n,
  1n,
  2n,
  127n,
  128n,
  0xffffffffn,
  0x80000000n,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
]

/** Fields whose contents are messages of their own, in any of pprof's messages. */
const MOST_DEPTH = 2

/** One change that knows protobuf: varints, lengths, whole fields; the lengths around it are mended, or left a lie. */
export function mutateMessage(bytes, other, random) {
  const fields = fieldsOf(bytes)
  if (fields.length === 0) return splice(bytes, 0, 0, [0x12, 0x01, random(256)])
  const field = fields[random(fields.length)]
  const mended = random(5) > 0
  const replace = (at, end, added) => replaced(bytes, field, at, end, added, mended)
  switch (random(8)) {
    case 0:
    case 1: {
      if (field.type !== 0) return replace(field.at, field.value, [(random(16) << 3) | [0, 1, 2, 5][random(4)]])
      const near = field.number + BigInt(random(5) - 2)
      return replace(field.value, field.end, varint(random(2) === 0 ? VALUES[random(VALUES.length)] : near))
    }
    case 2: {
      if (field.type !== 2) return replace(field.at, field.end, [])
      const lies = [0n, 1n, 0x7fffffffn, 0xffffffffn, 1n << 40n, BigInt(field.end - field.data) + 1n]
      return splice(bytes, field.value, field.data - field.value, varint(lies[random(lies.length)]))
    }
    case 3:
      return replace(field.at, field.end, [])
    case 4: {
      const copies = Array.from({ length: 2 + random(3) }, () => bytes.subarray(field.at, field.end))
      return replace(field.at, field.end, Buffer.concat(copies))
    }
    case 5: {
      const source = random(3) === 0 ? other : bytes
      const choices = source === bytes ? fields : fieldsOf(source)
      if (choices.length === 0) return bytes
      const taken = choices[random(choices.length)]
      return replace(field.at, random(2) === 0 ? field.end : field.at, source.subarray(taken.at, taken.end))
    }
    case 6: {
      // A packed list grows by a value, or gets one that runs over its end.
      if (field.type !== 2) return replace(field.at, field.end, [])
      const value = varint(VALUES[random(VALUES.length)])
      return replace(field.data, random(2) === 0 ? field.data : field.end, random(4) === 0 ? [0xff] : value)
    }
    default:
      return bytes.subarray(0, field.end - random(2))
  }
}

/** All fields, also those inside of fields that can be read as messages. */
function fieldsOf(bytes) {
  const found = []
  const waiting = [{ start: 0, end: bytes.length, around: [], depth: 0 }]
  for (let next = waiting.pop(); next !== undefined && found.length < 4000; next = waiting.pop()) {
    const here = []
    if (!scan(bytes, next, here) && next.depth > 0) continue
    for (const field of here) {
      found.push(field)
      if (field.type === 2 && next.depth < MOST_DEPTH && field.end > field.data) {
        waiting.push({ start: field.data, end: field.end, around: [...next.around, field], depth: next.depth + 1 })
      }
    }
  }
  return found
}

function scan(bytes, { start, end, around }, here) {
  let at = start
  while (at < end) {
    const tag = readVarint(bytes, at, end)
    if (tag === null || tag.number === 0n) return false
    const type = Number(tag.number & 7n)
    const value = tag.end
    let field = { at, type, value, data: value, end: value, number: 0n, around }
    if (type === 0) {
      const read = readVarint(bytes, value, end)
      if (read === null) return false
      field = { ...field, end: read.end, number: read.number }
    } else if (type === 2) {
      const read = readVarint(bytes, value, end)
      if (read === null || read.number > BigInt(end - read.end)) return false
      field = { ...field, data: read.end, end: read.end + Number(read.number) }
    } else if (type === 1 || type === 5) {
      field = { ...field, end: value + (type === 1 ? 8 : 4) }
      if (field.end > end) return false
    } else return false
    here.push(field)
    at = field.end
  }
  return true
}

/** The bytes with [at, end) replaced, and the lengths of the messages around the field made right again. */
function replaced(bytes, field, at, end, added, mended) {
  let result = splice(bytes, at, end - at, added)
  if (!mended) return result
  const own = at >= field.data && field.type === 2 ? [field] : []
  let grown = added.length - (end - at)
  for (const outer of [...field.around, ...own].reverse()) {
    const length = varint(BigInt(Math.max(0, outer.end - outer.data + grown)))
    result = splice(result, outer.value, outer.data - outer.value, length)
    grown += length.length - (outer.data - outer.value)
  }
  return result
}

function readVarint(bytes, at, end) {
  let number = 0n
  for (let index = 0; index < 10 && at + index < end; index++) {
    number |= BigInt(bytes[at + index] & 0x7f) << BigInt(index * 7)
    if (bytes[at + index] < 0x80) return { number: BigInt.asUintN(64, number), end: at + index + 1 }
  }
  return null
}

function varint(value) {
  const bytes = []
  let rest = BigInt.asUintN(64, value)
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}
