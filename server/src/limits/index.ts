export { type DefaultLimits, Limits, type Spent } from './limits.ts'
