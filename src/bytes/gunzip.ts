import { createGunzip, type Gunzip } from 'node:zlib'
import { CallcostError, FormatError } from '../errors.js'
import { type Limits, limitError } from '../limits.js'
import { peek } from './head.js'
import type { ByteSource } from './source.js'
import { unzstd } from './unzstd.js'

/** Bytes that tell a compressed input. */
const MAGIC_BYTES = 4

/** Below this much output no ratio is held against an input: a small file of zeros is no bomb. */
const RATIO_FREE_BYTES = 64 * 1024 * 1024

const OUTPUT_CHUNK = 256 * 1024

/** A compression that is told by its first bytes. */
interface Compression {
  readonly name: string
  readonly magic: readonly number[]
  /** The command that decompresses a file to its output. */
  readonly command: string
  readonly open: (source: ByteSource, limits: Limits) => ByteSource
}

const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], command: 'gzip -dc', open: gunzipped },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], command: 'zstd -dc', open: unzstdded },
]

/**
 * The source as it is, or decompressed when its first bytes say that it is compressed; the name never matters. Holds
 * the input to the limits `input`, `decompressed` and `ratio` as the bytes arrive. Throws {@link FormatError} for
 * data that is damaged, cut off, followed by other bytes or compressed twice.
 */
export async function decompress(source: ByteSource, limits: Limits): Promise<ByteSource> {
  const stored = await peek(limited(source, limits), MAGIC_BYTES)
  const outer = compressionOf(stored.head)
  if (outer === undefined) return stored.source
  const opened = await peek(outer.open(stored.source, limits), MAGIC_BYTES)
  const inner = compressionOf(opened.head)
  if (inner === undefined) return opened.source
  await opened.source.close?.()
  throw new FormatError(
    `the file is compressed twice: ${inner.name} in ${outer.name}`,
    {},
    { hint: `decompress it once with ${outer.command} FILE, callcost - reads the result` },
  )
}

function compressionOf(head: Uint8Array): Compression | undefined {
  return COMPRESSIONS.find(({ magic }) => magic.every((byte, at) => head[at] === byte))
}

/** The source, held to the limit on stored bytes: at once when its size is known, else as they arrive. */
function limited(source: ByteSource, limits: Limits): ByteSource {
  const check = (bytes: number) => {
    if (bytes > limits.input) throw limitError('input', limits.input, `the input has more than ${limits.input} bytes`)
  }
  return {
    ...source,
    async *chunks() {
      check(source.size ?? 0)
      let read = 0
      for await (const chunk of source.chunks()) {
        read += chunk.length
        check(read)
        yield chunk
      }
    },
  }
}

function unzstdded(source: ByteSource, limits: Limits): ByteSource {
  return {
    name: source.name,
    size: null,
    modifiedMs: source.modifiedMs,
    chunks: () => unzstd(source, (length, compressed) => checkOutput(length, compressed, limits)),
  }
}

function gunzipped(source: ByteSource, limits: Limits): ByteSource {
  return {
    name: source.name,
    size: null,
    modifiedMs: source.modifiedMs,
    async *chunks() {
      const gunzip = createGunzip({ chunkSize: OUTPUT_CHUNK })
      const feeding = feed(source, gunzip)
      let length = 0
      try {
        for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
          length += chunk.length
          checkOutput(length, gunzip.bytesWritten, limits)
          yield chunk
        }
        const fault = await feeding
        if (fault !== null) throw fault
      } catch (error) {
        throw error instanceof CallcostError ? error : damage(error)
      } finally {
        gunzip.destroy()
        await feeding
      }
    },
  }
}

function checkOutput(length: number, compressed: number, limits: Limits): void {
  if (length > limits.decompressed) {
    throw limitError(
      'decompressed',
      limits.decompressed,
      `the input decompresses to more than ${limits.decompressed} bytes`,
    )
  }
  if (length > RATIO_FREE_BYTES && length > compressed * limits.ratio) {
    throw limitError('ratio', limits.ratio, `each compressed byte becomes more than ${limits.ratio} bytes`)
  }
}

/**
 * Writes the source into the stream, a piece at a time because the source may reuse its memory. Ends the stream, or
 * destroys it with the error of the source; never rejects. The answer is a fault that only shows after the last member.
 */
async function feed(source: ByteSource, gunzip: Gunzip): Promise<FormatError | null> {
  let read = 0
  let ended = false
  try {
    for await (const chunk of source.chunks()) {
      let rest = chunk
      if (!ended) {
        await write(gunzip, chunk)
        if (gunzip.destroyed) return null
        // The stream leaves bytes alone only after the last member, when a zero follows.
        const left = read + chunk.length - gunzip.bytesWritten
        ended = left > 0
        rest = chunk.subarray(chunk.length - left)
      }
      const junk = rest.findIndex((byte) => byte !== 0)
      if (ended && junk >= 0) return trailing(read + chunk.length - rest.length + junk)
      read += chunk.length
    }
    gunzip.end()
  } catch (error) {
    gunzip.destroy(error as Error)
  }
  return null
}

/** Resolves when the stream is done with the bytes, or is destroyed: it then calls nobody back. */
function write(gunzip: Gunzip, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    gunzip.once('close', resolve)
    gunzip.write(chunk, () => {
      gunzip.off('close', resolve)
      resolve()
    })
  })
}

function trailing(offset?: number): FormatError {
  return new FormatError('expected the end of the file after the gzip data, got more bytes', { offset })
}

/** zlib's few words on what is wrong, in ours. */
function damage(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const details = { cause: error }
  switch ((error as NodeJS.ErrnoException).code) {
    case 'Z_BUF_ERROR':
      return new FormatError('the gzip data is cut off: the file ends before it does', {}, details)
    case 'Z_DATA_ERROR':
      // The first member begins with the magic bytes, so only what follows a member can lack them.
      if (error.message === 'incorrect header check') return trailing()
      if (error.message === 'incorrect data check') {
        return new FormatError('the gzip data is damaged: its checksum does not match', {}, details)
      }
      if (error.message === 'incorrect length check') {
        return new FormatError('the gzip data is damaged: its length does not match', {}, details)
      }
      return new FormatError(`the gzip data is damaged: ${error.message}`, {}, details)
    default:
      return error
  }
}
