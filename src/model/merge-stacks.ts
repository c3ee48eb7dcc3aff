import { Int32Builder } from '../bytes/columns.js'
import type { Allocator } from '../limits.js'
import { finishSums, type Summand, scaleColumn, sumRows } from './exact-sums.js'
import type { StringUnion } from './merge-functions.js'
import { exactAt, NumberBuilder, type NumberColumn } from './numbers.js'
import type { Profile } from './profile.js'
import { type LabelTable, type MappingTable, NONE, type PositionTickTable, type SampleTable } from './tables.js'
import { PairIndex, TupleIndex } from './tuple-index.js'

/** One profile with stacks of a merge. */
export interface StackPart {
  readonly profile: Profile
  /** Its function → function of the merged profile. */
  readonly rows: Int32Array
  /** Merged value type → its value type, and the factor that brings it to the merged unit. */
  readonly values: readonly { readonly index: number; readonly factor: number }[]
}

type StackTables = Pick<Profile, 'frames' | 'stacks' | 'samples' | 'mappings' | 'labels'>

/**
 * The stacks of several profiles in one tree, their samples one profile after the other. Times and the continuation of
 * spans mean nothing across profiles and are dropped. `fold` adds up samples of the same stack and labels.
 */
export function mergeStacks(
  allocator: Allocator,
  parts: readonly StackPart[],
  strings: StringUnion,
  fold: boolean,
): StackTables {
  const { mappings, rows: mappingRows } = mergeMappings(allocator, parts, strings)
  const { frames, rows: frameRows } = mergeFrames(allocator, parts, mappingRows)
  const pairs = new PairIndex(allocator)
  const stackRows = parts.map(({ profile }, index) => {
    const { parent, frame, length } = profile.stacks!
    const map = allocator.int32(length)
    for (let stack = 0; stack < length; stack++) {
      const above = parent[stack]!
      map[stack] = pairs.intern(above === NONE ? NONE : map[above]!, frameRows[index]![frame[stack]!]!)
    }
    return map
  })
  allocator.check('stacks', pairs.length)
  const { labels, firstSets } = mergeLabels(allocator, parts, strings)
  const sumOfStacks = (key: 'calls' | 'hits'): NumberColumn | null => {
    const summands: Summand[] = []
    for (const [index, { profile }] of parts.entries()) {
      const column = profile.stacks![key]
      if (column === null) return null
      summands.push({ column, rows: stackRows[index]!, length: profile.stacks!.length })
    }
    return finishSums(sumRows(allocator, pairs.length, summands, Number.NaN))
  }
  return {
    frames,
    mappings,
    labels,
    stacks: {
      length: pairs.length,
      parent: pairs.first.finish(),
      frame: pairs.second.finish(),
      calls: sumOfStacks('calls'),
      hits: sumOfStacks('hits'),
      deoptReason: mergeDeopts(allocator, parts, strings, stackRows, pairs.length),
      positionTicks: mergeTicks(allocator, parts, stackRows),
    },
    samples: mergeSamples(allocator, parts, stackRows, labels === null ? null : firstSets, fold),
  }
}

