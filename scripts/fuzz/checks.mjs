// What must hold for every input, whatever is in it. Bundled with the readers by build.mjs, so that both are the
// sources as they are now.
import { gzipSync } from 'node:zlib'
import { CODECS, RECOGNISED } from '../../formats/index.ts'
import { jsonKeys } from '../../src/bytes/json-keys.ts'
import { memorySource } from '../../src/bytes/source.ts'
import { CallcostError, FormatError } from '../../src/errors.ts'
import { Allocator, DEFAULT_LIMITS } from '../../src/limits.ts'
import { callGraph } from '../../src/model/call-graph.ts'
import { sumColumn } from '../../src/model/numbers.ts'
import { DEFAULT_RULES } from '../../src/model/sample-sink.ts'
import { validate } from '../../src/model/validate.ts'
import { convertProfiles } from '../../src/pipeline/convert.ts'
import { FaultLog } from '../../src/pipeline/fault-log.ts'
import { readProfileSet } from '../../src/pipeline/read.ts'
import { selectProfile } from '../../src/pipeline/select.ts'
import { attribute } from '../../src/transform/attribution.ts'
import { dump } from '../../test/support/dump.ts'

export { hostileSeeds, writtenSeeds } from './made-seeds.mjs'

/** No input of a few KiB has a reason to need more. */
const LIMITS = { ...DEFAULT_LIMITS, memory: 64 * 1024 * 1024 }

/** Sums of the same numbers in another order differ by rounding. */
const ROUNDING = 1e-9

/** Inputs that the slow checks look at. */
const MOST_DEEP_BYTES = 4 * 1024

/** Formats whose rows are checked behind the reader, by the pipeline, which refuses them. */
const CHECKED_BEHIND = new Set(['callcost'])

/** Something that must not be: `kind` is one word, `detail` says what was seen. */
export class Finding extends Error {
  constructor(kind, detail, cause) {
    super(`${kind}: ${detail}`, { cause })
    this.kind = kind
  }
}

export const FORMATS = CODECS.filter((codec) => codec.reads !== undefined).map((codec) => codec.id)

const readers = new Map()

/** Loads the reader of a format; before `check` and `checkDeeply` of it. */
export async function loadReader(format) {
  const codec = CODECS.find(({ id }) => id === format)
  readers.set(format, (await codec.load()).read)
}

/**
 * Reads the input as a timeline and as weights, and throws a {@link Finding} for what must not be. Without `both`, the
 * second is only tried on what the first reads, and nobody sniffs. The answer is what became of it: `read`, or the
 * message of the refusal with its numbers and quotations left out.
 */
export async function check(format, bytes, { lenient = false, both = true } = {}) {
  if (both) sniffAll(bytes)
  const timeline = await attempt(format, bytes, 'timeline', lenient)
  if (timeline.refusal !== null && !both) return shapeOf(timeline.refusal.message)
  const weights = await attempt(format, bytes, 'weights', lenient)
  if (timeline.refusal !== null || weights.refusal !== null) {
    compareRefusals(timeline.refusal, weights.refusal)
    return shapeOf((timeline.refusal ?? weights.refusal).message)
  }
  compareSets(timeline.set, weights.set)
  return 'read'
}

/** Slower checks, for inputs that did something new: in pieces, compressed, strict, written and read again. */
export async function checkDeeply(format, bytes) {
  if (bytes.length > MOST_DEEP_BYTES) return
  const whole = await pipelined(bytes, format)
  const text = textOf(whole)
  for (const size of [1, 7]) {
    const pieces = textOf(await pipelined(memorySource('pieces', bytes, size), format))
    if (pieces !== text) throw new Finding('pieces', `in pieces of ${size} bytes: ${firstDifference(text, pieces)}`)
  }
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b) && !(bytes[0] === 0x28 && bytes[1] === 0xb5)) {
    const packed = textOf(await pipelined(gzipSync(bytes), format))
    if (packed !== text) throw new Finding('gzip', firstDifference(text, packed))
  }
  await pipelined(bytes, format, { strict: true })
  await pipelined(bytes, format, { lenient: true })
  if (whole.set !== undefined) await writeEverywhere(whole.set, format)
}

