export { controls } from './controls.ts'
export { createLog, type Log } from './log.ts'
export { Metrics } from './metrics.ts'
