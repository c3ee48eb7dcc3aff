import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Python {
  /** `3.13.0`. */
  readonly version: string
  readonly path: string
}

/** Versions that the oracles ask for; one that is missing is skipped with a warning. */
export const WANTED_PYTHONS = ['2.7', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13'] as const

/**
 * The Pythons of this machine by minor version: those of CALLCOST_PYTHONS (paths separated by colons) and nothing else
 * when it is set; otherwise those of pyenv, then `python2`, `python3` and `python3.N` on the PATH.
 */
export function findPythons(): ReadonlyMap<string, Python> {
  const found = new Map<string, Python>()
  for (const path of candidates()) {
    const run = spawnSync(path, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], { encoding: 'utf8' })
    const version = run.status === 0 ? run.stdout.trim() : ''
    const minor = /^\d+\.\d+/.exec(version)?.[0]
    if (minor !== undefined && !found.has(minor)) found.set(minor, { version, path })
  }
  return found
}

function candidates(): string[] {
  const told = process.env.CALLCOST_PYTHONS
  if (told !== undefined && told !== '') return told.split(':')
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  const pyenv = existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'bin', 'python')) : []
  return [...pyenv, 'python2', 'python3', ...WANTED_PYTHONS.map((version) => `python${version}`)]
}
