/** The smallest part of `bytes` found in a few hundred tries that still `fails`, with other bytes made plain. */
export async function minimise(bytes, fails) {
  let best = Buffer.from(bytes)
  let tries = 600
  const attempt = async (candidate) => {
    if (tries-- <= 0 || !(await fails(candidate))) return false
    best = candidate
    return true
  }
  for (let size = Math.max(1, best.length >> 1); size >= 1 && tries > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length && tries > 0; ) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if (!(await attempt(shorter))) at += size
    }
  }
  return best
}
