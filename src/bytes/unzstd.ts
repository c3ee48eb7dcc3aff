import { CallcostError, FormatError } from '../errors.js'
import { peek } from './head.js'
import type { ByteSource } from './source.js'

/** Bytes that are decompressed before what came of them is handed out. */
const PIECE = 16 * 1024

/** The largest window that zstd itself takes unless told otherwise; the memory for it is taken at once. */
const LARGEST_WINDOW = 128 * 1024 * 1024

/** Bytes that a frame's header has at most. */
const HEADER_BYTES = 18

/**
 * The decompressed bytes of a source in zstd's format, as they come in. `check` gets the bytes decompressed and read so
 * far and throws when they are too many. Checksums are not looked at. Throws {@link FormatError} for data that is damaged
 * or cut off. The library is only loaded here: hardly any input needs it.
 */
export async function* unzstd(
  source: ByteSource,
  check: (decompressed: number, compressed: number) => void,
): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let read = 0
  let length = 0
  let isComplete = false
  let blocks: Uint8Array[] = []
  const decompressor = new Decompress((block, isLast) => {
    length += block.length
    check(length, read)
    if (block.length > 0) blocks.push(block)
    isComplete = isLast === true
  })
  const push = (bytes: Uint8Array, isLast: boolean): void => {
    try {
      decompressor.push(bytes, isLast)
    } catch (error) {
      throw faultOf(error)
    }
  }
  const whole = await peek(source, HEADER_BYTES)
  if (windowOf(whole.head) > LARGEST_WINDOW) {
    await whole.source.close?.()
    throw tooWide()
  }
  for await (const chunk of whole.source.chunks()) {
    // The library keeps what it cannot decode yet, and recurses for each frame: small pieces, and copies of them.
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.slice(at, at + PIECE)
      read += piece.length
      push(piece, false)
      yield* blocks
      blocks = []
    }
  }
  push(new Uint8Array(0), true)
  yield* blocks
  if (!isComplete) throw cutOff()
}

/** Bytes of the window that a file's first frame asks for; see RFC 8878, 3.1.1.1. */
function windowOf(head: Uint8Array): number {
  const descriptor = head[4] ?? 0
  const isSingle = (descriptor & 0x20) !== 0
  if (!isSingle) {
    const base = 2 ** (10 + ((head[5] ?? 0) >> 3))
    return base + (base / 8) * ((head[5] ?? 0) & 7)
  }
  const at = 5 + [0, 1, 2, 4][descriptor & 3]!
  const bytes = [1, 2, 4, 8][descriptor >> 6]!
  let size = bytes === 2 ? 256 : 0
  for (let byte = 0; byte < bytes; byte++) size += (head[at + byte] ?? 0) * 2 ** (8 * byte)
  return size
}

function tooWide(cause?: unknown): FormatError {
  return new FormatError(
    'the zstd data needs a window of more than 128 MiB',
    {},
    { cause, hint: 'decompress it with zstd -d --long=31' },
  )
}

function cutOff(cause?: unknown): FormatError {
  return new FormatError('the zstd data is cut off: the file ends before it does', {}, { cause })
}

/** The library's faults in our words; its code 5 is an early end, 1 a window that is too large. */
function faultOf(cause: unknown): unknown {
  if (cause instanceof CallcostError) return cause
  const code = (cause as { readonly code?: unknown }).code
  if (code === 5) return cutOff(cause)
  if (code === 1) return tooWide(cause)
  return new FormatError('the zstd data is damaged', {}, { cause, hint: 'zstd -t FILE tests it' })
}
