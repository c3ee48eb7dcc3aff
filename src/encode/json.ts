import { CallcostError } from '../errors.js'

const encoder = new TextEncoder()

/** Characters that are gathered before they become bytes. */
const PIECE = 64 * 1024

export interface JsonWriterOptions {
  /** Containers nested less deep than this have each of their entries on a line of its own; 0 writes one line. */
  readonly linesToDepth?: number
}

/**
 * Writes JSON value by value, in pieces, so that a document can be larger than memory. Our conventions: an integer past
 * 2^53 is a decimal text, so that no reader rounds it; NaN ("unknown") is null; infinities are "Infinity" and
 * "-Infinity". The writer keeps track of commas; a value where a key belongs is a fault of ours and throws.
 *
 *     const json = new JsonWriter()
 *     json.beginObject().key('rows').beginArray()
 *     for (const row of rows) {
 *       json.number(row)
 *       if (json.isFull) yield json.take()
 *     }
 *     json.endArray().endObject()
 *     yield json.take()
 */
export class JsonWriter {
  readonly #linesToDepth: number
  #text = ''
  /** The containers that are open, outermost first: whether each is an object, whose entries have keys. */
  #isObject = new Uint8Array(64)
  #depth = 0
  #isFirst = true
  #hasKey = false

  constructor(options: JsonWriterOptions = {}) {
    this.#linesToDepth = options.linesToDepth ?? 0
  }

  /** There is enough for a piece: time to {@link take} it. */
  get isFull(): boolean {
    return this.#text.length >= PIECE
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const bytes = encoder.encode(this.#text)
    this.#text = ''
    return bytes
  }

  beginObject(): this {
    return this.#begin('{')
  }

  endObject(): this {
    return this.#end('}')
  }

  beginArray(): this {
    return this.#begin('[')
  }

  endArray(): this {
    return this.#end(']')
  }

  key(name: string): this {
    if (this.#hasKey || !this.#isInObject) throw new CallcostError('internal', `key ${name} in no object`)
    this.#separate()
    this.#text += this.#isOnLine ? `${JSON.stringify(name)}: ` : `${JSON.stringify(name)}:`
    this.#hasKey = true
    return this
  }

  /** A text. JSON.stringify escapes control characters and lone surrogates; U+2028 and U+2029 are legal as they are. */
  text(value: string): this {
    return this.#value(JSON.stringify(value))
  }

  textOrNull(value: string | null): this {
    return value === null ? this.nothing() : this.text(value)
  }

  number(value: number | bigint): this {
    if (typeof value === 'bigint') return this.#value(`"${value}"`)
    if (Number.isNaN(value)) return this.nothing()
    if (!Number.isFinite(value)) return this.#value(value > 0 ? '"Infinity"' : '"-Infinity"')
    return this.#value(Object.is(value, -0) ? '-0' : String(value))
  }

  numberOrNull(value: number | bigint | null): this {
    return value === null ? this.nothing() : this.number(value)
  }

  boolean(value: boolean): this {
    return this.#value(String(value))
  }

  nothing(): this {
    return this.#value('null')
  }

  /** A small value as JSON.stringify writes it; for what is known to be shallow and free of the cases above. */
  plain(value: unknown): this {
    return this.#value(JSON.stringify(value))
  }

  #value(text: string): this {
    this.#place()
    this.#text += text
    return this
  }

  #begin(bracket: '{' | '['): this {
    this.#place()
    this.#text += bracket
    if (this.#depth === this.#isObject.length) {
      const longer = new Uint8Array(this.#depth * 2)
      longer.set(this.#isObject)
      this.#isObject = longer
    }
    this.#isObject[this.#depth++] = bracket === '{' ? 1 : 0
    this.#isFirst = true
    return this
  }

  #end(closing: '}' | ']'): this {
    if (this.#depth === 0 || this.#isInObject !== (closing === '}') || this.#hasKey) {
      throw new CallcostError('internal', `${closing} closes nothing`)
    }
    const wasOnLine = this.#isOnLine && !this.#isFirst
    this.#depth--
    if (wasOnLine) this.#newLine()
    this.#text += closing
    this.#isFirst = false
    if (this.#depth === 0 && this.#linesToDepth > 0) this.#text += '\n'
    return this
  }

  /** Makes room for a value: after its key, or as the next item. */
  #place(): void {
    if (this.#hasKey) {
      this.#hasKey = false
      return
    }
    if (this.#depth === 0) return
    if (this.#isInObject) throw new CallcostError('internal', 'a value in an object needs a key')
    this.#separate()
  }

  #separate(): void {
    if (!this.#isFirst) this.#text += ','
    this.#isFirst = false
    if (this.#isOnLine) this.#newLine()
  }

  get #isInObject(): boolean {
    return this.#depth > 0 && this.#isObject[this.#depth - 1] === 1
  }

  get #isOnLine(): boolean {
    return this.#depth <= this.#linesToDepth
  }

  #newLine(): void {
    this.#text += `\n${'  '.repeat(this.#depth)}`
  }
}
