/**
 * The speedscope file format, as its published JSON schema describes it; a test holds what we write to that schema.
 * The npm package has no types to import.
 */
export interface SpeedscopeFile {
  readonly $schema: typeof SCHEMA
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] }
  readonly profiles: readonly (SpeedscopeEvented | SpeedscopeSampled)[]
  readonly name?: string
  readonly activeProfileIndex?: number
  readonly exporter?: string
}

export const SCHEMA = 'https://www.speedscope.app/file-format-schema.json'

/** A frame; its identity is its index. Line and column are 1-based. */
export interface SpeedscopeFrame {
  readonly name: string
  readonly file?: string
  readonly line?: number
  readonly col?: number
}

interface SpeedscopeProfile {
  readonly name: string
  readonly unit: SpeedscopeUnit
  readonly startValue: number
  readonly endValue: number
}

export interface SpeedscopeEvented extends SpeedscopeProfile {
  readonly type: 'evented'
  /** In the order of `at`, properly nested, every frame closed. */
  readonly events: readonly { readonly type: 'O' | 'C'; readonly frame: number; readonly at: number }[]
}

export interface SpeedscopeSampled extends SpeedscopeProfile {
  readonly type: 'sampled'
  /** Stacks of frame indices, outermost first. */
  readonly samples: readonly (readonly number[])[]
  readonly weights: readonly number[]
}

export type SpeedscopeUnit = 'none' | 'nanoseconds' | 'microseconds' | 'milliseconds' | 'seconds' | 'bytes'

export const SPEEDSCOPE_UNITS: readonly SpeedscopeUnit[] = [
  'none',
  'nanoseconds',
  'microseconds',
  'milliseconds',
  'seconds',
  'bytes',
]
