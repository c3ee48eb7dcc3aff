import { ByteBuilder } from '../../bytes/columns.js'
import { JsonScanner } from '../../bytes/json-scanner.js'
import { array, boolean, nothing, number, object, oneOf, type Shape, skip, text } from '../../bytes/json-shape.js'
import type { ByteSource } from '../../bytes/source.js'
import { decodeText, encodeText } from '../../bytes/text.js'
import { CallcostError, FormatError, type Place, quote } from '../../errors.js'
import { Allocator, DEFAULT_LIMITS } from '../../limits.js'
import type { RequiredAssertion } from './check.js'
import { parseAssertion } from './parse-assertion.js'

const SCHEMA = 'callcost/budget/1'

/** What people write by hand is small. */
const LARGEST = 4 * 1024 * 1024

/** A file of assertions, and its bytes, so that an update leaves everything else as it was written. */
export interface Budget {
  readonly assertions: readonly BudgetAssertion[]
  /** Whether limits may be lowered to what was measured. */
  readonly ratchet: boolean
  readonly bytes: Uint8Array
}

export interface BudgetAssertion extends RequiredAssertion {
  /** Where its text begins in the file: the offset of the quote. */
  readonly offset: number
}

/**
 * Reads a budget file:
 *
 *     { "schema": "callcost/budget/1",
 *       "assertions": [{ "assert": "calls(load) <= 12", "level": "error" or "warn", "note": "…" }],
 *       "ratchet": true }
 *
 * Throws a {@link FormatError} with the path for what is no budget: unknown keys, no assertions, a mistake in one.
 */
export async function readBudget(source: ByteSource): Promise<Budget> {
  const bytes = await readSmall(source)
  const found = new BudgetReader()
  const scanner: JsonScanner = new JsonScanner(
    found.shape(() => scanner.place()),
    new Allocator({ ...DEFAULT_LIMITS, 'json-depth': 100 }),
  )
  try {
    scanner.write(bytes)
    scanner.end()
    return found.finish(bytes)
  } catch (error) {
    if (error instanceof CallcostError) error.source ??= source.name
    throw error
  }
}

/** The file with the texts of some of its assertions replaced: assertion → text. */
export function updatedBudget({ bytes, assertions }: Budget, texts: ReadonlyMap<BudgetAssertion, string>): Uint8Array {
  const written = new ByteBuilder(new Allocator(), bytes.length + 1)
  let from = 0
  for (const assertion of assertions) {
    const text = texts.get(assertion)
    if (text === undefined) continue
    written.append(bytes.subarray(from, assertion.offset))
    written.append(encodeText(JSON.stringify(text)))
    from = endOfText(bytes, assertion.offset)
  }
  written.append(bytes.subarray(from))
  return written.finish()
}

/** Past the closing quote of the JSON text at `offset`. */
function endOfText(bytes: Uint8Array, offset: number): number {
  let at = offset + 1
  while (bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1
  return at + 1
}

async function readSmall(source: ByteSource): Promise<Uint8Array> {
  const bytes = new ByteBuilder(new Allocator())
  for await (const chunk of source.chunks()) {
    if (bytes.length + chunk.length > LARGEST) {
      const error = new FormatError(`a budget file has at most ${LARGEST} bytes`)
      error.source = source.name
      throw error
    }
    bytes.append(chunk)
  }
  return bytes.finish()
}

/** Gathers what the scanner finds. */
class BudgetReader {
  readonly #assertions: BudgetAssertion[] = []
  #ratchet = false
  #assert: { readonly text: string; readonly place: Place } | null = null
  #level: 'error' | 'warn' = 'error'
  #note: string | null = null

  shape(place: () => Place): Shape {
    const unknownKey = (keys: string): Shape => {
      const refuse = (): never => {
        throw new FormatError('there is no such key', place(), { hint: `keys are ${keys}` })
      }
      return oneOf(
        number(refuse),
        text(refuse),
        boolean(refuse),
        nothing(refuse),
        object({}, { begin: refuse }),
        array(skip(), { begin: refuse }),
      )
    }
    const assertion = object(
      {
        assert: text((bytes, start, end) => {
          if (this.#assert !== null) throw new FormatError('the key is given twice', place())
          this.#assert = { text: decodeText(bytes, start, end), place: place() }
        }),
        level: text((bytes, start, end) => {
          const level = decodeText(bytes, start, end)
          if (level !== 'error' && level !== 'warn') {
            throw new FormatError(`expected error or warn, got ${quote(level)}`, place())
          }
          this.#level = level
        }),
        note: oneOf(
          text((bytes, start, end) => {
            this.#note = decodeText(bytes, start, end)
          }),
          nothing(),
        ),
      },
      { required: ['assert'], other: unknownKey('assert, level and note'), end: () => this.#add() },
    )
    return object(
      {
        schema: text((bytes, start, end) => {
          const schema = decodeText(bytes, start, end)
          if (schema !== SCHEMA) throw new FormatError(`expected ${quote(SCHEMA)}, got ${quote(schema)}`, place())
        }),
        assertions: array(assertion, {
          begin: () => {
            if (this.#assertions.length > 0) throw new FormatError('the key is given twice', place())
          },
        }),
        ratchet: boolean((value) => {
          this.#ratchet = value
        }),
      },
      { required: ['schema', 'assertions'], other: unknownKey('schema, assertions and ratchet') },
    )
  }

  finish(bytes: Uint8Array): Budget {
    if (this.#assertions.length === 0) {
      throw new FormatError('a budget without assertions checks nothing', { path: 'assertions' })
    }
    return { assertions: this.#assertions, ratchet: this.#ratchet, bytes }
  }

  #add(): void {
    const { text: written, place } = this.#assert!
    this.#assertions.push({
      assertion: parsedAt(written, place),
      level: this.#level,
      note: this.#note,
      offset: place.offset!,
    })
    this.#assert = null
    this.#level = 'error'
    this.#note = null
  }
}

/** A mistake in an expression of a file is a fault of that file. */
function parsedAt(written: string, place: Place): BudgetAssertion['assertion'] {
  try {
    return parseAssertion(written)
  } catch (error) {
    if (!(error instanceof CallcostError) || error.kind !== 'usage') throw error
    throw new FormatError(error.message, place, { hint: error.hint })
  }
}
