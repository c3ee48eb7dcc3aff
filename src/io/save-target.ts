import { type BigIntStats, fstatSync } from 'node:fs'
import { access, constants, lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CallcostError, quote } from '../errors.js'
import { systemCode, systemReason } from './system-error.js'

/** Links that point at links; the kernel gives up at as many. */
const MOST_LINKS = 40

/** Where output goes, once it is known that it may go there. */
export type SaveTarget =
  /** A file to be put in place by renaming. `old` is what it replaces. */
  | { readonly kind: 'file'; readonly path: string; readonly old: BigIntStats | null }
  /** A pipe or device to be written to directly. */
  | { readonly kind: 'device'; readonly path: string }
  /** An open descriptor of this process, as /dev/stdout names one. */
  | { readonly kind: 'descriptor'; readonly fd: number }

/**
 * Looks where an output path leads, through links, and refuses what must not be written to: `cannot-create` for a
 * directory, a missing folder, one of the inputs. Commands ask before they read, so that a refusal costs no time.
 * `inputs` are paths, `-` is the standard input.
 */
export async function saveTarget(path: string, inputs: readonly string[] = []): Promise<SaveTarget> {
  const fd = descriptorOf(path)
  if (fd !== null) return { kind: 'descriptor', fd }
  const old = await statOrNull(path, path)
  if (old === null) return fileTarget(await newFile(path), old, path)
  if (old.isDirectory()) throw cannotCreate(path, 'is a directory')
  if (old.isSocket()) throw cannotCreate(path, 'is a socket')
  if (!old.isFile()) return { kind: 'device', path }
  for (const input of inputs) {
    const stats = await inputStats(input)
    if (stats !== null && stats.dev === old.dev && stats.ino === old.ino) {
      throw cannotCreate(path, input === path ? 'is an input' : `is the input ${quote(input)}`)
    }
  }
  try {
    return await fileTarget(await realpath(path), old, path)
  } catch (error) {
    throw error instanceof CallcostError ? error : cannotCreate(path, systemReason(error), error)
  }
}

/** A file is put in place by renaming, so its folder must let us write. */
async function fileTarget(real: string, old: BigIntStats | null, path: string): Promise<SaveTarget> {
  try {
    await access(dirname(real), constants.W_OK)
  } catch (error) {
    throw cannotCreate(path, `the folder cannot be written to: ${systemReason(error)}`, error)
  }
  return { kind: 'file', path: real, old }
}

export function cannotCreate(path: string, reason: string, cause?: unknown): CallcostError {
  return new CallcostError('cannot-create', `cannot write ${quote(path)}: ${reason}`, { cause })
}

function descriptorOf(path: string): number | null {
  if (path === '/dev/stdout') return 1
  if (path === '/dev/stderr') return 2
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)
  return match === null ? null : Number(match[1])
}

/** The path of a file that is to be made: the real folder, and the name that the last of the links points at. */
async function newFile(path: string): Promise<string> {
  let at = path
  for (let links = 0; links < MOST_LINKS; links++) {
    const folder = await realFolder(dirname(at), path)
    at = join(folder, basename(at))
    const target = await readlinkOrNull(at)
    if (target === null) return at
    at = resolve(folder, target)
  }
  throw cannotCreate(path, 'too many symbolic links')
}

async function realFolder(folder: string, path: string): Promise<string> {
  try {
    const real = await realpath(folder)
    if ((await stat(real)).isDirectory()) return real
    throw cannotCreate(path, `${quote(folder)} is no folder`)
  } catch (error) {
    if (error instanceof CallcostError) throw error
    const missing = systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR'
    throw cannotCreate(path, missing ? `there is no folder ${quote(folder)}` : systemReason(error), error)
  }
}

async function readlinkOrNull(path: string): Promise<string | null> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : null
  } catch {
    return null
  }
}

async function statOrNull(file: string, path: string): Promise<BigIntStats | null> {
  try {
    return await stat(file, { bigint: true })
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null
    throw cannotCreate(path, systemReason(error), error)
  }
}

async function inputStats(input: string): Promise<BigIntStats | null> {
  try {
    return input === '-' ? fstatSync(0, { bigint: true }) : await stat(input, { bigint: true })
  } catch {
    // An input that is not there is told when it is read.
    return null
  }
}
