/** What the key of an entry says: `fib@1==>fib@2`, `main()`. */
export interface EntryKey {
  /** null for a function that nobody called. */
  readonly caller: EntryFunction | null
  readonly callee: EntryFunction
}

export interface EntryFunction {
  readonly name: string
  /** How many activations of the function lie below this one. */
  readonly depth: number
}

/** Between a caller and what it calls. */
export const ARROW = '==>'

export function entryKey(key: string): EntryKey {
  const at = key.indexOf(ARROW)
  if (at < 0) return { caller: null, callee: entryFunction(key) }
  return { caller: entryFunction(key.slice(0, at)), callee: entryFunction(key.slice(at + ARROW.length)) }
}

function entryFunction(text: string): EntryFunction {
  const match = /^(.+)@(\d{1,9})$/s.exec(text)
  return match === null ? { name: text, depth: 0 } : { name: match[1]!, depth: Number(match[2]) }
}
