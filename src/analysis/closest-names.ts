import type { Profile } from '../model/profile.js'
import { shownName } from './function-text.js'

/** Names that are looked at, and characters of a name that are compared: enough to help, little enough to be quick. */
const MAX_NAMES = 50_000
const MAX_LENGTH = 64

/** The names of functions that are most like `wanted`, best first: those that contain it, then those that nearly begin so. */
export function closestNames(profile: Profile, wanted: string, count: number): string[] {
  const { functions, strings } = profile
  const seen = new Uint8Array(strings.length)
  const target = wanted.slice(0, MAX_LENGTH).toLowerCase()
  const best: { readonly name: string; readonly distance: number }[] = []
  let looked = 0
  for (let fn = 0; fn < functions.length && looked < MAX_NAMES; fn++) {
    if (seen[functions.name[fn]!] === 1) continue
    seen[functions.name[fn]!] = 1
    looked++
    const name = shownName(profile, fn)
    const distance = distanceOf(target, name.toLowerCase())
    if (distance > target.length / 3 + 1) continue
    const at = best.findIndex(
      (other) => distance < other.distance || (distance === other.distance && name < other.name),
    )
    if (at >= 0) best.splice(at, 0, { name, distance })
    else if (best.length < count) best.push({ name, distance })
    best.length = Math.min(best.length, count)
  }
  return best.map(({ name }) => name)
}

function distanceOf(target: string, name: string): number {
  if (target.length >= 3 && name.includes(target)) return 0.5
  return slips(target, name.slice(0, MAX_LENGTH))
}

/** Characters to insert, delete or replace until `a` begins `b`; each character that is then left over is a tenth more. */
function slips(a: string, b: string): number {
  const distance = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    let diagonal = distance[0]!
    distance[0] = row
    for (let column = 1; column <= b.length; column++) {
      const replaced = diagonal + (a[row - 1] === b[column - 1] ? 0 : 1)
      diagonal = distance[column]!
      distance[column] = Math.min(replaced, diagonal + 1, distance[column - 1]! + 1)
    }
  }
  return distance.reduce((least, slip, column) => Math.min(least, slip + (b.length - column) / 10), Infinity)
}
