import { encodeText } from '../../../src/bytes/text.js'
import { concat, latin1 } from './case.js'

/** Parts of a marshal stream, as Python/marshal.c defines them. */
export type Part = string | Uint8Array | readonly number[]

/** Texts as Latin-1. */
export const stream = (...parts: readonly Part[]): Uint8Array =>
  concat(...parts.map((part) => (typeof part === 'string' ? latin1(part) : part)))

export function i32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value | 0)
  return new Uint8Array(bytes)
}

export const int = (value: number): Uint8Array => stream('i', i32(value))

export function int64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return stream('I', bytes)
}

export function float(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return stream('g', bytes)
}

/** A long, in digits of 15 bits. */
export function long(value: bigint): Uint8Array {
  const digits: number[] = []
  let rest = value < 0n ? -value : value
  for (; rest > 0n; rest >>= 15n) digits.push(Number(rest & 0x7fffn))
  return stream(
    'l',
    i32(value < 0n ? -digits.length : digits.length),
    digits.flatMap((digit) => [digit & 0xff, digit >> 8]),
  )
}

export function unicode(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? encodeText(value) : value
  return stream('u', i32(bytes.length), bytes)
}

export const floatText = (value: string): Uint8Array => stream('f', [value.length], value)
export const tuple = (...items: readonly Uint8Array[]): Uint8Array => stream(')', [items.length], ...items)
export const dict = (...items: readonly Uint8Array[]): Uint8Array => stream('{', ...items, '0')
export const ref = (index: number): Uint8Array => stream('r', i32(index))
export const flagged = (object: Uint8Array): Uint8Array => stream([object[0]! | 0x80], object.subarray(1))
