/** Controls, and what is no character: graphviz stops at some of them and shows none. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu

/**
 * Text as the inside of a quoted string of the DOT language, for labels: what it shows is the text. Quotes and
 * backslashes are escaped (`\N`, `\l` and the like would mean something), and so is `&`, because graphviz reads HTML
 * entities in labels; controls are shown as `\x1b`.
 */
export function escapeForDot(text: string): string {
  return text
    .replace(UNSAFE, (character) => {
      const code = character.codePointAt(0)!
      return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
    })
    .replaceAll('&', '&amp;')
    .replace(/[\\"]/g, '\\$&')
}

/** Lines of a label, quoted; each is escaped and centred. */
export function dotLabel(lines: readonly string[]): string {
  return `"${lines.map(escapeForDot).join('\\n')}"`
}
