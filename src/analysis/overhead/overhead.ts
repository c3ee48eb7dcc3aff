import type { Profile } from '../../model/profile.js'
import { NONE } from '../../model/tables.js'

/** What a profiler adds to a call, in seconds: inside of the callee's own time, and of its caller's. */
export interface CallOverhead {
  readonly inside: number
  readonly outside: number
}

/** What a profiler adds to a run. */
export interface Overhead {
  /** Calls of functions of the language, and of built-ins. */
  readonly calls: CallOverhead
  readonly builtins: CallOverhead
  /** Of what runtime this holds: `Python 3.11`; null when it is that of none in particular. */
  readonly runtime: string | null
  /** `calibrated`: measured on the machine that was profiled. `rough`: usual for the runtime, off by half easily. */
  readonly quality: 'calibrated' | 'rough'
}

/**
 * What cProfile costs per call, by minor version of Python 3, in nanoseconds: in the callee, in the caller. Measured on one
 * machine; 3.11 in both parts, of the others 35 % was taken to be in the callee.
 */
const PYTHON: ReadonlyMap<number, readonly [inside: number, outside: number]> = new Map([
  [8, [105, 195]],
  [9, [84, 156]],
  [10, [119, 221]],
  [11, [90, 270]],
  [12, [67, 123]],
  [13, [88, 162]],
])

/** Where the version is not known: the middle of those above. */
const ANY_PYTHON = [95, 185] as const

/**
 * What the profiler of a profile usually costs; null when that is unknown. Known it is of cProfile, whatever format its
 * profile was converted to since.
 */
export function roughOverhead(profile: Profile): Overhead | null {
  const { language, method, producer } = profile.source
  if (method !== 'deterministic' || producer === 'yappi' || (language !== 'python' && language !== null)) return null
  const minor = pythonMinor(profile)
  // Formats that do not name the language still have the paths.
  if (language === null && minor === null) return null
  const known = minor === null ? undefined : PYTHON.get(minor)
  const [inside, outside] = known ?? ANY_PYTHON
  const calls = { inside: inside / 1e9, outside: outside / 1e9 }
  return {
    calls,
    // Readings of built-ins lie on both sides of this.
    builtins: calls,
    runtime: known === undefined ? null : `Python 3.${minor}`,
    quality: 'rough',
  }
}

/** The minor version in the paths of the standard library: `/usr/lib/python3.11/csv.py`, `C:\Python311\Lib\csv.py`. */
function pythonMinor({ functions, strings }: Profile): number | null {
  const seen = new Uint8Array(strings.length)
  for (let fn = 0; fn < functions.length; fn++) {
    const file = functions.file[fn]!
    if (file === NONE || seen[file] === 1) continue
    seen[file] = 1
    const path = strings.text(file)
    const match = /[/\\]python3\.(\d{1,2})[/\\]/i.exec(path) ?? /[/\\]python3(\d{1,2})[/\\]lib[/\\]/i.exec(path)
    if (match !== null) return Number(match[1])
  }
  return null
}
