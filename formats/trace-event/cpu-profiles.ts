import type { DataNote, Profile, ValueType } from '../../src/model/profile.js'
import { profileOf, VALUE_TYPES } from '../_v8/assemble.js'
import type { ReadContext } from '../codec.js'
import type { ChunkedProfile, ProfileChunks } from './profile-chunks.js'
import type { Threads } from './threads.js'

/** The thread that Chrome's own viewer shows first. */
const MAIN_THREAD = 'CrRendererMain'

/** The CPU profiles of a file, and which of them a viewer would show first: the main thread's, else the one with most nodes. */
export function cpuProfiles(
  chunks: ProfileChunks,
  threads: Threads,
  context: ReadContext,
): { readonly profiles: Profile[]; readonly active: number } {
  const recorded = chunks.recordings(context).filter(({ recording }) => {
    const isEmpty = recording.nodes.length === 0 || recording.samples?.length === 0
    if (isEmpty) context.repair('a CPU profile without samples is left out', {})
    return !isEmpty
  })
  const second = secondViews(recorded)
  const perThread = countsByThread(recorded)
  let active = 0
  let most = -1
  const profiles = recorded.map((each, index) => {
    const names = threads.namesOf(each.thread)
    const nodes = each.recording.nodes.length + (names.thread === MAIN_THREAD ? 2 ** 32 : 0)
    if (nodes > most && !second.has(each)) {
      most = nodes
      active = index
    }
    return profileOf(each.recording, context, {
      ...names,
      format: 'trace-event',
      name: (perThread.get(each.thread) ?? 0) > 1 ? `${names.name} (${each.id})`.trim() : names.name,
      details: () => (each.id === '' ? {} : { 'trace-event.profile': each.id }),
      ...(second.has(each) ? secondView(each.id) : {}),
    })
  })
  return { profiles, active }
}

/**
 * Profiles that saw a thread while a finer one did too (`--cpu-prof` and tracing at once): their times are the same time
 * once more and must not be added to it.
 */
function secondViews(recorded: readonly ChunkedProfile[]): Set<ChunkedProfile> {
  const second = new Set<ChunkedProfile>()
  const byStart = recorded.toSorted((a, b) => startOf(a) - startOf(b))
  const latest = new Map<number, ChunkedProfile>()
  for (const each of byStart) {
    const before = latest.get(each.thread)
    if (before === undefined || startOf(each) >= endOf(before)) {
      latest.set(each.thread, each)
      continue
    }
    const isFiner = samplesOf(each) > samplesOf(before)
    second.add(isFiner ? before : each)
    if (isFiner) latest.set(each.thread, each)
  }
  return second
}

function secondView(id: string): { readonly valueTypes: readonly ValueType[]; readonly notes: readonly DataNote[] } {
  return {
    valueTypes: VALUE_TYPES.map((type) => (type.name === 'time' ? { ...type, name: `time ${id}`.trim() } : type)),
    notes: [
      {
        code: 'same-time',
        message: 'another CPU profile saw this thread at the same time in more samples, so they are not summed',
        count: 1,
      },
    ],
  }
}

function countsByThread(recorded: readonly ChunkedProfile[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { thread } of recorded) counts.set(thread, (counts.get(thread) ?? 0) + 1)
  return counts
}

function startOf({ recording }: ChunkedProfile): number {
  return recording.startTime ?? 0
}

function endOf({ recording }: ChunkedProfile): number {
  if (recording.endTime !== null) return recording.endTime
  let end = recording.startTime ?? 0
  const { deltas } = recording
  if (deltas !== null) for (let at = 0; at < deltas.length; at++) end += deltas.values[at]!
  return end
}

function samplesOf({ recording }: ChunkedProfile): number {
  return recording.samples?.length ?? 0
}
