import { createReadStream, fstatSync, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { ByteSource } from '../bytes/source.js'
import { CallcostError } from '../errors.js'
import { systemCode, systemReason } from './system-error.js'

/** Bytes asked for at a time: past 1 MiB reading gets no faster, and less memory stays in the cache. */
const CHUNK_BYTES = 1024 * 1024

/** Names of the standard input that cannot be opened anew when it is a socket, so its descriptor is read instead. */
const STDIN_PATH = /^\/(dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/

/**
 * A file, named pipe or device as a source. Nothing is held open before its bytes are asked for. Throws `no-input` for
 * what is missing, a directory or forbidden; `data` while reading when the file changes its size. `name` is what
 * errors call it.
 */
export async function openSource(path: string, name = path): Promise<ByteSource> {
  if (STDIN_PATH.test(path)) return { ...stdinSource(), name }
  const stats = await reading(name, () => stat(path))
  if (stats.isDirectory()) throw noInput(name, 'is a directory')
  if (stats.isSocket()) throw noInput(name, 'is a socket')
  // A permission that is missing should show before other inputs are read. A pipe can be opened only once.
  if (stats.isFile()) await reading(name, async () => (await open(path)).close())
  return {
    name,
    size: sizeOf(stats),
    modifiedMs: stats.isFile() ? stats.mtimeMs : null,
    chunks: () => fileChunks(path, name, stats),
  }
}

/** The standard input as a source. */
export function stdinSource(): ByteSource {
  return { name: '<stdin>', size: null, modifiedMs: null, chunks: stdinChunks }
}

/** Null for pipes and devices, and for files that claim to be empty, as those of /proc do. */
function sizeOf(stats: Stats): number | null {
  return stats.isFile() && stats.size > 0 ? stats.size : null
}

async function* fileChunks(path: string, name: string, expected: Stats): AsyncGenerator<Uint8Array> {
  const size = sizeOf(expected)
  const handle = await reading(name, () => open(path))
  try {
    const found = await reading(name, () => handle.stat())
    if (found.ino !== expected.ino || found.dev !== expected.dev) throw changed(name, 'it was replaced')
    // One byte more than the file has, so that the first read also shows that it does not grow.
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, (size ?? CHUNK_BYTES) + 1))
    let read = 0
    for (let count = await readSome(handle, name, buffer); count > 0; count = await readSome(handle, name, buffer)) {
      read += count
      if (size !== null && read > size) throw changed(name, `it grew past ${size} bytes`)
      yield buffer.subarray(0, count)
    }
    if (size !== null && read < size) throw changed(name, `it shrank from ${size} to ${read} bytes`)
  } finally {
    // Every byte is here by now.
    await handle.close().catch(() => {})
  }
}

async function readSome(handle: FileHandle, name: string, buffer: Buffer): Promise<number> {
  const { bytesRead } = await reading(name, () => handle.read(buffer, 0, buffer.length, null))
  return bytesRead
}

async function* stdinChunks(): AsyncGenerator<Uint8Array> {
  // A pipe or terminal goes through process.stdin, which waits without blocking a thread; a file is read in large pieces.
  const stats = fstatSync(0)
  if (stats.isDirectory()) throw noInput('<stdin>', 'is a directory')
  const stream = stats.isFile()
    ? createReadStream('', { fd: 0, autoClose: false, highWaterMark: CHUNK_BYTES })
    : process.stdin
  try {
    yield* stream as AsyncIterable<Uint8Array>
  } catch (error) {
    throw systemCode(error) === '' ? error : noInput('<stdin>', systemReason(error), error)
  }
}

async function reading<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw noInput(name, systemReason(error), error)
  }
}

function noInput(name: string, message: string, cause?: unknown): CallcostError {
  const error = new CallcostError('no-input', message, { cause })
  error.source = name
  return error
}

function changed(name: string, how: string): CallcostError {
  const error = new CallcostError('data', `the file changed while it was read: ${how}`, {
    hint: 'wait until the program that writes it is done',
  })
  error.source = name
  return error
}
