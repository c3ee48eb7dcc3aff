import type { NumberColumn } from '../../src/model/numbers.js'
import type { StatsTables } from './stats-builder.js'
import type { Stats } from './stats-reader.js'

/** What the habits of writers give away. Nothing in the file names its writer. */
export function producerOf({ tables, sampled, python2, modern }: Stats): string | null {
  if (sampled) return 'CPython 3.15 or newer'
  const { graph, entries } = tables
  const calls = graph.calls!.values
  const primitive = graph.primitiveCalls!.values
  let unknown = 0
  let recursive = 0
  let swapped = 0
  for (let fn = 0; fn < entries; fn++) {
    if (calls[fn] === -1 && primitive[fn] === -1) unknown++
    else if (calls[fn]! > primitive[fn]!) recursive++
    else if (calls[fn]! < primitive[fn]!) swapped++
  }
  // pyinstrument does not know counts; yappi puts all calls first in an entry, the wrong way round.
  if (unknown === entries) return 'pyinstrument'
  if (swapped > 0 && recursive === 0 && unknown === 0) return 'yappi'
  if (python2) return 'CPython 2'
  return modern ? 'CPython 3.4 or newer' : null
}

/**
 * The command that the profile module ran, which it records as a function of the file `profile`: a statement, or the
 * code object of a script, of which the file is what was run.
 */
export function commandOf({ tables, strings }: Stats): string | null {
  const { functions, entries } = tables
  const file = strings.find('profile')
  const profiler = strings.find('profiler')
  if (file < 0) return null
  for (let fn = 0; fn < entries; fn++) {
    if (functions.file[fn] !== file || functions.line[fn] !== 0 || functions.name[fn] === profiler) continue
    const name = strings.text(functions.name[fn]!)
    return /^<code object .* at 0x[0-9a-f]+, file "(.*)", line \d+>$/s.exec(name)?.[1] ?? name
  }
  return null
}

/** Nanoseconds between two samples: the time of an entry by its samples. null when the entries do not agree. */
export function intervalOf({ graph, entries }: StatsTables): number | null {
  const samples = graph.calls!.values
  const total = (graph.total[0] as NumberColumn).values
  let interval = Number.NaN
  let most = 0
  for (let fn = 0; fn < entries; fn++) {
    if (samples[fn]! <= most) continue
    most = samples[fn]!
    interval = total[fn]! / most
  }
  if (!(interval > 0 && interval < 1e6)) return null
  for (let fn = 0; fn < entries; fn++) {
    if (Math.abs(total[fn]! - samples[fn]! * interval) > 1e-6 * Math.abs(total[fn]!)) return null
  }
  return Math.round(interval * 1e9)
}
