import { memorySource } from '../../src/bytes/source.js'
import { CallcostError, EXIT_CODES, FormatError, placeText, quote } from '../../src/errors.js'
import { callGraph } from '../../src/model/call-graph.js'
import { exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { validate } from '../../src/model/validate.js'
import { type ReadOptions, type ReadResult, readProfileSet } from '../../src/pipeline/read.js'
import { attribute } from '../../src/transform/attribution.js'

/** More functions and profiles than these are only counted. */
const SHOWN_FUNCTIONS = 4
const SHOWN_PROFILES = 2

/** What comes of reading the bytes: the exit code, and what a user is told, or what was read. Throws what is our fault. */
export async function verdict(bytes: Uint8Array, options: ReadOptions = {}, chunkSize?: number): Promise<string> {
  try {
    return `0 ${readText(await readProfileSet(memorySource('x', bytes, chunkSize), options))}`
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    const place = error instanceof FormatError ? placeText(error.place) : ''
    const hint = error.hint === undefined ? '' : `\n    hint: ${error.hint}`
    return `${EXIT_CODES[error.kind]} ${error.message}${place === '' ? '' : ` (${place})`}${hint}`
  }
}

function readText({ set, problems }: ReadResult): string {
  const lines = set.profiles.slice(0, SHOWN_PROFILES).map(profileText)
  const more = set.profiles.length - lines.length
  if (more > 0) lines.push(`and ${more} more profiles`)
  for (const { outcome, message, count, first } of problems) {
    const place = placeText(first)
    lines.push(`${outcome} ${count}: ${message}${place === '' ? '' : ` (${place})`}`)
  }
  return lines.join('\n    ')
}

function profileText(profile: Profile): string {
  const { errors } = validate(profile)
  if (errors.length > 0) throw new Error(`a profile that does not hold together was let through: ${errors[0]}`)
  const { valueTypes, defaultValue, functions, samples, source } = profile
  const graph = callGraph(attribute(profile))
  const { name, unit } = valueTypes[defaultValue] ?? { name: 'nothing', unit: 'none' }
  const rows: string[] = []
  for (let fn = 0; fn < Math.min(functions.length, SHOWN_FUNCTIONS); fn++) {
    const calls = graph.calls === null ? '' : ` ${cell(graph.calls, fn)}x`
    rows.push(
      `${functionText(profile, fn)}${calls} ${cell(graph.self[defaultValue]!, fn)}/${cell(graph.total[defaultValue]!, fn)}`,
    )
  }
  if (functions.length > SHOWN_FUNCTIONS) rows.push(`and ${functions.length - SHOWN_FUNCTIONS} more`)
  const count = samples === null ? `${graph.edges.length} edges` : `${samples.length} samples`
  const notes = source.notes.map(({ code }) => ` [${code}]`).join('')
  return `${name} (${unit}), ${count}: ${rows.join(', ')}${notes}`
}

function functionText({ strings, functions }: Profile, fn: number): string {
  const file = functions.file[fn]!
  const line = functions.line[fn]!
  const place = `${file === NONE ? '' : `@${strings.text(file)}`}${line === NO_POSITION ? '' : `:${line}`}`
  return quote(`${strings.text(functions.name[fn]!)}${place}`)
}

function cell(column: NumberColumn, row: number): string {
  const value = exactAt(column, row)
  return Object.is(value, -0) ? '-0' : Number.isNaN(value) ? '?' : String(value)
}
