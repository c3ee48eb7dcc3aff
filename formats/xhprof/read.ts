import { JsonScanner } from '../../src/bytes/json-scanner.js'
import { array, boolean, nothing, number, oneOf, record, type Shape, skip, text } from '../../src/bytes/json-shape.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { decodeText } from '../../src/bytes/text.js'
import { FormatError, type Place, quote } from '../../src/errors.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { DataNote, ProfileSet } from '../../src/model/profile.js'
import type { ReadContext } from '../codec.js'
import { COSTS, Entries } from './entries.js'
import { ARROW } from './entry-key.js'

const HINT = 'XHProf writes { "main()": { "ct": 1, "wt": 912 }, "main()==>work": … }'

/**
 * Reads `{ "caller==>callee": { ct, wt, cpu, mu, pmu } }`, alone or as `profile` beside the `meta` of a request. Which
 * costs there are, the first entry says.
 */
export async function readXhprof(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const reader = new XhprofReader(context)
  const scanner = new JsonScanner(
    documentShape(reader, () => scanner.place()),
    context.allocator,
  )
  for await (const chunk of source.chunks()) scanner.write(chunk)
  scanner.end()
  return reader.finish()
}

/**
 * Keys are data on all levels, and only the values below them tell whether a key is that of an entry: an entry has
 * numbers, `profile` has entries.
 */
function documentShape(reader: XhprofReader, place: () => Place): Shape {
  let outer = ''
  let inner = ''
  let field = ''
  const rest = [boolean(() => {}), nothing(), array(skip())]
  const noEntry = (key: () => string): Shape[] => [
    boolean(() => reader.noEntry(key(), place())),
    nothing(() => reader.noEntry(key(), place())),
    array(skip(), { end: () => reader.noEntry(key(), place()) }),
  ]
  const entry = record(
    (bytes, start, end) => {
      field = decodeText(bytes, start, end)
    },
    oneOf(
      number((value) => reader.field(field, value)),
      text(() => {}),
      record(() => {}, skip()),
      ...rest,
    ),
    { begin: () => reader.begin(), end: () => reader.end(outer === 'profile' ? inner : '', place()) },
  )
  const outerEntry = record(
    (bytes, start, end) => {
      inner = decodeText(bytes, start, end)
    },
    oneOf(
      number((value) => reader.field(inner, value)),
      text((bytes, start, end) => {
        if (outer === 'meta' && inner === 'url') reader.url = decodeText(bytes, start, end)
      }),
      entry,
      ...noEntry(() => (outer === 'profile' ? inner : '')),
    ),
    { begin: () => reader.begin(), end: () => reader.end(outer, place()) },
  )
  return record(
    (bytes, start, end) => {
      outer = decodeText(bytes, start, end)
    },
    oneOf(
      outerEntry,
      number(() => {}),
      text(() => {}),
      ...noEntry(() => outer),
    ),
  )
}

class XhprofReader {
  /** The request that was profiled. */
  url: string | null = null
  readonly #context: ReadContext
  #entries: Entries | null = null
  /** Indices into COSTS that the entries have. */
  #costs: readonly number[] = []
  #calls = Number.NaN
  /** By COSTS. */
  readonly #cells: number[] = COSTS.map(() => Number.NaN)

  constructor(context: ReadContext) {
    this.#context = context
  }

  begin(): void {
    this.#calls = Number.NaN
    this.#cells.fill(Number.NaN)
  }

  field(key: string, value: number): void {
    if (key === 'ct') this.#calls = value
    const cost = COSTS.findIndex((known) => known.key === key)
    if (cost >= 0) this.#cells[cost] = value
  }

  /** An object is over: an entry if it has the number of calls and costs. */
  end(key: string, place: Place): void {
    const has = COSTS.flatMap((_, cost) => (Number.isNaN(this.#cells[cost]) ? [] : [cost]))
    const isEntry = key !== '' && !Number.isNaN(this.#calls) && has.length > 0
    if (isEntry) this.#add(key, has, place)
    else this.noEntry(key, place)
    // What is left belongs to no other object.
    this.begin()
  }

  /** What stands at the key is no entry: a fault where the key is that of one. */
  noEntry(key: string, place: Place): void {
    if (!key.includes(ARROW) && key !== 'main()') return
    this.#context.fault(`expected an entry with "ct" and costs, got none in ${quote(key)}`, place)
  }

  finish(): ProfileSet {
    if (this.#entries === null) {
      throw new FormatError('expected entries with "ct" and "wt", got none', {}, { hint: HINT })
    }
    const { functions, graph } = this.#entries.finish()
    const { withoutEntry, strings } = this.#entries
    const notes: DataNote[] = []
    if (withoutEntry > 0) {
      const are = withoutEntry === 1 ? 'function is a caller' : 'functions are callers'
      notes.push({
        code: 'callers-without-entry',
        count: withoutEntry,
        message: `${withoutEntry} ${are} without an entry, so calls and costs are unknown`,
      })
    }
    const profile = makeProfile({
      name: this.url ?? '',
      source: { format: 'xhprof', language: 'php', method: 'deterministic', notes },
      valueTypes: this.#costs.map((cost) => COSTS[cost]!.type),
      strings,
      functions,
      graph,
    })
    return { profiles: [profile], active: 0 }
  }

  #add(key: string, has: readonly number[], place: Place): void {
    if (this.#entries === null) {
      this.#costs = has
      this.#entries = new Entries(
        this.#context.allocator,
        has.map((cost) => COSTS[cost]!.type),
      )
    }
    const missing = this.#costs.find((cost) => Number.isNaN(this.#cells[cost]))
    if (missing !== undefined) {
      this.#context.fault(
        `expected "${COSTS[missing]!.key}" as in the entries before, got none in ${quote(key)}`,
        place,
      )
      return
    }
    this.#entries.add(
      key,
      this.#calls,
      this.#costs.map((cost) => this.#cells[cost]!),
    )
  }
}
