import { randomBytes } from 'node:crypto'
import { type BigIntStats, constants, unlinkSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { CallcostError, quote } from '../errors.js'
import { blocks, type Chunks } from './blocks.js'
import { cannotCreate, saveTarget } from './save-target.js'
import { type Written, writeFully, writeStdout } from './stdout.js'
import { systemCode, systemReason } from './system-error.js'

export interface SaveOptions {
  /** Paths that are read, `-` for the standard input: the output must not be one of them. */
  readonly inputs?: readonly string[]
}

/** Files that are not in their place yet. */
const temporaries = new Set<string>()

/**
 * Writes a file so that at any moment either the old one or the whole new one is there. A path that ends in `.gz` is
 * compressed. Pipes and devices are written to directly; `closed` then tells that their reader went away. Throws
 * `cannot-create` and `write-failed`; errors of `chunks` pass through, and nothing is left behind.
 */
export async function saveFile(path: string, chunks: Chunks, options: SaveOptions = {}): Promise<Written> {
  const target = await saveTarget(path, options.inputs)
  const bytes = /\.gz$/i.test(path) ? gzipped(chunks) : chunks
  switch (target.kind) {
    case 'file':
      await replaceFile(target.path, target.old, bytes, path)
      return { closed: false }
    case 'device':
      return writeDevice(target.path, bytes)
    case 'descriptor':
      return target.fd === 1 ? writeStdout(bytes) : writeDescriptor(target.fd, bytes, path)
  }
}

/** Removes what unfinished saves have written so far. For a handler of SIGINT or SIGTERM, so it waits for nothing. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      unlinkSync(path)
    } catch {
      // It has been renamed or removed meanwhile.
    }
  }
  temporaries.clear()
}

async function replaceFile(target: string, old: BigIntStats | null, chunks: Chunks, path: string): Promise<void> {
  const folder = dirname(target)
  const temporary = join(folder, `.callcost-${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
  // What replaces a private file is private from the start; a new one gets the mode that the umask leaves.
  temporaries.add(temporary)
  let handle: FileHandle
  try {
    handle = await open(temporary, 'wx', old === null ? 0o666 : 0o600)
  } catch (error) {
    temporaries.delete(temporary)
    throw cannotCreate(path, systemReason(error), error)
  }
  try {
    try {
      await writeBlocks(handle.fd, chunks, path)
      await writing(path, async () => {
        if (old !== null) await takeOver(handle, old)
        await handle.sync()
      })
    } catch (error) {
      await handle.close().catch(() => {})
      throw error
    }
    // Some network file systems only say here that there is no room.
    await writing(path, () => handle.close())
    await writing(path, () => rename(temporary, target))
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  } finally {
    temporaries.delete(temporary)
  }
  await syncFolder(folder)
}

/** Owner and mode of the file that is replaced. */
async function takeOver(handle: FileHandle, old: BigIntStats): Promise<void> {
  const { uid, gid } = await handle.stat({ bigint: true })
  // Only root may give files away; to everybody else the new file belongs.
  if (uid !== old.uid || gid !== old.gid) await handle.chown(Number(old.uid), Number(old.gid)).catch(() => {})
  await handle.chmod(Number(old.mode) & 0o777)
}

/** Makes the renaming last. The file is in its place by now, so a file system that cannot do this is no failure. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder)
    await handle.sync().finally(() => handle.close())
  } catch {}
}

async function writeDevice(path: string, chunks: Chunks): Promise<Written> {
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_WRONLY)
  } catch (error) {
    throw cannotCreate(path, systemReason(error), error)
  }
  let written: Written
  try {
    written = await writeDescriptor(handle.fd, chunks, path)
  } catch (error) {
    await handle.close().catch(() => {})
    throw error
  }
  await writing(path, () => handle.close())
  return written
}

async function writeDescriptor(fd: number, chunks: Chunks, path: string): Promise<Written> {
  try {
    await writeBlocks(fd, chunks, path)
    return { closed: false }
  } catch (error) {
    if (error instanceof CallcostError && systemCode(error.cause) === 'EPIPE') return { closed: true }
    throw error
  }
}

async function writeBlocks(fd: number, chunks: Chunks, path: string): Promise<void> {
  for await (const block of blocks(chunks)) await writing(path, () => writeFully(fd, block))
}

async function writing(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    throw new CallcostError('write-failed', `cannot write ${quote(path)}: ${systemReason(error)}`, { cause: error })
  }
}

async function* gzipped(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const gzip = createGzip()
  // An error of the chunks destroys the stream and so comes out of the loop below.
  const feeding = pipeline(copies(chunks), gzip).catch(() => {})
  try {
    yield* gzip as AsyncIterable<Uint8Array>
  } finally {
    gzip.destroy()
    await feeding
  }
}

/** Blocks of their own memory: the stream keeps them while the next one is made. */
async function* copies(chunks: Chunks): AsyncGenerator<Uint8Array> {
  for await (const block of blocks(chunks)) yield Buffer.from(block)
}
