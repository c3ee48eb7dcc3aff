/** Pieces up to this size are gathered: a call to the system costs more than copying them. */
const BLOCK_BYTES = 64 * 1024

/** What writers yield: pieces of any size. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** The same bytes in pieces that are worth a write each. A block is only valid until the next one is asked for. */
export async function* blocks(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(BLOCK_BYTES)
  let length = 0
  for await (const chunk of chunks) {
    if (length + chunk.length > BLOCK_BYTES && length > 0) {
      yield buffer.subarray(0, length)
      length = 0
    }
    if (chunk.length >= BLOCK_BYTES) {
      yield chunk
    } else {
      buffer.set(chunk, length)
      length += chunk.length
    }
  }
  if (length > 0) yield buffer.subarray(0, length)
}
