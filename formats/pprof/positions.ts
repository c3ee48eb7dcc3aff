import { NO_POSITION } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import type { WireReader } from './wire.js'

/** Reads a line or column. */
export function readPosition(wire: WireReader, field: string, context: ReadContext): number {
  wire.varint(field)
  return asPosition(wire, field, context)
}

/** The varint read last as a line or column: 0 and what no file can have are unknown. */
export function asPosition(wire: WireReader, field: string, context: ReadContext): number {
  const { low, high } = wire
  if (high === 0 && low < 2 ** 31) return positionOf(low)
  context.repair('a line or column that no file can have is taken for unknown', wire.place(field))
  return NO_POSITION
}

/** Before Line had a column, some writers put it into the upper half of the line: that of the varint read last. */
export function packedColumnOf(wire: WireReader, context: ReadContext): number {
  const { low, high } = wire
  if (high === 0 || high >= 2 ** 31 || low >= 2 ** 31) return NO_POSITION
  context.repair('the upper half of a line number is taken for the column', wire.place('line'))
  return high
}

export function positionOf(low: number): number {
  return low === 0 ? NO_POSITION : low
}
