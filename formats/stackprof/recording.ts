import type { Float64Builder } from '../../src/bytes/columns.js'
import type { FrameEntries } from './frame-entries.js'
import type { RawSamples } from './raw-samples.js'

/** What a file holds. */
export interface Recording {
  readonly entries: FrameEntries
  readonly raw: RawSamples
  /** The executing lines of `raw`, in the same form. */
  readonly rawLines: RawSamples
  /** Sample → microseconds since the one before. */
  readonly deltas: Float64Builder
  /** Sample → microseconds of a clock that only goes forward. */
  readonly timestamps: Float64Builder
  mode: string
  /** Microseconds, or objects in mode `object`. */
  interval: number
  samples: number
  /** Facts that only stackprof knows, by key. */
  readonly details: Map<string, string | number>
}