function mergeMappings(
  allocator: Allocator,
  parts: readonly StackPart[],
  strings: StringUnion,
): { readonly mappings: MappingTable | null; readonly rows: readonly Int32Array[] } {
  const index = new TupleIndex(
    allocator,
    Array.from({ length: 8 }, () => new Int32Builder(allocator)),
  )
  const [start, limit, offset] = [1, 2, 3].map(() => new NumberBuilder(allocator))
  const file = new Int32Builder(allocator)
  const buildId = new Int32Builder(allocator)
  const resolved = new Int32Builder(allocator)
  const key = new Int32Array(8)
  const rows = parts.map(({ profile: { mappings, strings: table } }) => {
    const map = allocator.int32(mappings?.length ?? 0)
    if (mappings === null) return map
    for (let mapping = 0; mapping < mappings.length; mapping++) {
      const numbers = [mappings.start, mappings.limit, mappings.offset].map((column) => exactAt(column, mapping))
      key[0] = strings.map(table, mappings.file[mapping]!)
      key[1] = strings.map(table, mappings.buildId[mapping]!)
      for (const [i, number] of numbers.entries()) {
        key[2 + i * 2] = Number(BigInt.asIntN(32, BigInt(number)))
        key[3 + i * 2] = Number(BigInt.asIntN(32, BigInt(number) >> 32n))
      }
      const row = index.intern(key)
      map[mapping] = row
      if (row === file.length) {
        for (const [i, column] of [start!, limit!, offset!].entries()) column.push(numbers[i]!)
        file.push(key[0]!)
        buildId.push(key[1]!)
        resolved.push(mappings.resolved[mapping]!)
      } else {
        // What one side did not resolve is unresolved in the sum.
        resolved.values[row] = resolved.values[row]! & mappings.resolved[mapping]!
      }
    }
    return map
  })
  if (parts.every(({ profile }) => profile.mappings === null)) return { mappings: null, rows }
  return {
    mappings: {
      length: file.length,
      start: start!.finish(),
      limit: limit!.finish(),
      offset: offset!.finish(),
      file: file.finish(),
      buildId: buildId.finish(),
      resolved: Uint8Array.from(resolved.finish()),
    },
    rows,
  }
}

function mergeFrames(allocator: Allocator, parts: readonly StackPart[], mappingRows: readonly Int32Array[]) {
  const columns = Array.from({ length: 7 }, () => new Int32Builder(allocator))
  const address = new NumberBuilder(allocator)
  const index = new TupleIndex(allocator, columns)
  const key = new Int32Array(7)
  const rows = parts.map(({ profile, rows: functionRows }, part) => {
    const frames = profile.frames!
    const map = allocator.int32(frames.length)
    for (let frame = 0; frame < frames.length; frame++) {
      const at = frames.address === null ? 0 : exactAt(frames.address, frame)
      const mapping = frames.mapping === null ? NONE : frames.mapping[frame]!
      key[0] = functionRows[frames.function[frame]!]!
      key[1] = frames.line[frame]!
      key[2] = frames.column[frame]!
      key[3] = frames.inlined === null ? 0 : frames.inlined[frame]!
      key[4] = mapping === NONE ? NONE : mappingRows[part]![mapping]!
      // Unsigned 64-bit in two halves; NaN is an unknown address and becomes 0.
      key[5] = Number(BigInt.asIntN(32, BigInt(at || 0)))
      key[6] = Number(BigInt.asIntN(32, BigInt(at || 0) >> 32n))
      const row = index.intern(key)
      map[frame] = row
      if (row === address.length) address.push(at)
    }
    return map
  })
  allocator.check('frames', address.length)
  const has = (key: 'inlined' | 'address' | 'mapping'): boolean =>
    parts.some(({ profile }) => profile.frames![key] !== null)
  const [functionColumn, line, column, inlined, mapping] = columns
  const frames = {
    length: address.length,
    function: functionColumn!.finish(),
    line: line!.finish(),
    column: column!.finish(),
    inlined: has('inlined') ? Uint8Array.from(inlined!.finish()) : null,
    address: has('address') ? address.finish() : null,
    mapping: has('mapping') ? mapping!.finish() : null,
  }
  return { frames, rows }
}

/** The label sets one profile after the other, behind one empty set; `firstSets`: profile → where its set 1 went, less 1. */
function mergeLabels(
  allocator: Allocator,
  parts: readonly StackPart[],
  strings: StringUnion,
): { readonly labels: LabelTable | null; readonly firstSets: readonly number[] } {
  const [key, text, unit, setStart, members] = [1, 2, 3, 4, 5].map(() => new Int32Builder(allocator))
  const number = new NumberBuilder(allocator)
  setStart!.push(0)
  setStart!.push(0)
  const firstSets = parts.map(({ profile: { labels, strings: table } }) => {
    const firstSet = setStart!.length - 2
    if (labels === null) return firstSet
    const firstLabel = key!.length
    for (let label = 0; label < labels.length; label++) {
      key!.push(strings.map(table, labels.key[label]!))
      text!.push(strings.map(table, labels.text[label]!))
      unit!.push(strings.map(table, labels.unit[label]!))
      number.push(exactAt(labels.number, label))
    }
    for (let set = 1; set + 1 < labels.setStart.length; set++) {
      for (let at = labels.setStart[set]!; at < labels.setStart[set + 1]!; at++) {
        members!.push(firstLabel + labels.members[at]!)
      }
      setStart!.push(members!.length)
    }
    return firstSet
  })
  if (parts.every(({ profile }) => profile.labels === null)) return { labels: null, firstSets }
  const labels = {
    length: key!.length,
    key: key!.finish(),
    text: text!.finish(),
    number: number.finish(),
    unit: unit!.finish(),
    setStart: setStart!.finish(),
    members: members!.finish(),
  }
  return { labels, firstSets }
}

