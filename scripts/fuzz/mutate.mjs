// Changes inputs: anywhere (bits, bytes, blocks, another input's tail), and where the grammar of a format says that
// lengths, ids, numbers and nesting are. Bit flips alone hardly ever find depth, lying lengths or ids that are swapped.
import { mutateJson } from './mutate-json.mjs'
import { mutateLines } from './mutate-lines.mjs'
import { mutateMarshal } from './mutate-marshal.mjs'
import { mutateMessage } from './mutate-message.mjs'
import { splice } from './splice.mjs'

const GRAMMARS = {
  pstats: mutateMarshal,
  pprof: mutateMessage,
  collapsed: mutateLines,
  callgrind: mutateLines,
  'perf-script': mutateLines,
}

const INTERESTING = [0, 1, 2, 0x0a, 0x20, 0x22, 0x2c, 0x3b, 0x5b, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xfe, 0xff]

/** A changed copy of `bytes`, at most `most` bytes long. `other` is an input to take pieces of. */
export function mutate(format, bytes, other, random, most) {
  let changed = bytes
  const grammar = GRAMMARS[format] ?? mutateJson
  for (let rounds = 1 + (random(3) === 0 ? random(4) : 0); rounds > 0; rounds--) {
    changed = random(5) < 2 ? havoc(changed, other, random) : grammar(changed, other, random)
    if (changed.length > most) changed = changed.subarray(0, most)
  }
  return changed
}

function havoc(bytes, other, random) {
  const at = random(bytes.length + 1)
  switch (random(9)) {
    case 0:
      return patched(bytes, at, (byte) => byte ^ (1 << random(8)))
    case 1:
      return patched(bytes, at, () => INTERESTING[random(INTERESTING.length)])
    case 2:
      return patched(bytes, at, (byte) => byte + random(17) - 8)
    case 3:
      return bytes.subarray(0, at)
    case 4:
      return splice(bytes, at, 1 + random(Math.min(64, bytes.length + 1)), [])
    case 5:
      return splice(bytes, at, 0, bytes.subarray(random(bytes.length + 1)).subarray(0, 1 + random(64)))
    case 6: {
      const from = random(other.length + 1)
      return splice(bytes, at, random(32), other.subarray(from, from + 1 + random(128)))
    }
    case 7:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length + 1))])
    default: {
      const length = 1 + random(8)
      return splice(bytes, at, random(2) * length, Buffer.alloc(length, INTERESTING[random(INTERESTING.length)]))
    }
  }
}

function patched(bytes, at, change) {
  if (bytes.length === 0) return bytes
  const copy = Buffer.from(bytes)
  const place = Math.min(at, bytes.length - 1)
  copy[place] = change(copy[place])
  return copy
}
