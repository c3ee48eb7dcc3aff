/** What a location of the raw form says: `text` is all of it where it fits no form. */
export interface Location {
  readonly name: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

/** `work (in libshop.so) (shop.c:12)`, `work (in libshop.so) + 123`: native code, with the library that it is in. */
const NATIVE = /^(.*) \(in ([^)]*)\)(?: \((.*):(\d+)\)| \+ \d+)?$/s
/** `work (https://shop.example/app.js:12:3)[4]`: a function of JavaScript and where it begins. */
const SCRIPT = /^(.*) \((.+?):(\d+)(?::(\d+))?\)(?:\[\d+\])?$/s
/** `https://shop.example/app.js:12`: top-level code, told from a label by the path in it. */
const TOP_LEVEL = /^([^\s()]*?[/.][^\s()]*?):(\d+)(?::(\d+))?(?:\[\d+\])?$/

/** Longer texts, in characters, are names as they are: backtracking over them could take long. */
const LONGEST = 4096

/** Takes the location of a frame of a raw file apart. Addresses and labels are names as they are. */
export function parseLocation(text: string): Location {
  if (text.length > LONGEST) return { name: text, file: null, line: null, column: null }
  const native = NATIVE.exec(text)
  if (native !== null) return { name: native[1]!, file: native[3] ?? native[2]!, line: null, column: null }
  const script = SCRIPT.exec(text)
  if (script !== null) {
    return { name: script[1]!, file: script[2]!, line: Number(script[3]), column: numberOrNull(script[4]) }
  }
  const top = TOP_LEVEL.exec(text)
  if (top !== null) return { name: '(top level)', file: top[1]!, line: Number(top[2]), column: numberOrNull(top[3]) }
  return { name: text, file: null, line: null, column: null }
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text)
}
