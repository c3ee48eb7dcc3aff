/** What the `schema` of every callcost profile begins with; the version follows. */
export const SCHEMA_PREFIX = 'callcost/profile/'

/** The version that is written, and the only one that is read. Columns may be added to it, none changed. */
export const SCHEMA = `${SCHEMA_PREFIX}1`
