export { controls } from './controls.ts'
export { type DefaultLimits, Limits, type Spent } from './limits.ts'
