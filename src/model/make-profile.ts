import type { Profile, Source } from './profile.js'

/** What a reader must give of a profile; the rest has defaults. */
export type ProfileParts = Partial<Omit<Profile, 'source'>> &
  Pick<Profile, 'strings' | 'functions' | 'valueTypes'> & { readonly source?: Partial<Source> }

/** A source that knows nothing but its format. */
export function emptySource(format: string): Source {
  return {
    format,
    producer: null,
    command: null,
    language: null,
    recordedAt: null,
    clock: null,
    method: 'deterministic',
    intervalNs: null,
    details: new Map(),
    notes: [],
    stacks: 'none',
  }
}

/**
 * A profile from the parts that a reader has. Unless the source says otherwise, stacks are `recorded`, and the method is
 * `sampled` for stacks without spans and `deterministic` for everything else.
 */
export function makeProfile(parts: ProfileParts): Profile {
  const { source, ...rest } = parts
  const stacks = rest.stacks ?? null
  return {
    name: '',
    process: null,
    thread: null,
    defaultValue: 0,
    graph: null,
    frames: null,
    stacks: null,
    samples: null,
    mappings: null,
    labels: null,
    wholeTotals: null,
    ...rest,
    source: {
      ...emptySource(source?.format ?? 'unknown'),
      method: stacks !== null && stacks.calls === null ? 'sampled' : 'deterministic',
      stacks: stacks === null ? 'none' : 'recorded',
      ...source,
    },
  }
}
