export { type Applied, createPlatform, type Platform } from './platform.ts'
