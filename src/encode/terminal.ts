const PRINTABLE_ASCII = /^[ -~]*$/

/**
 * What a terminal obeys or does not show: controls (ESC, C1, newlines), formats (bidi overrides, zero width, tags),
 * line and paragraph separators, lone surrogates, and the four fillers of Hangul, which are letters that nobody sees.
 * Two blocks stand as a whole, because their unassigned code points are not shown either.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0\u2060-\u206f\u{e0000}-\u{e007f}]/gu

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }

/**
 * Text from a file, safe for a terminal and always on one line: `\n`, `\x1b`, `\u{202e}` for what would move the cursor
 * or hide something. Backslashes stay single, because paths of Windows are full of them: this is for eyes only.
 */
export function escapeForTerminal(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!
    if (code <= 0xff) return SHORT_ESCAPES[character] ?? `\\x${code.toString(16).padStart(2, '0')}`
    return `\\u{${code.toString(16)}}`
  })
}

/** Marks that sit on the character before them. */
const COMBINING = /^[\p{Mn}\p{Me}]$/u

/**
 * Two columns wide: emoji, and the blocks of East Asian letters (East_Asian_Width W and F of Unicode 16; JavaScript has
 * no property for it, and these ranges round off a few unassigned code points).
 */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d7f}\u{1aff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]$/u

/** Columns that an escaped text takes in a terminal. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!
  if (code < 0x300) return 1
  if (COMBINING.test(character)) return 0
  return code >= 0x1100 && WIDE.test(character) ? 2 : 1
}

/**
 * An escaped text in at most `width` columns: what does not fit is taken out of the middle, because names differ at
 * both ends. Pairs of surrogates and marks stay with their character.
 */
export function fitToWidth(text: string, width: number): string {
  if (text.length <= width && PRINTABLE_ASCII.test(text)) return text
  if (displayWidth(text) <= width) return text
  if (width <= 1) return width === 1 ? '…' : ''
  const tailWidth = Math.floor((width - 1) / 2)
  return `${head(text, width - 1 - tailWidth)}…${tail(text, tailWidth)}`
}

/** The longest beginning that fits. */
function head(text: string, width: number): string {
  let end = 0
  let used = 0
  for (const character of text) {
    used += characterWidth(character)
    if (used > width) break
    end += character.length
  }
  return text.slice(0, end)
}

/** The longest end that fits and begins with a character, not with a mark. */
function tail(text: string, width: number): string {
  let start = text.length
  let used = 0
  for (let at = text.length; at > 0; ) {
    at -= isPair(text, at - 2) ? 2 : 1
    const columns = characterWidth(String.fromCodePoint(text.codePointAt(at)!))
    used += columns
    if (used > width) break
    if (columns > 0) start = at
  }
  return text.slice(start)
}

function isPair(text: string, at: number): boolean {
  return at >= 0 && text.codePointAt(at)! > 0xffff
}
