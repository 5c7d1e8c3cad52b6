export { Jobs, type JobsNeeds } from './jobs.ts'
