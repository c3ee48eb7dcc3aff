import type { ValueType } from '../../src/model/profile.js'
import { isUnit } from '../../src/units.js'

/** `# key: value`, as austin and we write it. */
const FIELD = /^\s*([\w-]+):\s*(.*?)\s*$/

/** Lines that are looked at; the rest are somebody's remarks. */
const FIELDS = 100

/** What the comments of a file say. */
export class FileHead {
  readonly #fields = new Map<string, string>()

  /** A comment without its `#`. */
  add(text: string): void {
    const match = FIELD.exec(text.slice(0, 1000))
    if (match === null || this.#fields.size >= FIELDS || this.#fields.has(match[1]!)) return
    this.#fields.set(match[1]!, match[2]!)
  }

  get producer(): string | null {
    const austin = this.#fields.get('austin')
    return austin === undefined ? null : `austin ${austin}`.trim()
  }

  /** austin's interval, which is in microseconds. */
  get intervalNs(): number | null {
    const interval = Number(this.#fields.get('interval') ?? Number.NaN)
    return this.producer !== null && interval > 0 && interval < 1e15 ? interval * 1000 : null
  }

  /** We made the stacks up when we wrote them. */
  get isInferred(): boolean {
    return this.#fields.get('stacks') === 'inferred'
  }

  /** We wrote the file: nobody else says what the weights are. */
  get isOurs(): boolean {
    return this.#fields.has('value')
  }

  /** What the weights are: as `# value: time (nanoseconds)` says, austin's microseconds, else samples. */
  get valueType(): ValueType {
    const value = /^(.+) \((\w+)\)$/.exec(this.#fields.get('value') ?? '')
    if (value !== null && isUnit(value[2]!)) return { name: value[1]!, unit: value[2] }
    if (this.producer === null) return { name: 'samples', unit: 'count' }
    return this.#fields.get('mode') === 'memory'
      ? { name: 'space', unit: 'bytes' }
      : { name: 'time', unit: 'microseconds' }
  }
}
