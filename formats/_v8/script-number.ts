/** `"105"` and, from odd tools, `":105"`; 0 for what is no number. */
export function scriptNumber(bytes: Uint8Array, start: number, end: number): number {
  let id = 0
  for (let at = bytes[start] === 0x3a ? start + 1 : start; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return 0
    id = id * 10 + digit
  }
  return id
}
