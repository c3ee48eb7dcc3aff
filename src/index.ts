export type {
  Codec,
  JsonKeys,
  OptionSpec,
  ReadContext,
  Reader,
  ReadNeed,
  WriteContext,
  Writer,
} from '../formats/codec.js'
export { type ChangeRule, parseChangeRule } from './analysis/assertions/change-rule.js'
export { judgeChange } from './analysis/assertions/judge-change.js'
export type { ChangeVerdict } from './analysis/assertions/judgement.js'
export { type Bottleneck, type Headline, headline } from './analysis/bottleneck.js'
export type { Costs } from './analysis/costs.js'
export type { Cause, Causes } from './analysis/diff/blame/causes.js'
export { type Explanation, explain } from './analysis/diff/blame/explain.js'
export { changeSubjectOf } from './analysis/diff/change-subject-of.js'
export { type Diff, type DiffOptions, diffProfiles } from './analysis/diff/diff.js'
export type { DiffRow } from './analysis/diff/diff-row.js'
export type { Judgement, Verdict } from './analysis/diff/judge/judgement.js'
export { type EdgeRow, type EdgeRows, edgeRows } from './analysis/edge-rows.js'
export { findFunctions } from './analysis/find-functions.js'
export { type FunctionRow, type FunctionRows, functionRows, type RowOptions } from './analysis/function-rows.js'
export { type GroupRow, type GroupRows, groupRows } from './analysis/group-rows.js'
export { compensate } from './analysis/overhead/compensate.js'
export { roughOverhead } from './analysis/overhead/overhead.js'
export { bindEdit } from './analysis/what-if/bind-edit.js'
export { parseEdit } from './analysis/what-if/edit.js'
export { whatIfModel } from './analysis/what-if/model.js'
export { whatIf } from './analysis/what-if/what-if.js'
export { type ByteSource, memorySource } from './bytes/source.js'
export { CallcostError, type ErrorKind, FormatError, type Place } from './errors.js'
export { DEFAULT_LIMITS, type LimitKey, type Limits } from './limits.js'
export { callGraph } from './model/call-graph.js'
export type { Feature, FeatureSet } from './model/features.js'
export { mergeProfiles } from './model/merge.js'
export { describeFunction, type FunctionPlace, placeOfFunction } from './model/modules/describe-function.js'
export { type ExactNumber, exactAt, type NumberColumn } from './model/numbers.js'
export type { DataNote, Details, Language, Profile, ProfileSet, Source, ValueType } from './model/profile.js'
export type { StringIndex, StringTable } from './model/strings.js'
export * from './model/tables.js'
export { type ConvertOptions, convertProfiles } from './pipeline/convert.js'
export type { InputProblem } from './pipeline/fault-log.js'
export { type Input, type ReadOptions, type ReadResult, readProfile, readProfileSet } from './pipeline/read.js'
export { type ProfileChoice, type Selection, selectProfile } from './pipeline/select.js'
export { filterStacks, type StackFilters } from './transform/filter-stacks.js'
export type { Unit } from './units.js'
