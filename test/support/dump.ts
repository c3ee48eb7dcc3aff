import { decodeText } from '../../src/bytes/text.js'
import { callersOf } from '../../src/model/adjacency.js'
import { callGraph } from '../../src/model/call-graph.js'
import type { Feature } from '../../src/model/features.js'
import { type ExactNumber, exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import { type FrameTable, NO_POSITION, NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'

/** Stacks beyond this many are summed in one line, so that a golden stays readable. */
const STACK_LINES = 400

/**
 * A set of profiles as sorted text, for goldens that a person can read and a diff can show. Row numbers and the order
 * of tables do not matter to it. `features` leaves out what a format does not carry.
 */
export function dump(set: ProfileSet, features: ReadonlySet<Feature> | null = null): string {
  const has = (feature: Feature): boolean => features === null || features.has(feature)
  return `${set.profiles.map((profile) => dumpProfile(profile, has)).join('\n')}\n`
}

function dumpProfile(whole: Profile, has: (feature: Feature) => boolean): string {
  const profile = has('several-values') ? whole : onlyDefaultValue(whole)
  const lines: string[] = []
  if (has('provenance')) lines.push(...dumpSource(profile))
  const names = profile.valueTypes.map(({ name, unit }) => `${name} (${unit})`)
  lines.push(`values: ${names.join(', ')}; default ${names[profile.defaultValue]}`)
  if (has('edges') || profile.stacks !== null) lines.push(...dumpGraph(profile, has))
  const { stacks, frames, samples } = profile
  if (stacks !== null && frames !== null && samples !== null && has('stacks')) {
    lines.push(...dumpStacks(profile, stacks, frames, samples, has))
  }
  return lines.join('\n')
}

/** The profile with nothing but the value that is shown first, for formats that hold one. */
function onlyDefaultValue(profile: Profile): Profile {
  const { valueTypes, defaultValue, samples, graph } = profile
  const one = <T>(columns: readonly T[]): T[] => [columns[defaultValue]!]
  const edges = graph && { ...graph.edges, self: one(graph.edges.self), total: one(graph.edges.total) }
  return {
    ...profile,
    valueTypes: one(valueTypes),
    defaultValue: 0,
    samples: samples && { ...samples, values: one(samples.values) },
    graph: graph && { ...graph, self: one(graph.self), total: one(graph.total), edges: edges! },
  }
}

function dumpSource({ name, source, process, thread }: Profile): string[] {
  return [
    `profile ${JSON.stringify(name)} process ${process} thread ${thread}`,
    `source: ${source.format}, ${source.producer ?? 'unknown producer'}, ${source.language ?? 'unknown language'}, ` +
      `${source.method}, interval ${source.intervalNs}, recorded ${source.recordedAt} (${source.clock}), stacks ${source.stacks}`,
    ...[...source.details].map(([key, value]) => `detail: ${key} = ${value}`).sort(),
    ...source.notes.map(({ code, message, count }) => `note: ${code} (${count}) ${message}`).sort(),
  ]
}

function dumpGraph(profile: Profile, has: (feature: Feature) => boolean): string[] {
  const graph = callGraph(profile)
  const { edges } = graph
  const callers = callersOf(graph)
  const blocks: string[] = []
  for (let func = 0; func < graph.length; func++) {
    const block = [`${functionText(profile, func, has)}${costs(graph, func, has)}`]
    const rows: string[] = []
    for (let at = callers.start[func]!; at < callers.start[func + 1]!; at++) {
      const edge = callers.edges[at]!
      rows.push(`  <- ${functionText(profile, edges.caller[edge]!, has)}${edgeCosts(graph, edge, has)}`)
    }
    blocks.push([...block, ...rows.sort()].join('\n'))
  }
  return [`functions: ${graph.length}, edges: ${edges.length}`, ...blocks.sort()]
}

function costs(graph: ReturnType<typeof callGraph>, func: number, has: (feature: Feature) => boolean): string {
  const parts: string[] = []
  if (has('calls')) parts.push(`calls ${callsText(graph.calls, graph.primitiveCalls, func, has)}`)
  graph.self.forEach((self, value) => {
    parts.push(`self ${cell(self, func)} total ${cell(graph.total[value]!, func)}`)
  })
  return ` | ${parts.join(' | ')}`
}

function edgeCosts(graph: ReturnType<typeof callGraph>, edge: number, has: (feature: Feature) => boolean): string {
  const { edges } = graph
  const parts: string[] = []
  if (has('edge-calls')) parts.push(`calls ${callsText(edges.calls, edges.primitiveCalls, edge, has)}`)
  if (has('edge-costs')) {
    edges.self.forEach((self, value) => {
      parts.push(`self ${cell(self, edge)} total ${cell(edges.total[value] ?? null, edge)}`)
    })
  }
  return ` | ${parts.join(' | ')}`
}

function callsText(
  calls: NumberColumn | null,
  primitive: NumberColumn | null,
  row: number,
  has: (feature: Feature) => boolean,
): string {
  const all = cell(calls, row)
  if (!has('primitive-calls')) return all
  const outermost = cell(primitive, row)
  return all === outermost ? all : `${all}/${outermost}`
}

function dumpStacks(
  profile: Profile,
  stacks: StackTable,
  frames: FrameTable,
  samples: SampleTable,
  has: (feature: Feature) => boolean,
): string[] {
  const folded = new Map<string, ExactNumber[]>()
  for (let sample = 0; sample < samples.length; sample++) {
    const key = stackText(profile, stacks, frames, samples.stack[sample]!, has)
    const values = folded.get(key) ?? samples.values.map(() => 0)
    samples.values.forEach((column, value) => {
      if (column !== null) values[value] = Number(values[value]) + Number(exactAt(column, sample))
    })
    folded.set(key, values)
  }
  const lines = [...folded].map(([stack, values]) => `${stack} ${values.map(numberText).join(' ')}`).sort()
  const rest = lines.length - STACK_LINES
  const shown = rest > 0 ? [...lines.slice(0, STACK_LINES), `… ${rest} more stacks`] : lines
  const head = `stacks: ${stacks.length}, samples: ${samples.length}, duration ${samples.duration} ${samples.timeUnit}`
  return [has('order') ? head : `stacks: ${folded.size}`, ...shown]
}

function stackText(
  profile: Profile,
  stacks: StackTable,
  frames: FrameTable,
  stack: number,
  has: (feature: Feature) => boolean,
): string {
  const names: string[] = []
  for (let at = stack; at !== NONE; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!
    const line = frames.line[frame]!
    const inlined = has('inlining') && frames.inlined?.[frame] === 1 ? ' (inlined)' : ''
    const executing = has('lines') && line !== NO_POSITION ? `@${line}` : ''
    names.push(`${functionText(profile, frames.function[frame]!, has)}${executing}${inlined}`)
  }
  return names.reverse().join(';')
}

function functionText(profile: Profile, func: number, has: (feature: Feature) => boolean): string {
  const { functions, strings } = profile
  const name = text(strings.bytes(functions.name[func]!), has)
  const file = functions.file[func]!
  const line = functions.line[func]!
  const column = functions.column[func]!
  const place = [
    has('files') && file !== NONE ? text(strings.bytes(file), has) : '',
    has('definition-lines') && line !== NO_POSITION ? String(line) : '',
    has('columns') && column !== NO_POSITION ? String(column) : '',
  ]
  return `${name} [${place.join(':').replace(/:+$/, '')}]`
}

/**
 * The text, its control characters escaped; bytes that are not UTF-8 in hex, so that a lost byte is seen. Formats
 * without `raw-names` spell such bytes in ways of their own.
 */
function text(bytes: Uint8Array, has: (feature: Feature) => boolean): string {
  const decoded = decodeText(bytes)
  if (!has('raw-names')) return JSON.stringify(decoded.replace(/\p{Surrogate}/gu, '\ufffd')).slice(1, -1)
  const shown = JSON.stringify(decoded).slice(1, -1)
  return decoded.includes('\ufffd') ? `${shown}<${Buffer.from(bytes).toString('hex')}>` : shown
}

function cell(column: NumberColumn | null, row: number): string {
  return column === null ? '?' : numberText(exactAt(column, row))
}

function numberText(value: ExactNumber): string {
  if (Object.is(value, -0)) return '-0'
  return Number.isNaN(value) ? '?' : String(value)
}
