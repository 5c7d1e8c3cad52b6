export { controls } from './controls.ts'
export { Jobs, type JobsNeeds } from './jobs.ts'
