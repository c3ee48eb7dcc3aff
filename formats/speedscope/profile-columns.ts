import { FormatError, type Place } from '../../src/errors.js'
import type { ValueType } from '../../src/model/profile.js'
import type { SampleTable, StackTable } from '../../src/model/tables.js'
import type { Unit } from '../../src/units.js'
import type { ReadContext } from '../codec.js'
import { EventedColumns } from './evented-columns.js'
import { SampledColumns } from './sampled-columns.js'

/** What a profile says of itself. The fields of the file come in any order, so all of it is known only at the end. */
export interface ProfileHeader {
  type: 'evented' | 'sampled'
  name: string
  unit: Unit
  startValue: number | null
  endValue: number | null
}

/** One profile of the file as it comes in. Stacks are on the indices of frames, which may be defined only later. */
export class ProfileColumns implements ProfileHeader {
  type: 'evented' | 'sampled' = 'sampled'
  name = ''
  unit: Unit = 'none'
  startValue: number | null = null
  endValue: number | null = null
  readonly #context: ReadContext
  readonly #place: () => Place
  #events: EventedColumns | null = null
  #samples: SampledColumns | null = null

  constructor(context: ReadContext, place: () => Place) {
    this.#context = context
    this.#place = place
  }

  get events(): EventedColumns {
    this.#events ??= new EventedColumns(this, this.#context, this.#place)
    return this.#events
  }

  get samples(): SampledColumns {
    this.#samples ??= new SampledColumns(this, this.#context, this.#place)
    return this.#samples
  }

  get valueType(): ValueType {
    const isTime = this.unit.endsWith('seconds')
    return { name: isTime ? 'time' : this.unit === 'bytes' ? 'space' : 'weight', unit: this.unit }
  }

  /** After the last field of the profile. */
  complete(): void {
    // speedscope looks at what the type says, and at nothing else.
    const left = this.type === 'evented' ? this.#samples : this.#events
    if (left !== null && !left.isEmpty) {
      const what = this.type === 'evented' ? 'the samples of an evented profile' : 'the events of a sampled profile'
      this.#context.repair(`${what} are left out`, this.#place())
    }
    this.#own.complete()
  }

  /** Throws when a frame was used that the file does not define. `index` is the profile's place in the file. */
  checkFrames(frames: number, index: number): void {
    const { largestFrame } = this.#own.stacks
    if (largestFrame < frames) return
    throw new FormatError(`expected one of ${frames} frames, got frame ${largestFrame}`, { path: `profiles[${index}]` })
  }

  finish(): { readonly stacks: StackTable; readonly samples: SampleTable } {
    return this.#own.finish()
  }

  get #own(): EventedColumns | SampledColumns {
    return this.type === 'evented' ? this.events : this.samples
  }
}
