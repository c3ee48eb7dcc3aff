/** The median of the values, which come back sorted; NaN of none. */
export function sortToMedian(values: Float64Array): number {
  values.sort()
  const middle = values.length >> 1
  if (values.length === 0) return Number.NaN
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}
