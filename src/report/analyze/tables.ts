import type { Costs, Measure } from '../../analysis/costs.js'
import type { EdgeRow, EdgeRows } from '../../analysis/edge-rows.js'
import type { FunctionRow, FunctionRows } from '../../analysis/function-rows.js'
import { shownName } from '../../analysis/function-text.js'
import type { GroupRows } from '../../analysis/group-rows.js'
import type { CompensatedRow, CompensatedRows } from '../../analysis/overhead/compensated-rows.js'
import type { ExactNumber, NumberColumn } from '../../model/numbers.js'
import type { Cell, Column, Records, Table } from '../../render/table.js'
import { functionCells, placeCell } from './shown-function.js'

type Shares = { readonly selfShare: number | null; readonly totalShare: number | null }

/** The columns that functions and groups share; without those that nothing is known of. */
function costTableColumns({ type, calls }: Measure): Column[] {
  const columns: Column[] = [
    { title: 'self', kind: 'value', unit: type.unit, scaledBy: 'largest' },
    { title: 'self %', kind: 'ratio', leftOut: 2 },
    { title: 'total', kind: 'value', unit: type.unit, scaledBy: 'largest' },
    { title: 'total %', kind: 'ratio', leftOut: 3 },
  ]
  if (calls === null) return columns
  return [
    { title: 'calls', kind: 'calls' },
    ...columns,
    { title: 'self/call', kind: 'value', unit: type.unit, scaledBy: 'mean', leftOut: 1 },
    { title: 'total/call', kind: 'value', unit: type.unit, scaledBy: 'mean' },
  ]
}

function costCells(row: Costs & Shares, { calls }: Measure): Cell[] {
  const cells: Cell[] = [row.self, row.selfShare, row.total, row.totalShare]
  if (calls === null) return cells
  return [[row.calls, row.primitiveCalls], ...cells, row.selfPerCall, row.totalPerCall]
}

/** Costs without the profiler's, before the costs as they were measured. */
function compensatedColumns({ type }: Measure): Column[] {
  return [
    { title: 'net self', kind: 'value', unit: type.unit, scaledBy: 'largest' },
    { title: 'net total', kind: 'value', unit: type.unit, scaledBy: 'largest' },
  ]
}

/** Functions for people. */
export function functionTable(rows: FunctionRows | CompensatedRows, length: number): Table {
  const { measure } = rows
  const { profile } = measure
  if ('compensation' in rows) {
    return {
      columns: [
        ...compensatedColumns(measure),
        ...costTableColumns(measure),
        { title: 'function', kind: 'name' },
        { title: 'place', kind: 'place' },
      ],
      length,
      row(index) {
        const row = rows.row(index)
        const names = [shownName(profile, row.function), placeCell(profile, row.function)]
        return [row.compensated.self, row.compensated.total, ...costCells(row, measure), ...names]
      },
    }
  }
  return {
    columns: [...costTableColumns(measure), { title: 'function', kind: 'name' }, { title: 'place', kind: 'place' }],
    length,
    row(index) {
      const row = rows.row(index)
      return [...costCells(row, measure), shownName(profile, row.function), placeCell(profile, row.function)]
    },
  }
}

/** Groups for people. */
export function groupTable(rows: GroupRows, length: number): Table {
  return {
    columns: [
      ...costTableColumns(rows.measure),
      { title: rows.by === 'name' ? 'function' : rows.by, kind: rows.by === 'name' ? 'name' : 'place' },
    ],
    length,
    row(index) {
      const row = rows.row(index)
      return [...costCells(row, rows.measure), row.label]
    },
  }
}

function isKnown(column: NumberColumn | null | undefined): boolean {
  return column?.values.some((value) => !Number.isNaN(value)) ?? false
}