async function writeEverywhere(set, format) {
  for (const codec of CODECS.filter(({ writes }) => writes !== undefined)) {
    const written = await outcome(() => writeAll(set, codec.id))
    if (written.value === undefined || codec.reads === undefined) continue
    const again = await pipelined(written.value, codec.id)
    // A profile without samples has no lines.
    if (again.set === undefined && /, got none$/.test(again.refusal)) continue
    if (again.set === undefined)
      throw new Finding('rewrite', `${codec.id} does not read what it wrote: ${again.refusal}`)
    if (codec.id === format) await checkCanonical(set, again.set, format)
  }
}

/** What was written weighs what was read, and written and read twice it is written the same way again. */
async function checkCanonical(before, after, format) {
  const weightsOf = (set) => set.profiles.map((profile) => weightOf(attribute(profile)))
  const is = weightsOf(after)
  weightsOf(before).forEach((was, at) => {
    if (was.what !== is[at]?.what || near(was.sum, is[at].sum, was.scale + is[at].scale)) return
    throw new Finding('roundtrip', `Σ self ${was.sum} of ${was.what} became ${is[at].sum}`)
  })
  // The first writing may settle what the file left open.
  const second = await writeAll(after, format)
  const { set } = await readProfileSet(second, { from: format, limits: LIMITS })
  const third = await writeAll(set, format)
  if (second.equals(third)) return
  throw new Finding('roundtrip', firstDifference(second.toString('latin1'), third.toString('latin1')))
}

function weightOf(profile) {
  const { name, unit } = profile.valueTypes[profile.defaultValue]
  const self = callGraph(profile).self[profile.defaultValue]
  return { what: `${name} ${unit}`, sum: Number(sumColumn(self)), scale: magnitude(self) }
}

