/** Whether a text is what a glob says: `*` is any text, `?` any character. */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0
  let place = 0
  // The last star, and where the text that it stands for ends so far: only that one needs to be tried again.
  let star = -1
  let starEnd = 0
  while (place < text.length) {
    if (glob[at] === '*') {
      star = at++
      starEnd = place
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[place])) {
      at++
      place++
    } else if (star >= 0) {
      at = star + 1
      place = ++starEnd
    } else return false
  }
  while (glob[at] === '*') at++
  return at === glob.length
}

/** Whether the whole text or what follows one of its separators is what the glob says: `db.*` for `app/db.py`. */
export function matchesGlobAtEnd(glob: string, text: string, separators: string): boolean {
  if (matchesGlob(glob, text)) return true
  for (let at = 0; at < text.length; at++) {
    if (separators.includes(text[at]!) && matchesGlob(glob, text.slice(at + 1))) return true
  }
  return false
}
