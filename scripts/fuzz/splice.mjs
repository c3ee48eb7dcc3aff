/** `bytes` with `count` of them at `at` replaced by `added`. */
export function splice(bytes, at, count, added) {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at + count)])
}
