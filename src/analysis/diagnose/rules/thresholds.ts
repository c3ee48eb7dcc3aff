/** Where rules begin to speak. Shares are of the busy time: the program total less idle time. */
export const THRESHOLDS = {
  severity: { high: 0.2, medium: 0.05, low: 0.01 },
  confidence: { high: 0.8, medium: 0.5 },
  /** Findings below this confidence are left out. */
  shown: 0.4,
  nPlusOne: {
    minCalls: 10,
    minShare: 0.02,
    loop: 1.5,
    many: 5,
    manyCalls: 50,
    batchCalls: 100,
    roundTripSeconds: 2e-4,
  },
  hotLeaf: { minShare: 0.1, sure: 0.6, likely: 0.3, ownPart: 0.8, cheapCallSeconds: 5e-6 },
  cachable: { minCalls: 100, minSeconds: 1.5e-5, minShare: 0.1, distinctPart: 0.5, several: 20 },
  chatty: { minCalls: 10_000, minShare: 0.02, passes: [0.95, 1.05], through: 0.6, chain: 3 },
  fanIn: { minCalls: 20, minShare: 0.05, minSeconds: 2e-5, local: 0.8, module: 0.15 },
  recursion: { minRatio: 100, sureRatio: 1000, minShare: 0.05 },
  importTime: { minShare: 0.15, sure: 0.4, minSeconds: 0.2 },
  gc: { minShare: 0.1, high: 0.2 },
  program: { minShare: 0.15 },
  syncIo: { minShare: 0.02 },
  overhead: { whole: 0.3, ofSelf: 0.5, minShare: 0.05, sure: 0.5 },
  waiting: { minShare: 0.2, sure: 0.4, idle: 0.6 },
  churn: { minPart: 0.3, minShare: 0.02 },
  quality: { samples: 200, seconds: 0.05, idle: 0.9, unknown: 0.2 },
} as const
