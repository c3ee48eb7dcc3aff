import { fstatSync, write } from 'node:fs'
import { isatty } from 'node:tty'
import { CallcostError } from '../errors.js'
import { blocks, type Chunks } from './blocks.js'
import { systemCode, systemReason } from './system-error.js'

export interface Written {
  /** The reader went away before the end, as `head` does: no error, and nothing more to say. */
  readonly closed: boolean
}

/**
 * Writes to the standard output and waits until the system has taken every byte. Throws `write-failed`, except when
 * the reader closes the pipe. Errors of `chunks` pass through.
 */
export async function writeStdout(chunks: Chunks): Promise<Written> {
  const put = stdoutWriter()
  for await (const block of blocks(chunks)) {
    try {
      await put(block)
    } catch (error) {
      if (systemCode(error) === 'EPIPE') return { closed: true }
      throw new CallcostError('write-failed', `cannot write to the standard output: ${systemReason(error)}`, {
        cause: error,
      })
    }
  }
  return { closed: false }
}

function stdoutWriter(): (bytes: Uint8Array) => Promise<void> {
  const stats = fstatSync(1)
  // process.stdout takes a short write to a file, as on a full disk, for a whole one.
  if (stats.isFile() || (stats.isCharacterDevice() && !isatty(1))) return (bytes) => writeFully(1, bytes)
  // Without a listener an error is thrown at the process, after the callback has already told us.
  if (!process.stdout.listeners('error').includes(ignore)) process.stdout.on('error', ignore)
  return (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
}

function ignore(): void {}

/** Writes all bytes to a descriptor, where it stands. */
export async function writeFully(fd: number, bytes: Uint8Array): Promise<void> {
  let at = 0
  while (at < bytes.length) {
    at += await new Promise<number>((resolve, reject) => {
      write(fd, bytes, at, bytes.length - at, null, (error, count) => (error ? reject(error) : resolve(count)))
    })
  }
}
