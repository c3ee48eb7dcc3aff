/**
 * What is mutated together, the tests that have to notice, and the score in percent below which a run fails. A target is
 * judged by the tests of its own folder, so a score is a lower bound: what other tests would notice counts for nothing.
 */
export const TARGETS = {
  marshal: {
    mutate: ['formats/pstats/{marshal-reader,skip-object,marshal-numbers,ref-table,code-object}.ts'],
    tests: /^test\/formats\/pstats\/marshal.*\.test\.ts$/,
    least: 85,
  },
  wire: {
    // Up to the writer.
    mutate: ['formats/pprof/wire.ts:1-284'],
    tests: /^test\/formats\/pprof\/.*\.test\.ts$/,
    least: 85,
  },
  model: {
    // Its other tests work through a million stacks for every survivor.
    mutate: ['src/model/{call-graph,preorder,flow,adjacency,stack-index,infer}.ts'],
    tests: /^test\/model\/(derivation|stack-index)\.test\.ts$/,
    least: 85,
  },
  diff: {
    mutate: ['src/analysis/diff/{side,aligned,aggregate,split,diff,diff-row,growth}.ts'],
    tests: /^test\/analysis\/diff\/(diff.*|side|growth|shift.*|judge-rows)\.test\.ts$/,
    least: 85,
  },
  judge: {
    mutate: ['src/analysis/diff/{shifts,term-errors,judge-diff}.ts'],
    tests: /^test\/analysis\/diff\/(shift.*|judge-.*|term-errors|explain)\.test\.ts$/,
    least: 85,
  },
  match: {
    mutate: ['src/analysis/diff/match.ts', 'src/analysis/diff/match/*.ts'],
    tests: /^test\/analysis\/diff\/match.*\.test\.ts$/,
    least: 85,
  },
  blame: {
    mutate: ['src/analysis/diff/blame/*.ts'],
    tests: /^test\/analysis\/diff\/(blame.*|explain)\.test\.ts$/,
    least: 85,
  },
}
