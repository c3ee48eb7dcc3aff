import type { Sniff } from '../codec.js'

/** Field of a Profile message → its wire type; 2 also stands for lists that may be packed. */
const WIRE_TYPES: readonly number[] = [-1, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 2, 0, 2, 0, 0]
const COMMENT = 13
const VALUE_TYPE = 1
const STRING = 6

/** A head that ends here cuts off the rest. */
const CUT = -1
const NO_VARINT = -2

/**
 * Whether the head is the beginning of a Profile message: fields that it has, with the types that they have, and value
 * types that hold two integers. OpenTelemetry's profiles begin with the same byte, but hold messages there.
 */
export function sniffMessage(head: Uint8Array): Sniff {
  const cursor = { at: 0 }
  let fields = 0
  let valueTypes = 0
  let strings = 0
  while (cursor.at < head.length) {
    const tag = varint(head, cursor)
    if (tag === CUT) break
    const field = tag >>> 3
    const wireType = tag & 7
    // A group is no proto3, but what stands before it may well be a profile, which the reader then refuses.
    if (wireType === 3 && fields > 0) break
    if (tag === NO_VARINT || field === 0 || !fits(field, wireType)) return 'no'
    if (wireType === 0) {
      const number = varint(head, cursor)
      if (number === NO_VARINT) return 'no'
      if (number === CUT) break
    } else if (wireType === 2) {
      const length = varint(head, cursor)
      if (length === NO_VARINT) return 'no'
      if (length === CUT) break
      const end = cursor.at + length
      if (field === VALUE_TYPE) {
        if (!isValueType(head, cursor.at, Math.min(end, head.length))) return 'no'
        valueTypes++
      }
      if (field === STRING) strings++
      cursor.at = end
    } else cursor.at += wireType === 1 ? 8 : 4
    fields++
  }
  if (valueTypes > 0 && (strings > 0 || fields >= MANY)) return 'certain'
  return fields >= FEW && valueTypes + strings > 0 ? 'likely' : 'no'
}

/** So many fields in a row that fit are no accident. */
const MANY = 8
const FEW = 2

function fits(field: number, wireType: number): boolean {
  const expected = WIRE_TYPES[field]
  if (expected === undefined) return wireType === 0 || wireType === 1 || wireType === 2 || wireType === 5
  return wireType === expected || (field === COMMENT && wireType === 0)
}

/** A ValueType: two indices, perhaps fields to come. */
function isValueType(head: Uint8Array, start: number, end: number): boolean {
  const cursor = { at: start }
  const message = head.subarray(0, end)
  while (cursor.at < end) {
    const tag = varint(message, cursor)
    if (tag !== 0x08 && tag !== 0x10) return tag === CUT
    if (varint(message, cursor) === NO_VARINT) return false
  }
  return true
}

function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let count = 0; count < 10; count++) {
    if (cursor.at >= bytes.length) return CUT
    const byte = bytes[cursor.at++]!
    value += (byte & 0x7f) * 2 ** (7 * count)
    if (byte < 0x80) return value
  }
  return NO_VARINT
}
