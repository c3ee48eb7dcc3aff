const encoder = new TextEncoder()

/** Characters that are gathered before they become bytes. */
const PIECE = 64 * 1024

/** Lines as UTF-8, each ended by a newline, in pieces. */
export function* lineChunks(lines: Iterable<string>): Generator<Uint8Array> {
  let text = ''
  for (const line of lines) {
    text += `${line}\n`
    if (text.length < PIECE) continue
    yield encoder.encode(text)
    text = ''
  }
  if (text !== '') yield encoder.encode(text)
}
