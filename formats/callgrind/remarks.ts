/** Lines `desc:` that we write and understand: what the format itself cannot say. */

/** Counts of calls are written as 1 and mean nothing. */
export const UNKNOWN_CALLS = 'Calls: unknown'

/** The costs are estimates from samples. */
export const SAMPLED = 'Method: sampled'