async function writeAll(set, to) {
  const parts = []
  for await (const part of await convertProfiles(set, { to })) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

function sniffAll(bytes) {
  const head = bytes.subarray(0, 65_536)
  const keys = jsonKeys(head)
  for (const codec of CODECS) codec.sniff(head, keys)
  for (const codec of RECOGNISED) codec.sniff(head, keys)
}

async function attempt(format, bytes, need, lenient) {
  const faults = new FaultLog(LIMITS, { lenient })
  const place = (where) => checkPlace(where, bytes)
  const allocator = new Allocator(LIMITS)
  try {
    const set = await readers.get(format)(memorySource('input', bytes), {
      allocator,
      need,
      rules: DEFAULT_RULES,
      options: {},
      repair: (message, where) => faults.repair(checkMessage(message), place(where)),
      fault: (message, where) => faults.fault(checkMessage(message), place(where)),
    })
    for (const profile of set.profiles) {
      const { errors } = validate(profile)
      if (errors.length === 0) continue
      throw CHECKED_BEHIND.has(format) ? new FormatError(errors[0]) : new Finding('unsound', errors[0])
    }
    return { set, refusal: null }
  } catch (error) {
    return { set: null, refusal: checkRefusal(error, bytes) }
  }
}

async function pipelined(input, format, options = {}) {
  const result = await outcome(() => readProfileSet(input, { from: format, limits: LIMITS, ...options }))
  return result.value === undefined ? { refusal: result.refusal } : { set: result.value.set, refusal: null }
}

async function outcome(action) {
  try {
    return { value: await action() }
  } catch (error) {
    return { refusal: checkRefusal(error, null).message }
  }
}

/** The error, when it is one that a damaged input may cause. */
function checkRefusal(error, bytes) {
  if (error instanceof Finding) throw error
  if (!(error instanceof CallcostError)) throw new Finding('crash', `${error?.name}: ${error?.message}`, error)
  if (error.kind !== 'data') throw new Finding('kind', `${error.kind}: ${error.message}`, error)
  if (/limit is/.test(error.message) && /memory/.test(error.message)) {
    throw new Finding('memory', error.message, error)
  }
  checkMessage(error.message)
  if (bytes !== null && error instanceof FormatError) checkPlace(error.place, bytes)
  return error
}

function checkMessage(message) {
  const controls = [...message].some((char) => char < ' ' || (char >= '\x7f' && char <= '\x9f'))
  if (controls) throw new Finding('message', `control characters in ${JSON.stringify(message)}`)
  if (message.length > 500) throw new Finding('message', `${message.length} characters: ${message.slice(0, 200)}`)
  return message
}

function checkPlace(place, bytes) {
  const { offset, line } = place
  if (offset !== undefined && !(offset >= 0 && offset <= bytes.length)) {
    throw new Finding('place', `byte ${offset} of ${bytes.length}`)
  }
  if (line !== undefined && !(line >= 1 && line <= bytes.length + 1)) throw new Finding('place', `line ${line}`)
  return place
}

function compareRefusals(timeline, weights) {
  if (timeline === null) throw new Finding('need', `only refused as weights: ${weights.message}`)
  if (weights === null) throw new Finding('need', `only refused as a timeline: ${timeline.message}`)
}

function compareSets(timeline, weights) {
  if (timeline.profiles.length !== weights.profiles.length) {
    throw new Finding(
      'need',
      `${timeline.profiles.length} profiles as a timeline, ${weights.profiles.length} as weights`,
    )
  }
  timeline.profiles.forEach((profile, at) => {
    compareProfiles(attribute(profile), attribute(weights.profiles[at]))
  })
  if (timeline.profiles.length > 1) callGraph(selectProfile(timeline).profile)
}

function compareProfiles(timeline, weights) {
  const asTimeline = callGraph(timeline)
  const asWeights = callGraph(weights)
  timeline.valueTypes.forEach(({ name }, value) => {
    const total = Number(sumColumn(asTimeline.self[value]))
    const folded = Number(sumColumn(asWeights.self[value]))
    const scale = magnitude(asTimeline.self[value])
    if (!near(total, folded, scale))
      throw new Finding('need', `${name}: Σ self ${total} as a timeline, ${folded} as weights`)
    checkConserved(timeline, asTimeline, value)
    checkConserved(weights, asWeights, value)
    if (timeline.samples === null) return
    const a = totalsByName(timeline, asTimeline.total[value])
    const b = totalsByName(weights, asWeights.total[value])
    for (const [key, sum] of a) {
      if (!near(sum, b.get(key) ?? 0, scale)) {
        throw new Finding('need', `${name} of ${JSON.stringify(key)}: ${sum} as a timeline, ${b.get(key)} as weights`)
      }
    }
  })
}

/** Σ self of the functions and the empty stacks is what the samples weigh. */
function checkConserved({ samples, graph, valueTypes }, derived, value) {
  const column = samples?.values[value]
  if (graph !== null || column === null || column === undefined) return
  let empty = 0
  for (let row = 0; row < samples.length; row++) if (samples.stack[row] < 0) empty += column.values[row]
  const weight = Number(sumColumn(column, samples.length))
  const self = Number(sumColumn(derived.self[value])) + (Number.isFinite(empty) ? empty : 0)
  if (!near(weight, self, magnitude(column))) {
    throw new Finding('conservation', `${valueTypes[value].name}: samples weigh ${weight}, Σ self is ${self}`)
  }
}

function totalsByName({ functions, strings }, column) {
  const sums = new Map()
  for (let fn = 0; fn < functions.length; fn++) {
    const key = `${strings.text(functions.name[fn])} ${functions.line[fn]}`
    sums.set(key, (sums.get(key) ?? 0) + column.values[fn])
  }
  return sums
}

function magnitude({ values }) {
  let sum = 0
  for (const value of values) if (Number.isFinite(value)) sum += Math.abs(value)
  return sum
}

function near(a, b, scale) {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) return true
  // Values near the end of the doubles overflow one way or the other.
  if (scale > 1e300) return true
  return Math.abs(a - b) <= ROUNDING * Math.max(scale, Math.abs(a), Math.abs(b), Number.MIN_VALUE)
}

function textOf({ set, refusal }) {
  return set === undefined ? shapeOf(refusal) : dump(set)
}

/** A message without what varies: its numbers and quotations. */
function shapeOf(message) {
  return message.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/-?\d[\d.e+]*/gi, 'N')
}

/** Both around the first character in which they differ. */
function firstDifference(a, b) {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))
  return `${around(a)} became ${around(b)}`
}
