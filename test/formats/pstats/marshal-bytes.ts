export type Part = string | number | readonly number[] | Uint8Array

/** Bytes of a marshalled stream: texts as Latin-1, numbers as bytes. */
export function bytes(...parts: readonly Part[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(typeof part === 'number' ? [part] : part),
    ),
  )
}

/** A 4-byte integer, as marshal writes lengths and indices. */
export function i32(value: number): Uint8Array {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32LE(value)
  return buffer
}
