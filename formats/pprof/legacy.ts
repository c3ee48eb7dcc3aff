import type { Codec, Sniff } from '../codec.js'

/** How the texts begin that Go writes with debug=1, and gperftools' and Java's heap profiles. */
const BEGINNINGS = [
  'goroutine profile: total ',
  'threadcreate profile: total ',
  'heap profile: ',
  'heap_v2/',
  '--- mutex:',
  '--- contention:',
  '--- threadz ',
  '--- heapz ',
  '--- growthz ',
  '--- contentionz ',
]

/** What pprof read before it had a format of its own. Its addresses mean nothing without the program that ran. */
export const pprofLegacy: Codec = {
  id: 'pprof-legacy',
  title: 'an old text or CPU profile of Go or gperftools',
  extensions: [],
  advice: 'go tool pprof -proto PROGRAM FILE > profile.pb.gz; in Go, ask for the profile without debug=1',
  sniff: (head) => (beginsAsText(head) || beginsAsWords(head) ? 'certain' : ('no' satisfies Sniff)),
  load: async () => ({}),
}

function beginsAsText(head: Uint8Array): boolean {
  return BEGINNINGS.some((beginning) => {
    for (let at = 0; at < beginning.length; at++) if (head[at] !== beginning.charCodeAt(at)) return false
    return true
  })
}

/** gperftools' CPU profile: words of 4 or 8 bytes in either order: 0, 3, 0 (1 for Java), the period, 0. */
function beginsAsWords(head: Uint8Array): boolean {
  if (head.length < 20) return false
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  for (const size of [4, 8]) {
    if (head.length < 5 * size) continue
    for (const isLittle of [true, false]) {
      const word = (index: number): number => {
        const at = index * size
        if (size === 4) return view.getUint32(at, isLittle)
        return Number(view.getBigUint64(at, isLittle))
      }
      if (word(0) === 0 && word(1) === 3 && word(2) <= 1 && word(3) > 0 && word(3) < 1e8 && word(4) === 0) return true
    }
  }
  return false
}
