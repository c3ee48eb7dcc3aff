import type { Codec, OptionValues, ReadNeed, WriteContext } from '../../formats/codec.js'
import { CallcostError } from '../errors.js'
import { type Feature, featuresOf, featureText } from '../model/features.js'
import { inferStacks } from '../model/infer.js'
import type { Profile, ProfileSet } from '../model/profile.js'
import type { AttributionRules } from '../model/sample-sink.js'
import { attribute } from '../transform/attribution.js'
import { codecById } from './detect.js'
import { selectProfile } from './select.js'

export interface ConvertOptions {
  /** Id of the format to write. */
  readonly to: string
  /** Options of the format: `{ 'csv-table': 'edges' }`. */
  readonly options?: OptionValues
  /** Refuse instead of making up stacks for a target that needs them. */
  readonly noInfer?: boolean
  /** How samples that only have a moment are weighed for a target that needs weights. */
  readonly rules?: AttributionRules
  /** Told what is lost or made up, one sentence each. */
  readonly onNote?: (message: string) => void
  /** Who writes, for formats with a field for it. */
  readonly exporter?: string
  /** A piece need not outlive the request for the next one: then none is copied. */
  readonly reusesPieces?: boolean
}

/**
 * Writes profiles in another format, in pieces. What the target cannot hold is told through `onNote`; a call graph
 * becomes stacks where the target needs them, marked as inferred.
 */
export async function convertProfiles(
  set: ProfileSet,
  options: ConvertOptions,
): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> {
  const codec = codecById(options.to, 'writes')
  const note = options.onNote ?? (() => {})
  const { write } = codec.writes === undefined ? {} : await codec.load()
  if (write === undefined) {
    throw new CallcostError('usage', `callcost does not write ${codec.title}`, {
      hint: 'callcost formats lists what it writes',
    })
  }
  const fitting = adapt(set, codec, options, note)
  const lost = lostFeatures(fitting, codec)
  if (lost.length > 0) note(`${codec.id} cannot hold ${lost.map(featureText).join(', ')}`)
  const context: WriteContext = { options: options.options ?? {}, exporter: options.exporter ?? 'callcost', note }
  const pieces = write(fitting, context)
  if (options.reusesPieces) return pieces
  return Symbol.asyncIterator in pieces ? laterCopies(pieces) : copies(pieces)
}

function* copies(pieces: Iterable<Uint8Array>): Iterable<Uint8Array> {
  for (const piece of pieces) yield piece.slice()
}

async function* laterCopies(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield piece.slice()
}

/** What to read of samples that are written as `to`: nothing is kept that its writer has no use for. */
export function neededSamples(to: string): ReadNeed {
  const codec = codecById(to, 'writes')
  if (codec.writesMoments) return 'timeline'
  if (codec.writesRuns) return 'runs'
  return codec.writes?.includes('order') ? 'timeline' : 'sums'
}

/** What the set has and the format cannot hold. */
export function lostFeatures(set: ProfileSet, codec: Codec): Feature[] {
  const kept = new Set(codec.writes ?? [])
  const isInferred = set.profiles.some(({ source }) => source.stacks === 'inferred')
  return featuresOf(set).filter((feature) => {
    if (!isInferred || kept.has('edges')) return !kept.has(feature)
    // The costs of edges are in the inferred stacks; how often a function was called is not, even where spans are kept.
    if (feature === 'calls') return true
    return !INFERRED.has(feature) && !kept.has(feature)
  })
}

/** What inferred stacks say in their own way, or what goes without saying once calls are lost. */
const INFERRED: ReadonlySet<Feature> = new Set(['edges', 'edge-calls', 'edge-costs', 'primitive-calls'])

/** The set as the target can take it: one profile where it holds one, stacks where it needs them. */
function adapt(set: ProfileSet, codec: Codec, options: ConvertOptions, note: (message: string) => void): ProfileSet {
  const writes = new Set(codec.writes ?? [])
  let fitting = codec.writesMoments ? set : weighed(set, options.rules)
  if (fitting.profiles.length > 1 && !writes.has('several-profiles')) {
    const selection = selectProfile(fitting)
    if (selection.note !== null) note(selection.note)
    fitting = { profiles: [withLeftOut(selection.profile, set)], active: 0 }
  }
  if (!writes.has('stacks') || writes.has('edges')) return fitting
  return { ...fitting, profiles: fitting.profiles.map((profile) => withStacks(profile, codec, options, note)) }
}

/** A sum tells of what the readers of its parts left out. */
function withLeftOut(profile: Profile, set: ProfileSet): Profile {
  const parts = set.profiles.flatMap(({ leftOut }) => leftOut ?? [])
  return parts.length === 0 || profile.leftOut !== undefined ? profile : { ...profile, leftOut: parts }
}

function weighed(set: ProfileSet, rules: AttributionRules | undefined): ProfileSet {
  return { ...set, profiles: set.profiles.map((profile) => attribute(profile, rules)) }
}

function withStacks(profile: Profile, codec: Codec, options: ConvertOptions, note: (message: string) => void): Profile {
  if (profile.stacks !== null) return profile
  if (options.noInfer) {
    throw new CallcostError('data', `${codec.id} needs stacks, and ${profile.source.format} holds a call graph`, {
      hint: 'without --no-infer the stacks are inferred from the call graph, and marked as such',
    })
  }
  const inferred = inferStacks(profile)
  for (const { code, message } of inferred.source.notes) if (code === 'stacks-inferred') note(message)
  return inferred
}
