/** A reader of RFC 4180 that knows the difference between `""` and nothing, which is null. */
export function csvRows(text: string): (string | null)[][] {
  const rows: (string | null)[][] = []
  let at = 0
  while (at < text.length) {
    const row: (string | null)[] = []
    for (;;) {
      if (text[at] === '"') {
        const match = /"((?:[^"]|"")*)"/y
        match.lastIndex = at
        const [whole, inner] = match.exec(text)!
        row.push(inner!.replaceAll('""', '"'))
        at += whole.length
      } else {
        const match = /[^,\r\n"]*/y
        match.lastIndex = at
        const [whole] = match.exec(text)!
        row.push(whole === '' ? null : whole)
        at += whole.length
      }
      if (text[at] !== ',') break
      at++
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of the row at ${at}: ${text.slice(at, at + 20)}`)
    at += 2
    rows.push(row)
  }
  return rows
}

/** The text as UTF-8 can hold it, which has no lone surrogates. */
export const wellFormed = (text: string) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
