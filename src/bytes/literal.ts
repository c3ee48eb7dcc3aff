/** Bytes that are known beforehand, compared four at a time; at least four. */
export class Literal {
  readonly length: number
  readonly #words: Int32Array

  constructor(characters: string) {
    const bytes = Uint8Array.from(characters, (each) => each.charCodeAt(0))
    const words = new DataView(bytes.buffer)
    this.length = bytes.length
    this.#words = Int32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, at) =>
      words.getInt32(Math.min(at * 4, bytes.length - 4), true),
    )
  }

  /** Whether the literal stands at `at`; there must be as many bytes. */
  isAt(bytes: DataView, at: number): boolean {
    const words = this.#words
    const last = words.length - 1
    for (let word = 0; word < last; word++, at += 4) if (bytes.getInt32(at, true) !== words[word]) return false
    return bytes.getInt32(at + this.length - last * 4 - 4, true) === words[last]
  }
}
