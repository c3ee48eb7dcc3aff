import type { Profile, ProfileSet } from './profile.js'
import { NO_POSITION } from './tables.js'

/** What a profile can have and a format can carry. What a conversion loses is what the profile has and the target lacks. */
export type Feature =
  /** Calls of a function. */
  | 'calls'
  | 'primitive-calls'
  /** Caller→callee pairs as such, without stacks. */
  | 'edges'
  | 'edge-calls'
  /** Self and total of the callee per caller. */
  | 'edge-costs'
  | 'stacks'
  /** The order of samples and their times. */
  | 'order'
  /** Entries and exits: how often a stack was entered. */
  | 'spans'
  | 'files'
  /** The line of a function's definition. */
  | 'definition-lines'
  /** The executing line of a frame. */
  | 'lines'
  | 'columns'
  | 'inlining'
  | 'addresses'
  | 'labels'
  /** Integers past 2^53. */
  | 'int64'
  | 'several-values'
  | 'several-profiles'
  /** Names that are not UTF-8. */
  | 'raw-names'
  /** Data-quality notes, producer, command, recording time. */
  | 'provenance'
  /** V8's hit counts, position ticks and deopt reasons. */
  | 'engine-details'
  | 'distinct-args'

export type FeatureSet = readonly Feature[]

/** What the profiles of a set have between them, or their files have, in the order of {@link Feature}. */
export function featuresOf(set: ProfileSet): Feature[] {
  const found = new Set<Feature>()
  if (set.profiles.length > 1) found.add('several-profiles')
  for (const profile of set.profiles) collect(profile, found)
  return FEATURES.filter((feature) => found.has(feature))
}

/** A feature in the words of "what is lost". */
export function featureText(feature: Feature): string {
  return TEXTS[feature]
}

const TEXTS: Readonly<Record<Feature, string>> = {
  calls: 'call counts',
  'primitive-calls': 'primitive calls',
  edges: 'the call graph as recorded',
  'edge-calls': 'calls per caller',
  'edge-costs': 'costs per caller',
  stacks: 'stacks',
  order: 'the order and times of samples',
  spans: 'entries and exits',
  files: 'file names',
  'definition-lines': 'lines of definitions',
  lines: 'executing lines',
  columns: 'columns',
  inlining: 'inlined frames',
  addresses: 'addresses and mappings',
  labels: 'labels',
  int64: 'integers past 2^53',
  'several-values': 'all but one value type',
  'several-profiles': 'the separation of profiles',
  'raw-names': 'names that are not UTF-8',
  provenance: 'notes and origin',
  'engine-details': 'hit counts, position ticks and deopt reasons',
  'distinct-args': 'counts of distinct arguments',
}

export const FEATURES = Object.keys(TEXTS) as readonly Feature[]

function collect(profile: Profile, found: Set<Feature>): void {
  const { functions, graph, frames, stacks, samples } = profile
  for (const feature of profile.leftOut ?? []) found.add(feature)
  if (profile.valueTypes.length > 1) found.add('several-values')
  if (functions.file.some((file) => file >= 0)) found.add('files')
  if (functions.line.some((line) => line !== NO_POSITION)) found.add('definition-lines')
  if (functions.column.some((column) => column !== NO_POSITION)) found.add('columns')
  if (functions.distinctArgs !== null) found.add('distinct-args')
  if (graph !== null) {
    found.add('edges')
    if (graph.calls !== null) found.add('calls')
    if (graph.primitiveCalls !== null) found.add('primitive-calls')
    if (graph.edges.calls !== null) found.add('edge-calls')
    if (graph.edges.self.some((column) => column !== null)) found.add('edge-costs')
    if (graph.calls?.exact || graph.self.some((column) => column.exact !== null)) found.add('int64')
  }
  if (frames === null || stacks === null || samples === null) return
  found.add('stacks')
  if (samples.time !== null) found.add('order')
  if (samples.continued !== null) found.add('spans').add('calls')
  if (samples.labels !== null) found.add('labels')
  if (samples.values.some((column) => column !== null && column.exact !== null)) found.add('int64')
  if (frames.inlined !== null) found.add('inlining')
  if (frames.address !== null || profile.mappings !== null) found.add('addresses')
  if (frames.line.some((line) => line !== NO_POSITION)) found.add('lines')
  if (frames.column.some((column) => column !== NO_POSITION)) found.add('columns')
  if (stacks.hits !== null || stacks.positionTicks !== null || stacks.deoptReason !== null) found.add('engine-details')
}
