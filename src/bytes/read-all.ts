import { CallcostError } from '../errors.js'
import type { Allocator } from '../limits.js'
import { ByteBuilder } from './columns.js'
import type { ByteSource } from './source.js'

/** What one array may hold in every version of Node that we run on. */
const LARGEST_ARRAY = 2 ** 32 - 1

/** A whole input as one array, for formats that cannot be read in pieces. Release it when it is read. */
export async function readAll(source: ByteSource, allocator: Allocator): Promise<Uint8Array<ArrayBuffer>> {
  return source.size === null ? readUnknown(source, allocator) : readKnown(source, source.size, allocator)
}

async function readKnown(source: ByteSource, size: number, allocator: Allocator): Promise<Uint8Array<ArrayBuffer>> {
  checkLength(size)
  const whole = allocator.bytes(size)
  let length = 0
  for await (const chunk of source.chunks()) {
    if (length + chunk.length > size) throw new CallcostError('data', `expected ${size} bytes of input, got more`)
    whole.set(chunk, length)
    length += chunk.length
  }
  if (length < size) throw new CallcostError('data', `expected ${size} bytes of input, got ${length}`)
  return whole
}

async function readUnknown(source: ByteSource, allocator: Allocator): Promise<Uint8Array<ArrayBuffer>> {
  const builder = new ByteBuilder(allocator)
  for await (const chunk of source.chunks()) {
    checkLength(builder.length + chunk.length)
    builder.append(chunk)
  }
  return builder.finish()
}

function checkLength(length: number): void {
  if (length > LARGEST_ARRAY) throw new CallcostError('data', 'inputs of this format can be read up to 4 GiB')
}
