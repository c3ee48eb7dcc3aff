/**
 * Where the bytes of an input come from: a file, a pipe, an array in a test. The smallest thing that all of them can be,
 * so that readers never know. Only `src/io` makes the ones that touch the system.
 */
export interface ByteSource {
  /** The input as the user named it: `run.prof`, `<stdin>`. */
  readonly name: string
  /** Bytes as stored; null when that is not known before the end (a pipe). */
  readonly size: number | null
  /** When the file was last modified, in milliseconds since 1970; null when there is no file. */
  readonly modifiedMs: number | null
  /** The bytes, in pieces of any size. Can be asked for once; a piece is only valid until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array>
  /** Lets go of what the source holds open. Only needed when its bytes were begun and are not read to the end. */
  close?(): Promise<void>
}

/** A source over bytes in memory, in pieces of `chunkSize`. */
export function memorySource(name: string, bytes: Uint8Array, chunkSize = bytes.length || 1): ByteSource {
  return {
    name,
    size: bytes.length,
    modifiedMs: null,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
    },
  }
}