/** Callers or callees for people: the function at the other end, and the one that was asked for where there are several. */
export function edgeTable(rows: EdgeRows, length: number): Table {
  const { measure, direction } = rows
  const { profile, graph, type, value } = measure
  const other = direction === 'callers' ? 'caller' : 'callee'
  const own = direction === 'callers' ? 'callee' : 'caller'
  const several = rows.matched.length > 1
  const hasCalls = graph.edges.calls?.values.some((calls) => calls >= 0) ?? false
  const hasSelf = isKnown(graph.edges.self[value])
  const hasTotal = isKnown(graph.edges.total[value])
  const columns: [boolean, Column, (row: EdgeRow) => Cell][] = [
    [hasCalls, { title: 'calls', kind: 'calls' }, (row) => [row.calls, row.primitiveCalls]],
    [hasSelf, { title: 'self', kind: 'value', unit: type.unit, scaledBy: 'largest' }, (row) => row.self],
    [hasTotal, { title: 'total', kind: 'value', unit: type.unit, scaledBy: 'largest' }, (row) => row.total],
    [hasTotal, { title: 'share', kind: 'ratio' }, (row) => row.share],
    [
      hasCalls && hasTotal,
      { title: 'total/call', kind: 'value', unit: type.unit, scaledBy: 'mean' },
      (row) => row.totalPerCall,
    ],
    [true, { title: other, kind: 'name' }, (row) => shownName(profile, row[other])],
    [true, { title: 'place', kind: 'place' }, (row) => placeCell(profile, row[other])],
    [several, { title: own, kind: 'name' }, (row) => shownName(profile, row[own])],
  ]
  const shown = columns.filter(([isShown]) => isShown)
  return {
    columns: shown.map(([, column]) => column),
    length,
    row(index) {
      const row = rows.row(index)
      return shown.map(([, , cell]) => cell(row))
    },
  }
}

const COST_KEYS = [
  'calls',
  'primitiveCalls',
  'self',
  'total',
  'selfPerCall',
  'totalPerCall',
  'selfShare',
  'totalShare',
  'unit',
] as const

function costRecord(row: Costs & Shares, { type }: Measure): (string | ExactNumber | null)[] {
  const { calls, primitiveCalls, self, total, selfPerCall, totalPerCall, selfShare, totalShare } = row
  return [calls, primitiveCalls, self, total, selfPerCall, totalPerCall, selfShare, totalShare, type.unit]
}

const COMPENSATED_KEYS = ['compensatedSelf', 'compensatedTotal'] as const

/** Functions as CSV has them, under the keys of the JSON. */
export function functionRecords(rows: FunctionRows | CompensatedRows, length: number): Records {
  const { measure } = rows
  const own = (row: FunctionRow | CompensatedRow): (string | ExactNumber | null)[] => {
    const cells = [...functionCells(measure.profile, row.function), ...costRecord(row, measure)]
    return 'compensated' in row ? [...cells, row.compensated.self, row.compensated.total] : cells
  }
  const added = 'compensation' in rows ? COMPENSATED_KEYS : []
  return {
    keys: ['function', 'file', 'line', 'column', 'module', ...COST_KEYS, ...added],
    length,
    row: (index) => own(rows.row(index)),
  }
}

export function groupRecords(rows: GroupRows, length: number): Records {
  return {
    keys: [rows.by === 'name' ? 'function' : rows.by, ...(rows.by === 'line' ? ['file'] : []), ...COST_KEYS],
    length,
    row(index) {
      const row = rows.row(index)
      const names = rows.by === 'line' ? [row.line, row.file] : [row.label]
      return [...names, ...costRecord(row, rows.measure)]
    },
  }
}

export function edgeRecords(rows: EdgeRows, length: number): Records {
  const { profile, type } = rows.measure
  return {
    keys: [
      ...['callerFunction', 'callerFile', 'callerLine', 'calleeFunction', 'calleeFile', 'calleeLine'],
      ...['calls', 'primitiveCalls', 'self', 'total', 'share', 'unit'],
    ],
    length,
    row(index) {
      const { caller, callee, calls, primitiveCalls, self, total, share } = rows.row(index)
      const ends = [...functionCells(profile, caller).slice(0, 3), ...functionCells(profile, callee).slice(0, 3)]
      return [...ends, calls, primitiveCalls, self, total, share, type.unit]
    },
  }
}
