import { encodeText } from '../../src/bytes/text.js'
import { TextBlock } from '../../src/encode/text-block.js'
import { CallcostError, counted } from '../../src/errors.js'
import { Allocator } from '../../src/limits.js'
import { finishSums, sumRows } from '../../src/model/exact-sums.js'
import { type ExactNumber, exactAt, type NumberColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet, ValueType } from '../../src/model/profile.js'
import { NONE, type SampleTable, type StackTable } from '../../src/model/tables.js'
import { unitFactor } from '../../src/units.js'
import type { WriteContext } from '../codec.js'
import { FrameTexts } from './frame-texts.js'
import { PathText } from './path-text.js'

const LF = 10
const SPACE = 32

/**
 * Writes the stacks of a profile, one a line, with their default value summed. Times are written as integers, because
 * viewers leave lines with decimals out: in their own unit where they are whole, else in nanoseconds.
 */
export function* writeCollapsed(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined) throw new CallcostError('internal', 'no profile to write')
  const { frames, stacks, samples } = profile
  if (frames === null || stacks === null || samples === null) {
    throw new CallcostError('data', 'collapsed stacks need stacks, and this profile has none')
  }
  const { weights, valueType } = stackWeights(profile, stacks, samples, context)
  const isUsed = usedStacks(stacks, samples, weights)
  const texts = new FrameTexts(profile, frames, context.options['collapsed-frames'] === 'name')
  const out = new TextBlock(new Allocator())
  for (const line of comments(profile, valueType)) {
    const text = encodeText(`# ${line}\n`)
    out.copy(text, text.length)
  }
  const path = new PathText(stacks, texts)
  for (let stack = 0; stack <= stacks.length; stack++) {
    if (isUsed[stack] === 0) continue
    path.moveTo(stack < stacks.length ? stack : NONE)
    out.copy(path.bytes, path.length)
    out.room(1)
    out.bytes[out.length++] = SPACE
    const weight = exactAt(weights, stack)
    if (Number.isSafeInteger(weight)) out.number(weight as number)
    else out.ascii(decimalText(weight))
    out.room(1)
    out.bytes[out.length++] = LF
    if (out.isFull) yield out.take()
  }
  yield out.take()
  if (texts.changed > 0) {
    context.note(
      `${counted(texts.changed, 'name has', 'names have')} a ";", a line end or blanks at the end, which were replaced`,
    )
  }
}

/** What a reader of ours must know and others leave out as lines without a weight. */
function comments({ source }: Profile, { name, unit }: ValueType): string[] {
  const lines: string[] = []
  if (source.stacks === 'inferred') lines.push('stacks: inferred')
  if (name !== 'samples' || unit !== 'count') lines.push(`value: ${name.replace(/\s/g, ' ')} (${unit})`)
  return lines
}

/** stack → what its samples weigh, and after the last one what has no stack, in a unit in which it can be written. */
function stackWeights(
  profile: Profile,
  stacks: StackTable,
  samples: SampleTable,
  context: WriteContext,
): { readonly weights: NumberColumn; readonly valueType: ValueType } {
  const valueType = profile.valueTypes[profile.defaultValue]!
  const column = samples.values[profile.defaultValue]
  if (column === null || column === undefined) {
    throw new CallcostError('internal', 'samples without weights reached a writer')
  }
  checkWeights(column, samples, valueType)
  const allocator = new Allocator()
  // What has no stack goes to a row of its own, after the last stack.
  const isStackless = samples.stack.includes(NONE)
  const rows = isStackless ? samples.stack.map((stack) => (stack === NONE ? stacks.length : stack)) : samples.stack
  const weights = finishSums(sumRows(allocator, stacks.length + 1, [{ column, rows, length: samples.length }]))
  const factor = unitFactor(valueType.unit, 'nanoseconds')
  if (factor === null || weights.values.every((weight) => Number.isInteger(weight))) return { weights, valueType }
  context.note('times are written as whole nanoseconds')
  const values = weights.values.map((weight) => Math.round(weight * factor))
  return { weights: { values, exact: null }, valueType: { name: valueType.name, unit: 'nanoseconds' } }
}

function checkWeights({ values }: NumberColumn, samples: SampleTable, { name }: ValueType): void {
  let total = 0
  for (let sample = 0; sample < samples.length; sample++) {
    const weight = values[sample]!
    total += weight
    // Of weights that doubles hold the sum may be more than they do.
    if (weight >= 0 && total < Number.POSITIVE_INFINITY) continue
    throw new CallcostError('data', `collapsed stacks cannot hold a weight of ${weight < 0 ? weight : total}`, {
      hint: `choose another value than ${name} with --value`,
    })
  }
}

/** The stacks that get a line: those that were sampled, without the mere entries and exits of spans. */
function usedStacks(stacks: StackTable, samples: SampleTable, weights: NumberColumn): Uint8Array {
  const isUsed = new Uint8Array(stacks.length + 1)
  for (let sample = 0; sample < samples.length; sample++) {
    const own = samples.stack[sample]!
    const stack = own === NONE ? stacks.length : own
    if (samples.continued === null || weights.values[stack]! > 0) isUsed[stack] = 1
  }
  return isUsed
}

/** A number without an exponent, which most readers of this format do not know. */
function decimalText(value: ExactNumber): string {
  const text = String(value)
  const match = /^(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const digits = `${match[1]}${match[2] ?? ''}`
  const exponent = Number(match[3])
  return exponent < 0 ? `0.${'0'.repeat(-exponent - 1)}${digits}` : digits.padEnd(exponent + 1, '0')
}
