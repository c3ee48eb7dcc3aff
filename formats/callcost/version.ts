/** What the `schema` of every callcost profile begins with; the version follows. */
export const SCHEMA_PREFIX = 'callcost/profile/'

/** The version that is written, and the only one that is read. 0 may still change; 1 will not. */
export const SCHEMA = `${SCHEMA_PREFIX}0`