function mergeDeopts(
  allocator: Allocator,
  parts: readonly StackPart[],
  strings: StringUnion,
  stackRows: readonly Int32Array[],
  stacks: number,
): Int32Array | null {
  if (parts.every(({ profile }) => profile.stacks!.deoptReason === null)) return null
  const reasons = allocator.int32(stacks).fill(NONE)
  for (const [index, { profile }] of parts.entries()) {
    const { deoptReason, length } = profile.stacks!
    if (deoptReason === null) continue
    for (let stack = 0; stack < length; stack++) {
      const row = stackRows[index]![stack]!
      if (reasons[row] === NONE) reasons[row] = strings.map(profile.strings, deoptReason[stack]!)
    }
  }
  return reasons
}

function mergeTicks(
  allocator: Allocator,
  parts: readonly StackPart[],
  stackRows: readonly Int32Array[],
): PositionTickTable | null {
  if (parts.some(({ profile }) => profile.stacks!.positionTicks === null)) return null
  const stack = new Int32Builder(allocator)
  const line = new Int32Builder(allocator)
  const ticks = new Int32Builder(allocator)
  for (const [index, { profile }] of parts.entries()) {
    const table = profile.stacks!.positionTicks!
    for (let row = 0; row < table.length; row++) {
      stack.push(stackRows[index]![table.stack[row]!]!)
      line.push(table.line[row]!)
      ticks.push(table.ticks[row]!)
    }
  }
  return { length: stack.length, stack: stack.finish(), line: line.finish(), ticks: ticks.finish() }
}

function mergeSamples(
  allocator: Allocator,
  parts: readonly StackPart[],
  stackRows: readonly Int32Array[],
  firstSets: readonly number[] | null,
  fold: boolean,
): SampleTable {
  const folded = fold ? new PairIndex(allocator) : null
  const stacks = new Int32Builder(allocator)
  const sets = new Int32Builder(allocator)
  const rows = parts.map(({ profile }, index) => {
    const samples = profile.samples!
    const map = allocator.int32(samples.length)
    for (let sample = 0; sample < samples.length; sample++) {
      const stack = samples.stack[sample]!
      const row = stack === NONE ? NONE : stackRows[index]![stack]!
      const set = samples.labels === null ? 0 : samples.labels[sample]!
      const united = set === 0 || firstSets === null ? 0 : firstSets[index]! + set
      if (folded !== null) {
        map[sample] = folded.intern(row, united)
      } else {
        map[sample] = stacks.length
        stacks.push(row)
        sets.push(united)
      }
    }
    return map
  })
  const stack = folded === null ? stacks.finish() : folded.first.finish()
  const labels = folded === null ? sets.finish() : folded.second.finish()
  const length = stack.length
  allocator.check('samples', length)
  return {
    length,
    stack,
    values: (parts[0]?.values ?? []).map((_, value) => {
      const summands: Summand[] = []
      for (const [index, { profile, values }] of parts.entries()) {
        const column = profile.samples!.values[values[value]!.index] ?? null
        if (column === null) return null
        const scaled = scaleColumn(column, values[value]!.factor)
        summands.push({ column: scaled, rows: rows[index]!, length: profile.samples!.length })
      }
      return finishSums(sumRows(allocator, length, summands, Number.NaN))
    }),
    time: null,
    timeUnit: 'none',
    duration: null,
    labels: firstSets === null ? null : labels,
    continued: null,
  }
}
