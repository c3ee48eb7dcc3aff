import type { DataNote } from '../../src/model/profile.js'
import type { Stats } from './stats-reader.js'

/**
 * What is odd about a stats dict beyond what validate() finds in any graph. All numbers are kept as they are. A note
 * with a code that validate() uses replaces its note.
 */
export function dataNotes(stats: Stats, producer: string | null): DataNote[] {
  const { tables, earlyEnds, trailingBytes } = stats
  const calls = tables.graph.calls!.values
  const primitive = tables.graph.primitiveCalls!.values
  let swapped = 0
  let broken = 0
  for (let fn = 0; fn < tables.entries; fn++) {
    if (primitive[fn]! > calls[fn]!) swapped++
    if (!Number.isInteger(calls[fn]) || !Number.isInteger(primitive[fn])) broken++
  }
  const ghosts = tables.functions.length - tables.entries
  const notes: DataNote[] = []
  const add = (code: string, count: number, one: string, many: string): void => {
    if (count > 0) notes.push({ code, count, message: `${count} ${count === 1 ? one : many}` })
  }
  if (producer === 'yappi') {
    const text = 'more primitive calls than calls: yappi writes the two the other way round'
    add('primitive-above-calls', swapped, `function has ${text}`, `functions have ${text}`)
  }
  if (producer === 'pyinstrument') {
    const text = 'the number of calls -1: pyinstrument does not count calls'
    add('negative-calls', tables.entries, `function has ${text}`, `functions have ${text}`)
  }
  const fraction = 'calls that is no whole number'
  add('fractional-calls', broken, `function has a number of ${fraction}`, `functions have a number of ${fraction}`)
  add('missing-entries', ghosts, 'caller has no entry of its own', 'callers have no entry of their own')
  const last = 'the last value counts, as in Python'
  add('duplicate-keys', tables.duplicates, `key came twice; ${last}`, `keys came twice; ${last}`)
  const rest = 'where a value was expected, and Python stops there as well'
  add('early-ends', earlyEnds, `dict ends ${rest}`, `dicts end ${rest}`)
  const ignored = 'after the profile ignored, as Python does'
  add('trailing-bytes', trailingBytes, `byte ${ignored}`, `bytes ${ignored}`)
  return notes
}
