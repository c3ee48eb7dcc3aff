import type { ValueType } from '../../src/model/profile.js'
import type { Unit } from '../../src/units.js'

/** An event of a file: what it measures, and what to multiply its costs with to have that unit. */
export interface EventType {
  readonly valueType: ValueType
  readonly factor: number
}

/** `Time_(10ns)`, `Memory_(bytes)` (Xdebug), `cpu(ms)` (pprof), `time_(us)` (our own). */
const WITH_UNIT = /^(.+?)_?\((\d{0,9})([a-zA-Zµ]+)\)$/

const UNITS: Readonly<Record<string, readonly [unit: Unit, factor: number]>> = {
  ns: ['nanoseconds', 1],
  us: ['microseconds', 1],
  µs: ['microseconds', 1],
  ms: ['milliseconds', 1],
  s: ['seconds', 1],
  bytes: ['bytes', 1],
  B: ['bytes', 1],
  kB: ['bytes', 2 ** 10],
  MB: ['bytes', 2 ** 20],
  GB: ['bytes', 2 ** 30],
  count: ['count', 1],
  none: ['none', 1],
}

/** Events whose unit only their writer's source tells. */
const KNOWN: readonly { readonly creator: RegExp; readonly event: RegExp; readonly type: ValueType }[] = [
  { creator: /^yappi/, event: /^Ticks$/, type: { name: 'time', unit: 'microseconds' } },
  { creator: /^xdebug/, event: /^Time$/, type: { name: 'time', unit: 'microseconds' } },
  { creator: /^xdebug/, event: /^Memory$/, type: { name: 'memory', unit: 'bytes' } },
  // ruby-prof, which does not say who it is.
  { creator: /^$/, event: /^wall_time$/, type: { name: 'wall_time', unit: 'microseconds' } },
  { creator: /^$/, event: /^process_time$/, type: { name: 'process_time', unit: 'microseconds' } },
]

export function eventType(event: string, creator: string): EventType {
  const known = KNOWN.find((each) => each.creator.test(creator) && each.event.test(event))
  if (known !== undefined) return { valueType: known.type, factor: 1 }
  const match = WITH_UNIT.exec(event)
  const unit = match === null ? undefined : UNITS[match[3]!]
  if (match === null || unit === undefined) return { valueType: { name: event, unit: 'count' }, factor: 1 }
  const multiple = match[2] === '' ? 1 : Number(match[2])
  const name = creator.startsWith('xdebug') ? match[1]!.toLowerCase() : match[1]!
  return { valueType: { name, unit: unit[0] }, factor: unit[1] * multiple }
}

const SHORT: Readonly<Record<Unit, string>> = {
  nanoseconds: '_(ns)',
  microseconds: '_(us)',
  milliseconds: '_(ms)',
  seconds: '_(s)',
  bytes: '_(bytes)',
  count: '',
  none: '_(none)',
}

/** The name of an event, which {@link eventType} reads as this value type; blanks would end it. */
export function eventName({ name, unit }: ValueType): string {
  return `${name.replace(/\s/g, '_') || 'value'}${SHORT[unit]}`
}
